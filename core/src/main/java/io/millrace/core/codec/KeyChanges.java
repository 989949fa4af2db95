package io.millrace.core.codec;

import io.millrace.api.event.Column;
import io.millrace.api.event.ColumnType;
import io.millrace.api.event.Row;
import io.millrace.api.event.RowChange;
import io.millrace.api.event.TableSchema;
import io.millrace.core.text.ByteBuilder;
import java.util.IdentityHashMap;
import java.util.function.Consumer;

/**
 * Replaces updates that change a unique key by their delete and their insert, so that every message
 * concerns one key only.
 *
 * <p>Both take the place of the update. TiCDC in addition moves all deletes of a transaction before
 * its updates and inserts. It may: TiDB logs at most one change per row and transaction. MySQL logs
 * each statement's changes, and one row may be changed many times in a transaction; there the order
 * of the log is the one whose every step is possible, and another order would leave rows behind.
 *
 * <p><i>Threads:</i> one. <i>Source:</i> protocol specification, 1.5.
 */
public final class KeyChanges {
  private static final int MOST_TABLES = 4_096;
  private static final int KEPT_BYTES = 1 << 16;

  private final IdentityHashMap<TableSchema, int[]> keyColumns = new IdentityHashMap<>();
  private final ByteBuilder old = new ByteBuilder(256);
  private final ByteBuilder now = new ByteBuilder(256);

  /** Creates a splitter. */
  public KeyChanges() {}

  /** Hands over the row, or its delete and then its insert. */
  public void split(RowChange row, Consumer<RowChange> out) {
    if (row.kind() == RowChange.Kind.UPDATE && changesKey(row)) {
      out.accept(new DeletePart(row));
      out.accept(new InsertPart(row));
    } else {
      out.accept(row);
    }
  }

  private boolean changesKey(RowChange row) {
    int[] columns = keyColumns.get(row.table());
    if (columns == null) {
      columns = columnsOf(row.table());
      if (keyColumns.size() >= MOST_TABLES) {
        keyColumns.clear();
      }
      keyColumns.put(row.table(), columns);
    }
    Row before = row.before();
    Row after = row.after();
    for (int column : columns) {
      if (!same(row.table().columns().get(column).type(), column, before, after)) {
        return true;
      }
    }
    return false;
  }

  private static int[] columnsOf(TableSchema table) {
    return table.keys().stream()
        .flatMap(key -> key.columns().stream())
        .mapToInt(Integer::intValue)
        .distinct()
        .filter(c -> table.columns().get(c).generated() != Column.Generated.VIRTUAL)
        .toArray();
  }

  /** Compares as text, as the text of an image that lacks the column would be missing. */
  private boolean same(ColumnType type, int column, Row before, Row after) {
    if (!before.isPresent(column) || !after.isPresent(column)) {
      return true;
    }
    if (before.isNull(column) || after.isNull(column)) {
      return before.isNull(column) && after.isNull(column);
    }
    switch (type.family()) {
      case INTEGER, BITS, LABELS, TEMPORAL -> {
        return before.longAt(column) == after.longAt(column);
      }
      default -> {
        old.clear(KEPT_BYTES);
        now.clear(KEPT_BYTES);
        before.write(column, old);
        after.write(column, now);
        return now.sameAs(old, 0, old.size(), 0, now.size());
      }
    }
  }

  /** The delete half of an update. */
  private record DeletePart(RowChange update) implements RowChange {
    @Override
    public TableSchema table() {
      return update.table();
    }

    @Override
    public Kind kind() {
      return Kind.DELETE;
    }

    @Override
    public Row before() {
      return update.before();
    }

    @Override
    public Row after() {
      throw new IllegalStateException("a delete has no image after it");
    }

    @Override
    public long bytes() {
      return update.bytes();
    }
  }

  /** The insert half of an update. */
  private record InsertPart(RowChange update) implements RowChange {
    @Override
    public TableSchema table() {
      return update.table();
    }

    @Override
    public Kind kind() {
      return Kind.INSERT;
    }

    @Override
    public Row before() {
      throw new IllegalStateException("an insert has no image before it");
    }

    @Override
    public Row after() {
      return update.after();
    }

    @Override
    public long bytes() {
      return update.bytes();
    }
  }
}
