package io.millrace.core.sink.mysql;

import io.millrace.rig.DbServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Definitions and rows of a schema's tables and views, to be compared between servers. */
final class Contents {
  private Contents() {}

  /** Returns, by table and view, what SHOW CREATE TABLE prints, and the rows of a table. */
  static Map<String, String> shown(DbServer server, String schema) throws SQLException {
    try (Connection connection = server.connection(schema);
        Statement sql = connection.createStatement()) {
      Map<String, String> contents = new TreeMap<>();
      for (List<String> table : tables(sql)) {
        String name = table.get(0);
        String shown =
            lines(sql, "SHOW CREATE TABLE `" + name + "`")
                .get(0)
                .replaceAll(" AUTO_INCREMENT=\\d+", "");
        contents.put(name, shown + rows(sql, table));
      }
      return contents;
    }
  }

  /** Returns, by table, columns with type and nullability, keys and rows; views by name only. */
  static Map<String, String> described(DbServer server, String schema) throws SQLException {
    try (Connection connection = server.connection(schema);
        Statement sql = connection.createStatement()) {
      Map<String, String> contents = new TreeMap<>();
      for (List<String> table : tables(sql)) {
        String of = " WHERE table_schema=DATABASE() AND table_name='" + table.get(0) + "'";
        List<String> columns =
            lines(
                sql,
                "SELECT column_name, column_type, is_nullable FROM information_schema.columns"
                    + of
                    + " ORDER BY ordinal_position");
        columns.replaceAll(Contents::alike);
        List<String> keys =
            lines(
                sql,
                "SELECT index_name, non_unique, seq_in_index, column_name FROM"
                    + " information_schema.statistics"
                    + of
                    + " ORDER BY index_name, seq_in_index");
        boolean view = table.get(1).equals("VIEW");
        contents.put(table.get(0), view ? "" : columns + "\n" + keys + rows(sql, table));
      }
      return contents;
    }
  }

  /** MariaDB keeps the display widths of numbers, and JSON as text. */
  private static String alike(String column) {
    return column.replaceAll("(int|year)\\(\\d+\\)", "$1").replaceAll("\\|json\\|", "|longtext|");
  }

  private static List<List<String>> tables(Statement sql) throws SQLException {
    List<List<String>> tables = new ArrayList<>();
    for (String line :
        lines(
            sql,
            "SELECT table_name, table_type FROM information_schema.tables WHERE"
                + " table_schema=DATABASE()")) {
      tables.add(List.of(line.split("\\|", -1)));
    }
    return tables;
  }

  private static String rows(Statement sql, List<String> table) throws SQLException {
    if (table.get(1).equals("VIEW")) {
      return "";
    }
    List<String> columns = new ArrayList<>();
    for (String line :
        lines(
            sql,
            "SELECT column_name, data_type FROM information_schema.columns WHERE"
                + " table_schema=DATABASE() AND table_name='"
                + table.get(0)
                + "' ORDER BY ordinal_position")) {
      String[] parts = line.split("\\|", -1);
      boolean binary = parts[1].matches("bit|.*binary|.*blob");
      columns.add(binary ? "HEX(`" + parts[0] + "`)" : "`" + parts[0] + "`");
    }
    List<String> rows =
        lines(sql, "SELECT " + String.join(",", columns) + " FROM `" + table.get(0) + "`");
    rows.sort(null);
    return "\n" + String.join("\n", rows);
  }

  /** Returns the rows of a query, each as a text; of SHOW CREATE the second column only. */
  private static List<String> lines(Statement sql, String query) throws SQLException {
    List<String> lines = new ArrayList<>();
    try (ResultSet result = sql.executeQuery(query)) {
      boolean show = query.startsWith("SHOW");
      int columns = show ? 2 : result.getMetaData().getColumnCount();
      while (result.next()) {
        StringBuilder line = new StringBuilder();
        for (int i = show ? 2 : 1; i <= columns; i++) {
          line.append(result.getString(i)).append('|');
        }
        lines.add(line.toString());
      }
    }
    return lines;
  }
}
