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
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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
    return switch (table.columns().get(column).type()) {
      case TIMESTAMP ->
          text.startsWith("0000-00-00")
              ? TemporalBits.ZERO_TIMESTAMP
              : ChronoUnit.MICROS.between(LocalDateTime.of(1970, 1, 1, 0, 0), dateTimeAt(column));
      case TIME -> {
        long[] p = parts(text.startsWith("-") ? text.substring(1) : text);
        long micros = ((p[0] * 60 + p[1]) * 60 + p[2]) * 1_000_000 + p[3];
        yield text.startsWith("-") ? -micros : micros;
      }
      default -> {
        long[] d = parts(text.substring(0, 10).replace('-', ':'));
        long[] t = text.length() > 10 ? parts(text.substring(11)) : new long[4];
        yield TemporalBits.pack(
            (int) d[0], (int) d[1], (int) d[2], (int) t[0], (int) t[1], (int) t[2], (int) t[3]);
      }
    };
  }

  /** Returns three numbers and the fraction of the last in millionths. */
  private static long[] parts(String text) {
    String[] numbers = text.split("[:.]", -1);
    long[] parts = new long[4];
    for (int i = 0; i < 3; i++) {
      parts[i] = Long.parseLong(numbers[i]);
    }
    parts[3] = numbers.length < 4 ? 0 : Long.parseLong((numbers[3] + "000000").substring(0, 6));
    return parts;
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
      case LABELS -> {
        for (byte each : labels(definition, longAt(column)).getBytes(StandardCharsets.UTF_8)) {
          out.write(each);
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

  private static String labels(Column definition, long number) {
    if (definition.type() == ColumnType.ENUM) {
      return number == 0 ? "" : definition.labels().get((int) number - 1);
    }
    return IntStream.range(0, definition.labels().size())
        .filter(i -> (number >> i & 1) != 0)
        .mapToObj(definition.labels()::get)
        .collect(Collectors.joining(","));
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
