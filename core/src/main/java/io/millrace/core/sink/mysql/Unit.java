package io.millrace.core.sink.mysql;

import io.millrace.api.Tso;
import io.millrace.api.event.RowChange;
import io.millrace.api.event.SourcePosition;
import java.util.ArrayList;
import java.util.List;

/**
 * Some rows of one table and one transaction of the upstream that are written together, in order.
 *
 * <p><i>Threads:</i> what is below the line is guarded by {@link Lanes}.
 */
final class Unit {
  private final TablePlan plan;
  private final SourcePosition position;
  private final Tso commitTs;
  private final RowNumbers numbers;
  private List<RowChange> rows;
  private final long bytes;
  private final boolean mayRepeat;

  // ----
  long number;
  int lane = -1;
  boolean done;
  boolean waits;
  final List<Unit> before = new ArrayList<>(2);
  final List<Unit> behind = new ArrayList<>(2);

  /**
   * Creates a unit.
   *
   * @param numbers of each of its rows, the number among the table's rows of the transaction
   * @param mayRepeat whether the rows may have been written before
   */
  Unit(
      TablePlan plan,
      SourcePosition position,
      Tso commitTs,
      RowNumbers numbers,
      List<RowChange> rows,
      boolean mayRepeat) {
    this.plan = plan;
    this.position = position;
    this.commitTs = commitTs;
    this.numbers = numbers;
    this.rows = rows;
    this.bytes = rows.stream().mapToLong(RowChange::bytes).sum();
    this.mayRepeat = mayRepeat;
  }

  TablePlan plan() {
    return plan;
  }

  SourcePosition position() {
    return position;
  }

  Tso commitTs() {
    return commitTs;
  }

  RowNumbers numbers() {
    return numbers;
  }

  List<RowChange> rows() {
    return rows;
  }

  long bytes() {
    return bytes;
  }

  boolean mayRepeat() {
    return mayRepeat;
  }

  /** Lets the rows go; it stays known as the last that touched its keys. */
  void release() {
    rows = List.of();
  }
}
