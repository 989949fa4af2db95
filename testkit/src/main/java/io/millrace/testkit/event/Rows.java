package io.millrace.testkit.event;

import io.millrace.api.event.Row;
import io.millrace.api.event.RowChange;
import io.millrace.api.event.TableSchema;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Row changes made of plain Java values.
 *
 * <p>A value is what {@link Row#valueAt} returns for the column's type; beside that an integer type
 * takes every {@link Number} and {@link Boolean}, ENUM and SET a label, labels or a number, a
 * temporal type its text, a binary one {@code byte[]}, DECIMAL every number and its text. Null is
 * NULL; columns behind the last value are NULL, {@link #ABSENT} ones are not in the image.
 * <i>Errors:</i> {@link IllegalArgumentException} naming the column. <i>Threads:</i> any.
 */
public final class Rows {
  /** Stands for a column that the image does not have. */
  public static final Object ABSENT =
      new Object() {
        @Override
        public String toString() {
          return "absent";
        }
      };

  private Rows() {}

  /** Returns an image of a row. */
  public static Row row(TableSchema table, @Nullable Object... values) {
    return new ValueRow(table, Arrays.asList(values));
  }

  /** Returns an inserted row. */
  public static RowChange insert(TableSchema table, @Nullable Object... values) {
    return new ValueChange(table, null, new ValueRow(table, Arrays.asList(values)));
  }

  /** Returns an updated row. */
  public static RowChange update(
      TableSchema table,
      List<? extends @Nullable Object> before,
      List<? extends @Nullable Object> after) {
    return new ValueChange(table, new ValueRow(table, before), new ValueRow(table, after));
  }

  /** Returns a deleted row. */
  public static RowChange delete(TableSchema table, @Nullable Object... values) {
    return new ValueChange(table, new ValueRow(table, Arrays.asList(values)), null);
  }
}
