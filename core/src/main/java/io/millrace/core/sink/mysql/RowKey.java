package io.millrace.core.sink.mysql;

import io.millrace.api.event.Row;
import io.millrace.core.text.ByteBuilder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The values of some columns of a row, as bytes: equal exactly where all values are the same. */
final class RowKey {
  private final byte[] bytes;
  private final int hash;

  private RowKey(byte[] bytes) {
    this.bytes = bytes;
    this.hash = Arrays.hashCode(bytes);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RowKey key && Arrays.equals(key.bytes, bytes);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  /**
   * Makes keys.
   *
   * <p><i>Threads:</i> one.
   */
  static final class Maker {
    private final ByteBuilder one = new ByteBuilder(256);
    private final ByteBuilder other = new ByteBuilder(256);

    /** Returns the key of a row's handle columns. */
    RowKey handle(TablePlan plan, Row row) {
      write(plan.handleColumns(), row, one);
      return new RowKey(Arrays.copyOf(one.array(), one.size()));
    }

    /** Returns whether two rows have the same values in some columns. */
    boolean same(TablePlan plan, int[] columns, Row a, Row b) {
      for (int column : columns) {
        if (!a.isPresent(column) || !b.isPresent(column)) {
          return false;
        }
      }
      write(columns, a, one);
      write(columns, b, other);
      return one.sameAs(other, 0, other.size(), 0, one.size());
    }

    private static void write(int[] columns, Row row, ByteBuilder out) {
      out.truncate(0);
      for (int column : columns) {
        int at = out.size();
        out.write(row.isNull(column) ? 0 : 1);
        if (!row.isNull(column)) {
          row.write(column, out);
          // the length behind the value keeps values of several columns apart
          out.writeLong(out.size() - at);
          out.write(',');
        }
      }
    }
  }
}
