package io.millrace.api;

import java.time.Instant;

/**
 * An error that a changefeed or processor met while running.
 *
 * @param time when it was met
 * @param address the advertised {@code host:port} of the capture that met it
 * @param code the error's code, for instance {@code CDC:ErrSnapshotLostByGC}
 * @param message the sentence that goes with it; never contains a secret
 */
public record RunningError(Instant time, String address, String code, String message) {}
