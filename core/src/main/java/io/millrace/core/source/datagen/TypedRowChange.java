package io.millrace.core.source.datagen;

import io.millrace.api.event.Row;
import io.millrace.api.event.RowChange;
import io.millrace.api.event.TableSchema;
import org.jspecify.annotations.Nullable;

/** A change of one row held in arrays. */
final class TypedRowChange implements RowChange {
  private final TableSchema table;
  private final Kind kind;
  private final @Nullable TypedRow before;
  private final @Nullable TypedRow after;

  private TypedRowChange(
      TableSchema table, Kind kind, @Nullable TypedRow before, @Nullable TypedRow after) {
    this.table = table;
    this.kind = kind;
    this.before = before;
    this.after = after;
  }

  static TypedRowChange insert(TableSchema table, TypedRow after) {
    return new TypedRowChange(table, Kind.INSERT, null, after);
  }

  static TypedRowChange update(TableSchema table, TypedRow before, TypedRow after) {
    return new TypedRowChange(table, Kind.UPDATE, before, after);
  }

  static TypedRowChange delete(TableSchema table, TypedRow before) {
    return new TypedRowChange(table, Kind.DELETE, before, null);
  }

  @Override
  public TableSchema table() {
    return table;
  }

  @Override
  public Kind kind() {
    return kind;
  }

  @Override
  public Row before() {
    return image(before);
  }

  @Override
  public Row after() {
    return image(after);
  }

  @Override
  public long bytes() {
    return (before == null ? 0 : before.bytes()) + (after == null ? 0 : after.bytes());
  }

  /** Returns the kind and the images, for people. */
  @Override
  public String toString() {
    return kind + " " + before + " -> " + after;
  }

  private Row image(@Nullable TypedRow row) {
    if (row == null) {
      throw new IllegalStateException("a row change of kind " + kind + " has not this image");
    }
    return row;
  }
}
