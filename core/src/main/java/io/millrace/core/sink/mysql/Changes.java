package io.millrace.core.sink.mysql;

import io.millrace.api.Tso;
import io.millrace.api.event.Row;
import io.millrace.api.event.RowChange;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Changes of one table in one batch, in order, and what becomes of them downstream.
 *
 * <p>In a table with a key, all changes of a row become one: what it was at the beginning, and what
 * it is at the end. First go the rows that are gone or whose unique values change, then updates,
 * then inserts, so that no two rows meet in a unique key on the way, however they swap their
 * values. In a table without a key, and where the log has not every column, each change is a
 * statement, in order.
 *
 * <p><i>Threads:</i> one.
 */
final class Changes {
  private final TablePlan plan;
  private final RowKey.Maker keys;
  private final boolean batches;
  private final List<Row> deletes = new ArrayList<>();
  private final List<Fate> updates = new ArrayList<>();
  private final List<Row> inserts = new ArrayList<>();
  private final List<RowChange> rows = new ArrayList<>();
  private final List<Tso> labels = new ArrayList<>();
  private boolean replace;

  /** What becomes of one row: what it was before the batch, if it was, and what it is at last. */
  private static final class Fate {
    private final @Nullable Row before;
    private @Nullable Row after;

    Fate(@Nullable Row before, @Nullable Row after) {
      this.before = before;
      this.after = after;
    }
  }

  /**
   * Creates an empty collection.
   *
   * @param batches whether several rows may go in one statement
   * @param replace whether rows may be there already: REPLACE instead of INSERT and UPDATE
   */
  Changes(TablePlan plan, RowKey.Maker keys, boolean batches, boolean replace) {
    this.plan = plan;
    this.keys = keys;
    this.batches = batches;
    this.replace = replace;
  }

  /** Adds what is next; once rows may be there already, all of the batch are written so. */
  void add(Unit unit) {
    replace |= unit.mayRepeat();
    for (RowChange row : unit.rows()) {
      rows.add(row);
      labels.add(unit.commitTs());
    }
  }

  /** Writes the statements. */
  void write(Statements statements) {
    statements.expect(!replace);
    if (plan.hasHandle() && batches && rows.stream().allMatch(this::isComplete)) {
      merge();
      Tso first = labels.get(0);
      Tso last = labels.get(labels.size() - 1);
      statements.delete(plan, deletes, first, last);
      for (Fate fate : updates) {
        Row before = fate.before;
        Row after = fate.after;
        if (before != null && after != null) {
          statements.update(plan, before, after, first, last);
        }
      }
      statements.insert(plan, replace, inserts, first, last);
    } else {
      inOrder(statements);
    }
  }

  private boolean isComplete(RowChange row) {
    return switch (row.kind()) {
      case INSERT -> plan.isComplete(row.after(), row.after());
      case UPDATE -> plan.isComplete(row.after(), row.before()) && isNamed(row.before());
      case DELETE -> isNamed(row.before());
    };
  }

  private boolean isNamed(Row image) {
    for (int column : plan.handleColumns()) {
      if (!image.isPresent(column)) {
        return false;
      }
    }
    return true;
  }

  private void merge() {
    Map<RowKey, Fate> live = new LinkedHashMap<>();
    List<Fate> all = new ArrayList<>();
    Set<RowKey> seen = new HashSet<>();
    for (RowChange row : rows) {
      Fate fate = null;
      if (row.kind() != RowChange.Kind.INSERT) {
        RowKey key = keys.handle(plan, row.before());
        if (replace && seen.add(key)) {
          // what a part of this batch, written before, has left under this key goes
          deletes.add(row.before());
        }
        fate = live.remove(key);
        if (fate == null) {
          fate = new Fate(row.before(), null);
          all.add(fate);
        }
      } else {
        fate = new Fate(null, null);
        all.add(fate);
      }
      if (row.kind() == RowChange.Kind.DELETE) {
        fate.after = null;
      } else {
        fate.after = after(row);
        live.put(keys.handle(plan, fate.after), fate);
      }
    }
    all.forEach(this::sort);
  }

  private Row after(RowChange row) {
    Row after = row.after();
    return row.kind() == RowChange.Kind.INSERT || plan.isComplete(after, after)
        ? after
        : new OverlaidRow(after, row.before());
  }

  private void sort(Fate fate) {
    Row before = fate.before;
    Row after = fate.after;
    if (before == null || replace) {
      if (after != null) {
        inserts.add(after);
      }
    } else if (after == null) {
      deletes.add(before);
    } else if (plan.movesKeys(before, after, keys)) {
      deletes.add(before);
      inserts.add(after);
    } else {
      updates.add(fate);
    }
  }

  private void inOrder(Statements statements) {
    List<Row> pending = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      RowChange row = rows.get(i);
      Tso ts = labels.get(i);
      boolean whole =
          row.kind() == RowChange.Kind.INSERT && plan.isComplete(row.after(), row.after());
      if (whole && batches) {
        pending.add(row.after());
        continue;
      }
      statements.insert(plan, replace, pending, labels.get(0), ts);
      pending.clear();
      one(statements, row, ts);
    }
    statements.insert(plan, replace, pending, labels.get(0), labels.get(labels.size() - 1));
  }

  private void one(Statements statements, RowChange row, Tso ts) {
    switch (row.kind()) {
      case INSERT -> statements.insertPart(plan, replace, row.after(), ts);
      case DELETE -> statements.deleteOne(plan, row.before(), ts);
      case UPDATE -> {
        if (replace && plan.isComplete(row.after(), row.before())) {
          statements.deleteOne(plan, row.before(), ts);
          statements.insert(
              plan, true, List.of(new OverlaidRow(row.after(), row.before())), ts, ts);
        } else {
          statements.update(plan, row.before(), row.after(), ts, ts);
        }
      }
    }
  }
}
