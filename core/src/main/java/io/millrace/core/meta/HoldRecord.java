package io.millrace.core.meta;

import io.millrace.api.event.SourcePosition;
import java.util.Optional;

/**
 * Where all processors of a changefeed are to wait. Written by the capture that verifies, under a
 * lease of the verification: they go on when it is gone.
 *
 * @param run the verification
 * @param until the place before which all is to be delivered and behind which nothing is; empty:
 *     nothing more is, for now
 */
public record HoldRecord(String run, Optional<SourcePosition> until) {}
