package io.millrace.api.event;

/** One thing that a stream emits, in log order. */
public sealed interface ChangeEvent permits RowBatch, SchemaChange, Resolved {
  /**
   * Returns the place in the log: the start of the event's transaction, for a {@link Resolved} the
   * end of what was read.
   */
  SourcePosition position();
}
