package io.millrace.testkit.event;

import io.millrace.api.event.ByteSink;
import io.millrace.api.event.Column;
import io.millrace.api.event.ColumnType.Family;
import io.millrace.api.event.Row;
import io.millrace.api.event.TableSchema;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An image of a row, its values in the form of {@link ColumnValues}. */
final class ValueRow implements Row {
  private static final int OVERHEAD = 50;

  private final TableSchema table;
  private final List<@Nullable Object> values = new ArrayList<>();

  ValueRow(TableSchema table, List<? extends @Nullable Object> given) {
    this.table = table;
    if (given.size() > table.columns().size()) {
      throw new IllegalArgumentException(
          "table %s has %d columns, not %s".formatted(table.name(), table.columns().size(), given));
    }
    for (int i = 0; i < table.columns().size(); i++) {
      Object value = i < given.size() ? given.get(i) : null;
      values.add(
          value == null || value == Rows.ABSENT
              ? value
              : ColumnValues.stored(table.columns().get(i), value));
    }
  }

  /** Returns an estimate of the memory the row holds. */
  long bytes() {
    long bytes = OVERHEAD;
    for (Object value : values) {
      bytes += value instanceof String text ? text.length() : 0;
      bytes += value instanceof byte[] raw ? raw.length : 0;
    }
    return bytes;
  }

  private Column column(int column) {
    return table.columns().get(column);
  }

  private Object value(int column) {
    Object value = values.get(column);
    if (value == null || value == Rows.ABSENT) {
      throw new IllegalStateException("column " + column(column).name() + " has no value here");
    }
    return value;
  }

  private IllegalStateException wrong(int column) {
    return new IllegalStateException(
        "column %s of type %s is not read this way"
            .formatted(column(column).name(), column(column).type()));
  }

  private <T> T value(int column, Class<T> as) {
    Object value = value(column);
    if (!as.isInstance(value)) {
      throw wrong(column);
    }
    return as.cast(value);
  }

  @Override
  public boolean isNull(int column) {
    return values.get(column) == null;
  }

  @Override
  public boolean isPresent(int column) {
    return values.get(column) != Rows.ABSENT;
  }

  @Override
  public long longAt(int column) {
    return value(column, Long.class);
  }

  @Override
  public double doubleAt(int column) {
    return value(column, Number.class) instanceof Long
        ? longAt(column)
        : value(column, Number.class).doubleValue();
  }

  @Override
  public BigDecimal decimalAt(int column) {
    return value(column, BigDecimal.class);
  }

  @Override
  public LocalDateTime dateTimeAt(int column) {
    return ColumnValues.dateTime(longAt(column));
  }

  @Override
  public Instant instantAt(int column) {
    return ColumnValues.instant(longAt(column));
  }

  @Override
  public ByteBuffer bytesAt(int column) {
    Object value = value(column);
    byte[] bytes =
        value instanceof byte[] raw
            ? raw
            : value(column, String.class).getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
  }

  @Override
  public CharSequence textAt(int column) {
    return ColumnValues.text(column(column), value(column));
  }

  @Override
  public void write(int column, ByteSink out) {
    byte[] bytes =
        value(column) instanceof byte[] raw
            ? raw
            : textAt(column).toString().getBytes(StandardCharsets.UTF_8);
    out.write(bytes, 0, bytes.length);
  }

  @Override
  public @Nullable Object valueAt(int column) {
    Object value = values.get(column);
    if (value == null) {
      return null;
    }
    Column of = column(column);
    Family family = of.type().family();
    if (value instanceof Long bits && (family == Family.INTEGER || family == Family.BITS)) {
      boolean above = bits < 0 && (of.unsigned() || family == Family.BITS);
      return above ? new BigInteger(Long.toUnsignedString(bits)) : (Object) bits;
    }
    if (value instanceof byte[] raw) {
      return ByteBuffer.wrap(raw).asReadOnlyBuffer();
    }
    return value instanceof Long bits ? ColumnValues.object(of, bits) : value(column);
  }

  @Override
  public Row detached() {
    return this;
  }

  /** Returns the values, for people. */
  @Override
  public String toString() {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      Object value = values.get(i);
      texts.add(
          value == null || value == Rows.ABSENT ? String.valueOf(value) : textAt(i).toString());
    }
    return texts.toString();
  }
}
