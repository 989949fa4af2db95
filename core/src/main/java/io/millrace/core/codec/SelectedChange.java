package io.millrace.core.codec;

import io.millrace.api.event.ByteSink;
import io.millrace.api.event.Row;
import io.millrace.api.event.RowChange;
import io.millrace.api.event.TableSchema;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDateTime;
import org.jspecify.annotations.Nullable;

/**
 * A row with some of its columns.
 *
 * @param whole the row
 * @param table its definition with these columns
 * @param columns their numbers in the row
 */
record SelectedChange(RowChange whole, TableSchema table, ColumnNumbers columns)
    implements RowChange {
  @Override
  public Kind kind() {
    return whole.kind();
  }

  @Override
  public Row before() {
    return new Image(whole.before(), columns);
  }

  @Override
  public Row after() {
    return new Image(whole.after(), columns);
  }

  @Override
  public long bytes() {
    return whole.bytes();
  }

  private record Image(Row row, ColumnNumbers columns) implements Row {
    @Override
    public boolean isNull(int column) {
      return row.isNull(columns.of(column));
    }

    @Override
    public boolean isPresent(int column) {
      return row.isPresent(columns.of(column));
    }

    @Override
    public long longAt(int column) {
      return row.longAt(columns.of(column));
    }

    @Override
    public double doubleAt(int column) {
      return row.doubleAt(columns.of(column));
    }

    @Override
    public BigDecimal decimalAt(int column) {
      return row.decimalAt(columns.of(column));
    }

    @Override
    public LocalDateTime dateTimeAt(int column) {
      return row.dateTimeAt(columns.of(column));
    }

    @Override
    public Instant instantAt(int column) {
      return row.instantAt(columns.of(column));
    }

    @Override
    public ByteBuffer bytesAt(int column) {
      return row.bytesAt(columns.of(column));
    }

    @Override
    public CharSequence textAt(int column) {
      return row.textAt(columns.of(column));
    }

    @Override
    public void write(int column, ByteSink out) {
      row.write(columns.of(column), out);
    }

    @Override
    public @Nullable Object valueAt(int column) {
      return row.valueAt(columns.of(column));
    }

    @Override
    public Row detached() {
      return new Image(row.detached(), columns);
    }
  }
}
