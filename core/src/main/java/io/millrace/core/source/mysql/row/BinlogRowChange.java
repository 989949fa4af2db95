package io.millrace.core.source.mysql.row;

import io.millrace.api.event.Row;
import io.millrace.api.event.RowChange;
import io.millrace.api.event.TableSchema;
import org.jspecify.annotations.Nullable;

/** One row of a rows event. */
final class BinlogRowChange implements RowChange {
  /** What the objects of a row take besides its bytes and offsets. */
  private static final int OVERHEAD = 96;

  private final TableMap map;
  private final @Nullable BinlogRow before;
  private final @Nullable BinlogRow after;
  private final int length;

  BinlogRowChange(TableMap map, @Nullable BinlogRow before, @Nullable BinlogRow after, int length) {
    this.map = map;
    this.before = before;
    this.after = after;
    this.length = length;
  }

  @Override
  public TableSchema table() {
    return map.schema();
  }

  @Override
  public Kind kind() {
    return before == null ? Kind.INSERT : after == null ? Kind.DELETE : Kind.UPDATE;
  }

  @Override
  public Row before() {
    if (before == null) {
      throw new IllegalStateException("an insert has no row before it");
    }
    return before;
  }

  @Override
  public Row after() {
    if (after == null) {
      throw new IllegalStateException("a delete has no row after it");
    }
    return after;
  }

  @Override
  public long bytes() {
    long offsets = 0;
    if (before != null) {
      offsets += before.offsetBytes();
    }
    if (after != null) {
      offsets += after.offsetBytes();
    }
    return OVERHEAD + length + offsets;
  }
}
