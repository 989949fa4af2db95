package io.millrace.testkit.event;

import io.millrace.api.event.Row;
import io.millrace.api.event.RowChange;
import io.millrace.api.event.TableSchema;
import org.jspecify.annotations.Nullable;

/** A change of one row; at least one image is there. */
record ValueChange(TableSchema table, @Nullable ValueRow old, @Nullable ValueRow now)
    implements RowChange {
  @Override
  public Kind kind() {
    return old == null ? Kind.INSERT : now == null ? Kind.DELETE : Kind.UPDATE;
  }

  @Override
  public Row before() {
    return image(old);
  }

  @Override
  public Row after() {
    return image(now);
  }

  private Row image(@Nullable ValueRow row) {
    if (row == null) {
      throw new IllegalStateException("a row change of kind " + kind() + " has not this image");
    }
    return row;
  }

  @Override
  public long bytes() {
    return (old == null ? 0 : old.bytes()) + (now == null ? 0 : now.bytes());
  }

  /** Returns kind, table and images, for people. */
  @Override
  public String toString() {
    return kind() + " " + table.name() + " " + old + " -> " + now;
  }
}
