package io.millrace.core.source.datagen;

import io.millrace.api.event.ByteSink;
import io.millrace.api.event.Column;
import io.millrace.api.event.ColumnType;
import io.millrace.api.event.Row;
import io.millrace.api.event.TableSchema;
import io.millrace.core.text.NumberText;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.Arrays;

/**
 * A row of integers and ASCII texts, none of them NULL, in one array: an integer is its cell, a
 * text is a part of a shared pool of bytes.
 */
final class TypedRow implements Row {
  private static final int OVERHEAD = 64;

  private final TableSchema schema;
  private final long[] cells;
  private final byte[] pool;

  /**
   * Creates a row, which takes the arrays over.
   *
   * @param cells an integer, or {@link #text} for a text, of each column
   */
  TypedRow(TableSchema schema, long[] cells, byte[] pool) {
    this.schema = schema;
    this.cells = cells;
    this.pool = pool;
  }

  /** Returns the cell of a text. */
  static long text(int offset, int length) {
    return (long) offset << 32 | length;
  }

  /** Returns an estimate of the memory the row holds, in bytes, as if its texts were its own. */
  long bytes() {
    long bytes = OVERHEAD;
    for (int i = 0; i < cells.length; i++) {
      bytes += Long.BYTES + (isText(i) ? length(i) : 0);
    }
    return bytes;
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
    if (isText(column)) {
      throw unsupported(column);
    }
    return cells[column];
  }

  @Override
  public double doubleAt(int column) {
    throw unsupported(column);
  }

  @Override
  public BigDecimal decimalAt(int column) {
    throw unsupported(column);
  }

  @Override
  public LocalDateTime dateTimeAt(int column) {
    throw unsupported(column);
  }

  @Override
  public Instant instantAt(int column) {
    throw unsupported(column);
  }

  @Override
  public ByteBuffer bytesAt(int column) {
    if (!isText(column)) {
      throw unsupported(column);
    }
    return ByteBuffer.wrap(pool, offset(column), length(column)).slice().asReadOnlyBuffer();
  }

  @Override
  public String textAt(int column) {
    return isText(column)
        ? new String(pool, offset(column), length(column), StandardCharsets.US_ASCII)
        : Long.toString(cells[column]);
  }

  @Override
  public void write(int column, ByteSink out) {
    if (isText(column)) {
      out.write(pool, offset(column), length(column));
    } else {
      NumberText.writeLong(cells[column], out);
    }
  }

  @Override
  public Object valueAt(int column) {
    return isText(column) ? textAt(column) : (Object) cells[column];
  }

  @Override
  public Row detached() {
    int size = 0;
    for (int i = 0; i < cells.length; i++) {
      size += isText(i) ? length(i) : 0;
    }
    byte[] own = new byte[size];
    long[] copy = cells.clone();
    int at = 0;
    for (int i = 0; i < cells.length; i++) {
      if (isText(i)) {
        System.arraycopy(pool, offset(i), own, at, length(i));
        copy[i] = text(at, length(i));
        at += length(i);
      }
    }
    return new TypedRow(schema, copy, own);
  }

  /** Returns the values, for people. */
  @Override
  public String toString() {
    Object[] values = new Object[cells.length];
    Arrays.setAll(values, this::valueAt);
    return schema.name() + Arrays.toString(values);
  }

  private boolean isText(int column) {
    return schema.columns().get(column).type().family() == ColumnType.Family.CHARACTER;
  }

  private int offset(int column) {
    return (int) (cells[column] >>> 32);
  }

  private int length(int column) {
    return (int) cells[column];
  }

  private IllegalStateException unsupported(int column) {
    Column of = schema.columns().get(column);
    return new IllegalStateException(
        "column " + of.name() + " of type " + of.type() + " is not read this way");
  }
}
