package io.millrace.core.codec;

import io.millrace.api.event.ByteSink;
import io.millrace.api.event.Column;
import io.millrace.api.event.ColumnType;
import io.millrace.api.event.Row;
import io.millrace.api.event.TableSchema;
import io.millrace.api.event.TemporalBits;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import org.jspecify.annotations.Nullable;

/** A row that holds the same value in all columns of a type, and allocates nothing when read. */
final class ConstantRow implements Row {
  private static final long DATE_TIME = TemporalBits.pack(2021, 8, 31, 23, 59, 59, 123_456);

  private final ColumnType[] types;
  private final byte[][] texts;

  ConstantRow(TableSchema table) {
    types = table.columns().stream().map(Column::type).toArray(ColumnType[]::new);
    texts = new byte[types.length][];
    for (int i = 0; i < types.length; i++) {
      texts[i] = text(types[i]).getBytes(StandardCharsets.UTF_8);
    }
  }

  private static String text(ColumnType type) {
    return switch (type) {
      case FLOAT, DOUBLE -> "1.5";
      case DECIMAL -> "-123456.78";
      case DATE -> "2021-08-31";
      case DATETIME, TIMESTAMP -> "2021-08-31 23:59:59.123456";
      case TIME -> "-12:34:56.000001";
      case ENUM, SET -> "a";
      case JSON -> "{\"a\": [1, \"ä\"]}";
      case TINYINT, SMALLINT, MEDIUMINT, INT, BIGINT, YEAR, BIT -> "7";
      default -> "text with \"quotes\", \\ and ä 中";
    };
  }

  @Override
  public boolean isNull(int column) {
    return false;
  }

  @Override
  public boolean isPresent(int column) {
    return true;
  }

  @Override
  public long longAt(int column) {
    return switch (types[column]) {
      case DATE, DATETIME -> DATE_TIME;
      case TIMESTAMP -> 1_630_454_399_123_456L;
      case TIME -> -45_296_000_001L;
      case ENUM, SET -> 1;
      default -> 7;
    };
  }

  @Override
  public double doubleAt(int column) {
    return 1.5;
  }

  @Override
  public BigDecimal decimalAt(int column) {
    throw new UnsupportedOperationException("encoders must not need objects");
  }

  @Override
  public LocalDateTime dateTimeAt(int column) {
    throw new UnsupportedOperationException("encoders must not need objects");
  }

  @Override
  public Instant instantAt(int column) {
    throw new UnsupportedOperationException("encoders must not need objects");
  }

  @Override
  public ByteBuffer bytesAt(int column) {
    throw new UnsupportedOperationException("encoders must not need objects");
  }

  @Override
  public CharSequence textAt(int column) {
    throw new UnsupportedOperationException("encoders must not need objects");
  }

  @Override
  public void write(int column, ByteSink out) {
    out.write(texts[column], 0, texts[column].length);
  }

  @Override
  public @Nullable Object valueAt(int column) {
    throw new UnsupportedOperationException("encoders must not need objects");
  }

  @Override
  public Row detached() {
    return this;
  }
}
