package io.millrace.core.codec;

import io.millrace.api.event.ByteSink;
import io.millrace.api.event.Column;
import io.millrace.api.event.ColumnType;
import io.millrace.api.event.Row;
import io.millrace.api.event.TableSchema;
import io.millrace.api.event.TemporalBits;
import io.millrace.core.text.NumberText;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A row of given values: Long (also for unsigned and label types), Double (also for FLOAT), byte[]
 * for binary types, String for all others and for TIMESTAMP in UTC, null for NULL, {@link #ABSENT}.
 */
public final class FakeRow implements Row {
  /** Marks a column that the image does not have. */
  public static final Object ABSENT = new Object();

  private final TableSchema table;
  private final List<@Nullable Object> values;

  private FakeRow(TableSchema table, List<@Nullable Object> values) {
    this.table = table;
    this.values = values;
  }

  /** Returns a row of a table. */
  public static FakeRow of(TableSchema table, @Nullable Object... values) {
    List<@Nullable Object> list = new ArrayList<>();
    for (Object value : values) {
      list.add(value instanceof Integer number ? (Object) number.longValue() : value);
    }
    return new FakeRow(table, list);
  }

  private Object value(int column) {
    Object value = values.get(column);
    if (value == null || value == ABSENT) {
      throw new IllegalStateException("no value in column " + column);
    }
    return value;
  }

  @Override
  public boolean isNull(int column) {
    return values.get(column) == null;
  }

  @Override
  public boolean isPresent(int column) {
    return values.get(column) != ABSENT;
  }

  @Override
  public long longAt(int column) {
    if (table.columns().get(column).type().family() != ColumnType.Family.TEMPORAL) {
      return (Long) value(column);
    }
    String text = (String) value(column);
    if (table.columns().get(column).type() != ColumnType.TIMESTAMP) {
      return text.hashCode();
    }
    return text.startsWith("0000-00-00")
        ? TemporalBits.ZERO_TIMESTAMP
        : ChronoUnit.MICROS.between(LocalDateTime.of(1970, 1, 1, 0, 0), dateTimeAt(column));
  }

  @Override
  public double doubleAt(int column) {
    return (Double) value(column);
  }

  @Override
  public BigDecimal decimalAt(int column) {
    return new BigDecimal((String) value(column));
  }

  @Override
  public LocalDateTime dateTimeAt(int column) {
    return LocalDateTime.parse(((String) value(column)).replace(' ', 'T'));
  }

  @Override
  public Instant instantAt(int column) {
    return dateTimeAt(column).toInstant(ZoneOffset.UTC);
  }

  @Override
  public ByteBuffer bytesAt(int column) {
    Object value = value(column);
    byte[] bytes =
        value instanceof byte[] raw ? raw : ((String) value).getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
  }

  @Override
  public CharSequence textAt(int column) {
    return value(column).toString();
  }

  @Override
  public void write(int column, ByteSink out) {
    Column definition = table.columns().get(column);
    switch (definition.type().family()) {
      case INTEGER, BITS -> NumberText.writeLong(longAt(column), out);
      case FLOATING -> {
        if (definition.type() == ColumnType.FLOAT) {
          NumberText.writeFloat((float) doubleAt(column), out);
        } else {
          NumberText.writeDouble(doubleAt(column), out);
        }
      }
      default -> {
        ByteBuffer bytes = bytesAt(column);
        while (bytes.hasRemaining()) {
          out.write(bytes.get());
        }
      }
    }
  }

  @Override
  public @Nullable Object valueAt(int column) {
    return values.get(column);
  }

  @Override
  public Row detached() {
    return this;
  }
}
