package io.millrace.testkit.sink;

import io.millrace.api.TableName;
import io.millrace.api.Tso;
import io.millrace.api.event.Column;
import io.millrace.api.event.ColumnType;
import io.millrace.api.event.DdlType;
import io.millrace.api.event.Resolved;
import io.millrace.api.event.RowBatch;
import io.millrace.api.event.RowChange;
import io.millrace.api.event.SchemaChange;
import io.millrace.api.event.SourcePosition;
import io.millrace.api.event.TableChange;
import io.millrace.api.event.TableSchema;
import io.millrace.testkit.event.Rows;
import java.util.ArrayList;
import java.util.List;

/**
 * Made-up transactions, as a source would emit them. Transaction {@code n}, from 1, stands at
 * offset {@code 100 n} and has the commit ts {@code START + n}.
 *
 * <p>Tables have the columns {@code id BIGINT PRIMARY KEY} and {@code note VARCHAR}.
 */
public final class SinkFeed {
  /** Where the changefeed of the events begins. */
  public static final Tso START = Tso.ofMillis(1_000_000, 0);

  private SinkFeed() {}

  /** Returns a table of a schema {@code shop}. */
  public static TableSchema table(String name) {
    return new TableSchema(
        new TableName("shop", name),
        List.of(
            Column.builder("id", ColumnType.BIGINT).nullable(false).build(),
            Column.builder("note", ColumnType.VARCHAR).length(1_000).charset("utf8mb4").build()),
        List.of(TableSchema.Key.primary(List.of(0))));
  }

  /** Returns inserts of rows with these ids. */
  public static List<RowChange> inserts(TableSchema table, long... ids) {
    List<RowChange> rows = new ArrayList<>();
    for (long id : ids) {
      rows.add(Rows.insert(table, id, "row " + id));
    }
    return rows;
  }

  /** Returns the insert of a row with this id, which takes about so many bytes. */
  public static RowChange insert(TableSchema table, long id, int bytes) {
    return Rows.insert(table, id, "x".repeat(bytes));
  }

  /** Returns a slice of a transaction. */
  public static RowBatch slice(int transaction, int slice, boolean end, List<RowChange> rows) {
    return new RowBatch(
        position(transaction),
        ts(transaction),
        ts(transaction),
        slice,
        rows,
        rows.stream().mapToLong(RowChange::bytes).sum(),
        end);
  }

  /** Returns a whole transaction. */
  public static RowBatch transaction(int transaction, List<RowChange> rows) {
    return slice(transaction, 0, true, rows);
  }

  /** Returns the promise that a transaction, and all before it, has been emitted. */
  public static Resolved resolvedAfter(int transaction) {
    return new Resolved(ts(transaction), position(transaction + 1));
  }

  /** Returns an added column, at the place of a transaction. */
  public static SchemaChange addColumn(int transaction, TableSchema table) {
    return new SchemaChange(
        position(transaction),
        ts(transaction),
        ts(transaction),
        DdlType.ADD_COLUMN,
        table.name().schema(),
        "ALTER TABLE " + table.name() + " ADD COLUMN extra INT",
        List.of(TableChange.altered(table.name())));
  }

  private static Tso ts(int transaction) {
    return new Tso(START.value() + transaction);
  }

  private static SourcePosition position(int transaction) {
    return new SourcePosition("upstream", 1, transaction * 100L, 0, "");
  }
}
