package io.millrace.api.event;

import io.millrace.api.Tso;

/**
 * A promise: no event before {@code position}, and none with a commit ts at or below {@code ts},
 * follows in this stream.
 *
 * @param ts never going back in one stream
 * @param position never going back in one stream; every transaction that starts before it has been
 *     emitted
 * @param restart where a new stream must be opened so that nothing from {@code position} on is
 *     missed: {@code position} and {@code ts} themselves, or earlier while an XA transaction
 *     prepared before {@code position} is still open
 */
public record Resolved(Tso ts, SourcePosition position, Restart restart) implements ChangeEvent {
  /** Creates one whose restart is its own position. */
  public Resolved(Tso ts, SourcePosition position) {
    this(ts, position, new Restart(position, ts));
  }
}
