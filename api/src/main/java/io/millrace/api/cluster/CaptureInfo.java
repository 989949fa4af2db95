package io.millrace.api.cluster;

import io.millrace.api.CaptureId;

/**
 * A live capture.
 *
 * @param id its present registration
 * @param owner whether it is the owner now
 * @param address its advertised {@code host:port}, verbatim
 */
public record CaptureInfo(CaptureId id, boolean owner, String address) {}
