package io.millrace.testkit.sink;

import io.millrace.api.CaptureId;
import io.millrace.api.TableName;
import io.millrace.api.event.SourcePosition;

/**
 * What a downstream saw.
 *
 * @param kind what happened
 * @param incarnation of which changefeed
 * @param capture who did it
 * @param position the place of the transaction or schema change in the upstream's log
 * @param table the table; that of a schema change is the first it concerns
 * @param id the row's first column; 0 for a schema change
 */
public record Recorded(
    Kind kind,
    String incarnation,
    CaptureId capture,
    SourcePosition position,
    TableName table,
    long id) {
  /** What a downstream can see. */
  public enum Kind {
    /** A row was written; it is not durable yet. */
    ROW,
    /** A row became durable. */
    DURABLE,
    /** A schema change was noted as begun. */
    BEGUN,
    /** A schema change took effect. */
    EXECUTED,
    /** A schema change was noted as done. */
    DONE
  }
}
