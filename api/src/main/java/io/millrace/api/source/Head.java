package io.millrace.api.source;

import io.millrace.api.Tso;
import io.millrace.api.event.SourcePosition;

/**
 * The end of an upstream's log at a moment.
 *
 * @param end where the next transaction will begin; a stream can be opened here
 * @param ts the upstream's clock, read before {@code end}
 */
public record Head(SourcePosition end, Tso ts) {}
