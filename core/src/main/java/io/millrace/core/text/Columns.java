package io.millrace.core.text;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.event.Column;
import io.millrace.api.event.Row;
import io.millrace.api.event.TableSchema;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Some columns of a table, in the order in which a message has them.
 *
 * <p>Positions are not column numbers: {@link #column(int)} tells the number. <i>Threads:</i>
 * immutable; any thread.
 */
public final class Columns {
  private final TableSchema table;
  private final int[] columns;
  private final Column[] definitions;
  private final ValueKind[] kinds;
  private final byte[][] labels;

  private Columns(TableSchema table, int[] columns) {
    this.table = table;
    this.columns = columns;
    definitions = Arrays.stream(columns).mapToObj(table.columns()::get).toArray(Column[]::new);
    kinds = Arrays.stream(definitions).map(ValueKind::of).toArray(ValueKind[]::new);
    labels =
        Arrays.stream(definitions)
            .map(c -> ("," + JsonText.string(c.name()) + ":").getBytes(StandardCharsets.UTF_8))
            .toArray(byte[][]::new);
  }

  /** Returns all columns but virtual ones, in table order. */
  public static Columns all(TableSchema table) {
    return new Columns(
        table,
        IntStream.range(0, table.columns().size())
            .filter(i -> table.columns().get(i).generated() != Column.Generated.VIRTUAL)
            .toArray());
  }

  /** Returns the columns of a key, in table order. */
  public static Columns of(TableSchema table, TableSchema.Key key) {
    return new Columns(
        table, key.columns().stream().mapToInt(Integer::intValue).sorted().toArray());
  }

  /**
   * Returns the columns of the handle key, in table order.
   *
   * @param option the option that needs one, for the error
   * @throws CdcException {@link StandardErrorCode#ENCODE_FAILED} if the table has none
   */
  public static Columns ofHandleKey(TableSchema table, String option) {
    return of(
        table,
        table
            .handleKey()
            .orElseThrow(
                () ->
                    new CdcException(
                        StandardErrorCode.ENCODE_FAILED,
                        "table "
                            + table.name()
                            + " has no handle key, which "
                            + option
                            + " needs; give the table a primary key or switch the option off")));
  }

  /** Returns the same columns, ordered by the bytes of their names. */
  public Columns sorted() {
    Comparator<Integer> byName =
        Comparator.comparing(
            c -> table.columns().get(c).name().getBytes(StandardCharsets.UTF_8),
            Arrays::compareUnsigned);
    return new Columns(
        table, Arrays.stream(columns).boxed().sorted(byName).mapToInt(Integer::intValue).toArray());
  }

  /** Returns the table. */
  public TableSchema table() {
    return table;
  }

  /** Returns how many columns there are. */
  public int size() {
    return columns.length;
  }

  /** Returns the number that a column has in a row. */
  public int column(int position) {
    return columns[position];
  }

  /** Returns a column's definition. */
  public Column definition(int position) {
    return definitions[position];
  }

  /** Returns what a column's values are. */
  public ValueKind kind(int position) {
    return kinds[position];
  }

  /** Appends {@code "name":}, with a comma in front but for the first. */
  public void writeLabel(int position, boolean first, ByteBuilder out) {
    byte[] label = labels[position];
    int skipped = first ? 1 : 0;
    out.write(label, skipped, label.length - skipped);
  }

  /**
   * Returns whether a row has a value that is not NULL.
   *
   * @throws CdcException {@link StandardErrorCode#ENCODE_FAILED} if the log does not tell
   */
  public boolean hasValue(int position, Row row) {
    int column = columns[position];
    if (row.isNull(column)) {
      return false;
    }
    if (!row.isPresent(column)) {
      throw new CdcException(
          StandardErrorCode.ENCODE_FAILED,
          "the log has no value of column '"
              + definitions[position].name()
              + "' of table "
              + table.name()
              + ", and messages need whole rows, old and new;"
              + " run SET GLOBAL binlog_row_image=FULL upstream and start again from now");
    }
    return true;
  }
}
