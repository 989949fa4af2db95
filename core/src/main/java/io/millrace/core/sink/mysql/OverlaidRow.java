package io.millrace.core.sink.mysql;

import io.millrace.api.event.ByteSink;
import io.millrace.api.event.Row;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDateTime;
import org.jspecify.annotations.Nullable;

/**
 * A row image where what the log left out is taken from the image before it.
 *
 * @param top the image
 * @param base the one before it
 */
record OverlaidRow(Row top, Row base) implements Row {
  private Row of(int column) {
    return top.isPresent(column) ? top : base;
  }

  @Override
  public boolean isNull(int column) {
    return of(column).isNull(column);
  }

  @Override
  public boolean isPresent(int column) {
    return of(column).isPresent(column);
  }

  @Override
  public long longAt(int column) {
    return of(column).longAt(column);
  }

  @Override
  public double doubleAt(int column) {
    return of(column).doubleAt(column);
  }

  @Override
  public BigDecimal decimalAt(int column) {
    return of(column).decimalAt(column);
  }

  @Override
  public LocalDateTime dateTimeAt(int column) {
    return of(column).dateTimeAt(column);
  }

  @Override
  public Instant instantAt(int column) {
    return of(column).instantAt(column);
  }

  @Override
  public ByteBuffer bytesAt(int column) {
    return of(column).bytesAt(column);
  }

  @Override
  public CharSequence textAt(int column) {
    return of(column).textAt(column);
  }

  @Override
  public void write(int column, ByteSink out) {
    of(column).write(column, out);
  }

  @Override
  public @Nullable Object valueAt(int column) {
    return of(column).valueAt(column);
  }

  @Override
  public Row detached() {
    return new OverlaidRow(top.detached(), base.detached());
  }
}
