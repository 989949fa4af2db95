package io.millrace.testkit.event;

import io.millrace.api.TableName;
import io.millrace.api.event.Column;
import io.millrace.api.event.ColumnType;
import io.millrace.api.event.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Puts the definition of a table together, column by column.
 *
 * <pre>{@code
 * table("shop.orders").column("id", BIGINT).column("note", VARCHAR).primaryKey("id").build()
 * }</pre>
 *
 * <p>Columns are nullable unless they belong to the primary key; text is in {@code utf8mb4}.
 * Lengths and digits that a type wants have a default: 255 characters or bytes, {@code DECIMAL(10,
 * 2)}, six digits of a second. <i>Threads:</i> one.
 */
public final class TableBuilder {
  private static final int LENGTH = 255;
  private static final int PRECISION = 10;
  private static final int SCALE = 2;
  private static final int FSP = 6;

  private final TableName name;
  private final List<Column> columns = new ArrayList<>();
  private final List<TableSchema.Key> keys = new ArrayList<>();

  private TableBuilder(TableName name) {
    this.name = name;
  }

  /**
   * Returns a builder of a table without columns.
   *
   * @param name schema and table, with a point between
   */
  public static TableBuilder table(String name) {
    int point = name.indexOf('.');
    if (point < 1 || point == name.length() - 1) {
      throw new IllegalArgumentException("a table is named schema.table, not " + name);
    }
    return new TableBuilder(new TableName(name.substring(0, point), name.substring(point + 1)));
  }

  /** Adds a nullable column with the defaults of its type. */
  public TableBuilder column(String column, ColumnType type) {
    return column(of(column, type));
  }

  /** Adds a column. */
  public TableBuilder column(Column column) {
    columns.add(column);
    return this;
  }

  /** Returns a nullable column with the defaults of its type. */
  public static Column of(String column, ColumnType type) {
    Column.Builder builder = Column.builder(column, type);
    switch (type) {
      case DECIMAL -> builder.length(PRECISION).scale(SCALE);
      case TIME, DATETIME, TIMESTAMP -> builder.scale(FSP);
      case BIT -> builder.length(Long.SIZE);
      case ENUM, SET -> builder.labels(List.of("a", "b", "c")).charset("utf8mb4");
      case CHAR, VARCHAR -> builder.length(LENGTH).charset("utf8mb4");
      case TINYTEXT, TEXT, MEDIUMTEXT, LONGTEXT -> builder.charset("utf8mb4");
      case VARBINARY -> builder.length(LENGTH);
      case BINARY -> builder.length(Long.BYTES);
      default -> builder.length(0);
    }
    return builder.build();
  }

  /** Makes columns that were added the primary key. */
  public TableBuilder primaryKey(String... of) {
    Set<Integer> numbers = new TreeSet<>();
    List<Integer> key = numbers(of);
    numbers.addAll(key);
    numbers.forEach(i -> columns.set(i, columns.get(i).toBuilder().nullable(false).build()));
    keys.add(0, TableSchema.Key.primary(key));
    return this;
  }

  /** Adds a unique key of columns that were added; it is named after the first. */
  public TableBuilder uniqueKey(String... of) {
    keys.add(new TableSchema.Key(of[0], numbers(of), false));
    return this;
  }

  private List<Integer> numbers(String... of) {
    List<Integer> numbers = new ArrayList<>();
    for (String column : of) {
      int number = columns.stream().map(Column::name).toList().indexOf(column);
      if (number < 0) {
        throw new IllegalArgumentException("table " + name + " has no column " + column);
      }
      numbers.add(number);
    }
    return numbers;
  }

  /** Returns the definition. */
  public TableSchema build() {
    return new TableSchema(name, columns, keys);
  }
}
