package io.millrace.api.event;

import io.millrace.api.TableName;
import java.util.List;
import java.util.Optional;

/**
 * The definition of a table at one place of the log, as far as the upstream tells it.
 *
 * @param name the table
 * @param columns all columns in table order; that of {@link Row}'s numbers
 * @param keys the unique keys that are known, the primary key first; those with a prefix or an
 *     expression are left out
 * @param view whether it is a view, which has no rows
 */
public record TableSchema(TableName name, List<Column> columns, List<Key> keys, boolean view) {
  /** Copies the lists. */
  public TableSchema {
    columns = List.copyOf(columns);
    keys = List.copyOf(keys);
  }

  /** Creates the definition of a table that is no view. */
  public TableSchema(TableName name, List<Column> columns, List<Key> keys) {
    this(name, columns, keys, false);
  }

  /**
   * Returns the number of a column in {@link Row}s; case does not count, as in the upstream. To be
   * asked once per definition, not per row.
   *
   * @throws IllegalArgumentException naming the columns there are
   */
  public int columnIndex(String column) {
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).name().equalsIgnoreCase(column)) {
        return i;
      }
    }
    throw new IllegalArgumentException(
        "table %s has no column %s; it has %s"
            .formatted(name, column, columns.stream().map(Column::name).toList()));
  }

  /** Returns the primary key. */
  public Optional<Key> primaryKey() {
    return keys.stream().filter(Key::primary).findFirst();
  }

  /**
   * Returns the key that names a row: the primary key; else of the unique keys, all of whose
   * columns are NOT NULL and none virtual, the one with the fewest columns, the first of equals.
   */
  public Optional<Key> handleKey() {
    Optional<Key> primary = primaryKey();
    if (primary.isPresent()) {
      return primary;
    }
    Key best = null;
    for (Key key : keys) {
      boolean usable =
          key.columns().stream()
              .map(columns::get)
              .allMatch(c -> !c.nullable() && c.generated() != Column.Generated.VIRTUAL);
      if (usable && (best == null || key.columns().size() < best.columns().size())) {
        best = key;
      }
    }
    return Optional.ofNullable(best);
  }

  /**
   * Returns whether the table can be replicated without being forced: it is a view or has a {@link
   * #handleKey()}.
   */
  public boolean eligible() {
    return view || handleKey().isPresent();
  }

  /**
   * A unique key.
   *
   * @param name the key's name; {@code PRIMARY} for the primary key
   * @param columns the numbers of its columns, in key order
   * @param primary whether it is the primary key
   */
  public record Key(String name, List<Integer> columns, boolean primary) {
    /** Copies the list. */
    public Key {
      columns = List.copyOf(columns);
    }

    /** Returns a primary key. */
    public static Key primary(List<Integer> columns) {
      return new Key("PRIMARY", columns, true);
    }
  }
}
