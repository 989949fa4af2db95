package io.millrace.core.sink.mysql;

import io.millrace.api.Tso;
import io.millrace.api.event.RowChange;
import io.millrace.api.event.SourcePosition;
import io.millrace.core.sink.mysql.AppliedRows.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One table's rows of the transaction that is being read: those to be written, which are not
 * applied already.
 *
 * <p><i>Threads:</i> one.
 */
final class TableFeed {
  private final TablePlan plan;
  private final @Nullable Table applied;
  private List<RowChange> rows = new ArrayList<>();
  private RowNumbers numbers = new RowNumbers();
  private int next;
  private boolean serial;

  TableFeed(TablePlan plan, @Nullable Table applied) {
    this.plan = plan;
    this.applied = applied;
    this.serial = plan.conflicts().isSerial();
  }

  TablePlan plan() {
    return plan;
  }

  /** Returns whether all changes of the table must go one way. */
  boolean isSerial() {
    return serial;
  }

  void makeSerial() {
    serial = true;
  }

  /** Begins a transaction. */
  void begin() {
    if (!rows.isEmpty()) {
      forget();
    }
    next = 0;
  }

  private void forget() {
    rows = new ArrayList<>();
    numbers = new RowNumbers();
  }

  /** Returns whether no row of the transaction has come. */
  boolean isFresh() {
    return next == 0;
  }

  /** Adds the row that follows the last one; returns whether it is to be written. */
  boolean add(RowChange row, SourcePosition position) {
    return add(row, position, next);
  }

  /** Adds the next row, of some number; returns whether it is to be written. */
  boolean add(RowChange row, SourcePosition position, int number) {
    next = number + 1;
    Table known = applied;
    if (known != null && known.holds(position, number)) {
      return false;
    }
    rows.add(row);
    numbers.add(number);
    return true;
  }

  /**
   * Hands over what came since the last time.
   *
   * @param most how many rows make a unit
   * @param mayRepeat whether rows may have been written before
   */
  void takeUnits(
      SourcePosition position, Tso ts, int most, boolean mayRepeat, Consumer<Unit> taker) {
    int size = rows.size();
    if (size == 0) {
      return;
    }
    Table known = applied;
    boolean repeats = mayRepeat || (known != null && known.mayHoldElsewhere(position, ts));
    for (int from = 0; from < size; from += most) {
      int to = size - from <= most ? size : from + most;
      List<RowChange> part = size <= most ? rows : List.copyOf(rows.subList(from, to));
      taker.accept(new Unit(plan, position, ts, numbers.take(to - from), part, repeats));
      if (to == size) {
        break;
      }
    }
    forget();
  }
}
