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
 * One table's rows of the transaction that is being read: those to be written, in runs between
 * those that are applied already.
 *
 * <p><i>Threads:</i> one.
 */
final class TableFeed {
  private final TablePlan plan;
  private final @Nullable Table applied;
  private final List<Run> runs = new ArrayList<>();
  private int next;
  private boolean broken = true;
  private boolean serial;

  /** Rows whose numbers follow each other. */
  private record Run(int first, List<RowChange> rows) {}

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
    runs.clear();
    next = 0;
    broken = true;
  }

  /** Returns whether no row of the transaction has come. */
  boolean isFresh() {
    return next == 0;
  }

  /** Adds the next row; returns whether it is to be written. */
  boolean add(RowChange row, SourcePosition position) {
    int number = next++;
    Table known = applied;
    if (known != null && known.holds(position, number)) {
      broken = true;
      return false;
    }
    if (broken) {
      runs.add(new Run(number, new ArrayList<>()));
      broken = false;
    }
    runs.get(runs.size() - 1).rows().add(row);
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
    Table known = applied;
    boolean repeats = mayRepeat || (known != null && known.mayHoldElsewhere(position, ts));
    for (Run run : runs) {
      int size = run.rows().size();
      for (int from = 0; from < size; from += most) {
        List<RowChange> part =
            size <= most
                ? run.rows()
                : List.copyOf(run.rows().subList(from, Math.min(size, from + most)));
        taker.accept(new Unit(plan, position, ts, run.first() + from, part, repeats));
      }
    }
    runs.clear();
    broken = true;
  }
}
