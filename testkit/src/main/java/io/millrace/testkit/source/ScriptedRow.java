package io.millrace.testkit.source;

import io.millrace.api.event.ByteSink;
import io.millrace.api.event.Row;
import io.millrace.api.event.RowChange;
import io.millrace.api.event.TableSchema;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import org.jspecify.annotations.Nullable;

/** An inserted row: its first column is a BIGINT, all others are NULL. */
record ScriptedRow(TableSchema table, long id) implements RowChange, Row {
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
    return 50;
  }

  @Override
  public boolean isNull(int column) {
    return column > 0;
  }

  @Override
  public boolean isPresent(int column) {
    return true;
  }

  @Override
  public long longAt(int column) {
    if (column > 0) {
      throw wrong(column);
    }
    return id;
  }

  @Override
  public double doubleAt(int column) {
    return longAt(column);
  }

  @Override
  public BigDecimal decimalAt(int column) {
    return BigDecimal.valueOf(longAt(column));
  }

  @Override
  public LocalDateTime dateTimeAt(int column) {
    throw wrong(column);
  }

  @Override
  public Instant instantAt(int column) {
    throw wrong(column);
  }

  @Override
  public ByteBuffer bytesAt(int column) {
    return StandardCharsets.UTF_8.encode(textAt(column).toString()).asReadOnlyBuffer();
  }

  @Override
  public CharSequence textAt(int column) {
    return Long.toString(longAt(column));
  }

  @Override
  public void write(int column, ByteSink out) {
    byte[] bytes = textAt(column).toString().getBytes(StandardCharsets.UTF_8);
    out.write(bytes, 0, bytes.length);
  }

  @Override
  public @Nullable Object valueAt(int column) {
    return column > 0 ? null : (Object) id;
  }

  @Override
  public Row detached() {
    return this;
  }

  private static IllegalStateException wrong(int column) {
    return new IllegalStateException("column " + column + " has no such value");
  }
}
