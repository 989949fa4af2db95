package io.millrace.api.event;

import io.millrace.api.Tso;

/**
 * A place where a stream can be opened.
 *
 * @param position the start of the first transaction to read; carries the source's detail
 * @param ts no transaction before {@code position} has a later label; a reader that begins here
 *     labels everything after it
 */
public record Restart(SourcePosition position, Tso ts) {}
