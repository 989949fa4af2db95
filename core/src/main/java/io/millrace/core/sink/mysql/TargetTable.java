package io.millrace.core.sink.mysql;

import io.millrace.api.TableName;
import java.util.List;
import java.util.Optional;

/**
 * The definition of a table downstream, as far as writing depends on it.
 *
 * @param name the table
 * @param engine its storage engine; empty for a view
 * @param columns in table order
 * @param keys the unique keys, the primary key first
 */
record TargetTable(
    TableName name, Optional<String> engine, List<Target> columns, List<Unique> keys) {
  /** Copies the lists. */
  TargetTable {
    columns = List.copyOf(columns);
    keys = List.copyOf(keys);
  }

  /**
   * A column.
   *
   * @param name its name
   * @param type the type's name in lower case, without length
   * @param collation of character and label types
   * @param scale digits after the point, or of a second
   * @param nullable whether NULL is allowed
   * @param generated whether the value is computed
   */
  record Target(
      String name,
      String type,
      Optional<String> collation,
      int scale,
      boolean nullable,
      boolean generated) {}

  /**
   * A unique key.
   *
   * @param name its name; {@code PRIMARY} for the primary key
   * @param columns the names of its columns, in key order; empty where one of them is an expression
   *     or is taken only in part
   */
  record Unique(String name, List<String> columns) {
    /** Copies the list. */
    Unique {
      columns = List.copyOf(columns);
    }

    /** Returns whether equal keys mean equal values of its columns. */
    boolean isPlain() {
      return !columns.isEmpty();
    }
  }

  /** Returns a column of a name; letter case does not count. */
  Optional<Target> column(String wanted) {
    return columns.stream().filter(c -> c.name().equalsIgnoreCase(wanted)).findFirst();
  }
}
