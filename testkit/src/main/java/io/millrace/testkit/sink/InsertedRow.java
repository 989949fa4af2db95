package io.millrace.testkit.sink;

import io.millrace.api.event.ByteSink;
import io.millrace.api.event.Row;
import io.millrace.api.event.RowChange;
import io.millrace.api.event.TableSchema;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;

/** An inserted row of a table whose columns are {@code id BIGINT} and {@code note VARCHAR}. */
record InsertedRow(TableSchema table, long id, String note) implements RowChange, Row {
  @Override
  public Kind kind() {
    return Kind.INSERT;
  }

  @Override
  public Row before() {
    throw new IllegalStateException("an insert has no image before it");
  }

  @Override
  public Row after() {
    return this;
  }

  @Override
  public long bytes() {
    return 50L + note.length();
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
    if (column != 0) {
      throw wrong(column);
    }
    return id;
  }

  @Override
  public ByteBuffer bytesAt(int column) {
    if (column != 1) {
      throw wrong(column);
    }
    return ByteBuffer.wrap(note.getBytes(StandardCharsets.UTF_8)).asReadOnlyBuffer();
  }

  @Override
  public CharSequence textAt(int column) {
    return column == 0 ? Long.toString(id) : note;
  }

  @Override
  public void write(int column, ByteSink out) {
    byte[] bytes = textAt(column).toString().getBytes(StandardCharsets.UTF_8);
    out.write(bytes, 0, bytes.length);
  }

  @Override
  public Object valueAt(int column) {
    return column == 0 ? (Object) id : note;
  }

  @Override
  public double doubleAt(int column) {
    throw wrong(column);
  }

  @Override
  public BigDecimal decimalAt(int column) {
    throw wrong(column);
  }

  @Override
  public LocalDateTime dateTimeAt(int column) {
    throw wrong(column);
  }

  @Override
  public Instant instantAt(int column) {
    throw wrong(column);
  }

  private static IllegalStateException wrong(int column) {
    return new IllegalStateException("column " + column + " has no such value");
  }

  @Override
  public Row detached() {
    return this;
  }
}
