package io.millrace.core.verify;

import static io.millrace.core.verify.Side.text;

import io.millrace.api.TableName;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A table's definition on one side, as far as comparing depends on it.
 *
 * @param engine its storage engine
 * @param columns in table order, without generated ones
 * @param keys the column names of each unique key without NULL, the primary key first
 */
record Shape(String engine, List<Column> columns, List<List<String>> keys) {
  /** Copies the lists. */
  Shape {
    columns = List.copyOf(columns);
    keys = List.copyOf(keys);
  }

  /**
   * A column.
   *
   * @param name its name
   * @param type the type's name in lower case, without length
   * @param charset of character and label types, else empty
   * @param collation likewise
   * @param zerofill whether numbers are shown with leading zeros
   * @param scale digits after the point; empty where the definition gives no number of them
   */
  record Column(
      String name, String type, String charset, String collation, boolean zerofill, String scale) {}

  /** Returns the definition of a table, or empty where there is none. */
  static Optional<Shape> read(Side side, TableName table) throws SQLException {
    String where =
        " WHERE table_schema="
            + literal(table.schema())
            + " AND table_name="
            + literal(table.table());
    List<List<@Nullable String>> found =
        side.query("SELECT engine FROM information_schema.tables" + where);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    List<Column> columns = new ArrayList<>();
    for (List<@Nullable String> row :
        side.query(
            "SELECT column_name, data_type, character_set_name, collation_name, column_type, extra,"
                + " numeric_scale FROM information_schema.columns"
                + where
                + " ORDER BY ordinal_position")) {
      if (!isGenerated(text(row, 5))) {
        columns.add(column(row));
      }
    }
    return Optional.of(new Shape(text(found.get(0), 0), columns, keys(side, where)));
  }

  private static Column column(List<@Nullable String> row) {
    return new Column(
        text(row, 0),
        text(row, 1).toLowerCase(Locale.ROOT),
        oneName(text(row, 2)),
        oneName(text(row, 3)),
        text(row, 4).toLowerCase(Locale.ROOT).contains("zerofill"),
        text(row, 6));
  }

  /** Returns the name that is told apart from others: {@code utf8} is one of {@code utf8mb3}. */
  private static String oneName(String charset) {
    return charset.equals("utf8") || charset.startsWith("utf8_")
        ? "utf8mb3" + charset.substring(4)
        : charset;
  }

  private static boolean isGenerated(String extra) {
    String upper = extra.toUpperCase(Locale.ROOT);
    return upper.contains("VIRTUAL GENERATED")
        || upper.contains("STORED GENERATED")
        || upper.contains("PERSISTENT");
  }

  private static List<List<String>> keys(Side side, String where) throws SQLException {
    Map<String, List<String>> keys = new LinkedHashMap<>();
    List<String> unusable = new ArrayList<>();
    for (List<@Nullable String> row :
        side.query(
            "SELECT index_name, column_name, sub_part, nullable FROM"
                + " information_schema.statistics"
                + where
                + " AND non_unique=0 ORDER BY index_name<>'PRIMARY', index_name, seq_in_index")) {
      String key = text(row, 0);
      String column = row.get(1);
      if (column == null || row.get(2) != null || text(row, 3).equals("YES")) {
        unusable.add(key);
      } else {
        keys.computeIfAbsent(key, k -> new ArrayList<>()).add(column);
      }
    }
    keys.keySet().removeAll(unusable);
    return List.copyOf(keys.values());
  }

  /** Returns a column of a name; letter case does not count. */
  Optional<Column> column(String wanted) {
    return columns.stream().filter(each -> each.name().equalsIgnoreCase(wanted)).findFirst();
  }

  private static String literal(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'";
  }

  /** Returns a name in the quotes of names. */
  static String quoted(String name) {
    return "`" + name.replace("`", "``") + "`";
  }
}
