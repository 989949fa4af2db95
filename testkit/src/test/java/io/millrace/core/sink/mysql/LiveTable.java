package io.millrace.core.sink.mysql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * What a client saw of a table a moment ago.
 *
 * @param columns in table order, id among them; empty: it is gone
 */
record LiveTable(String name, boolean partitioned, List<Live> columns) {
  /** A column: its type's word, and the type in full. */
  record Live(String name, String type, String full, boolean generated) {}

  /** Returns a table of the connection's current database. */
  static LiveTable read(Statement sql, String name) throws SQLException {
    List<Live> columns = new ArrayList<>();
    try (ResultSet rows =
        sql.executeQuery(
            "SELECT column_name, data_type, column_type, extra FROM information_schema.columns"
                + " WHERE table_schema=DATABASE() AND table_name='"
                + name
                + "' ORDER BY ordinal_position")) {
      while (rows.next()) {
        columns.add(
            new Live(
                rows.getString(1),
                rows.getString(2),
                rows.getString(3),
                rows.getString(4).contains("GENERATED")));
      }
    }
    try (ResultSet rows =
        sql.executeQuery(
            "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema=DATABASE() AND"
                + " create_options LIKE '%partitioned%' AND table_name='"
                + name
                + "'")) {
      rows.next();
      return new LiveTable(name, rows.getInt(1) > 0, columns);
    }
  }

  /** Returns the name of a column other than id, if there is one. */
  String anyColumn(Random random) {
    List<Live> others = columns.stream().filter(c -> !c.name().equals("id")).toList();
    return others.isEmpty() ? "id" : others.get(random.nextInt(others.size())).name();
  }

  /** Returns a column's type in one word. */
  String type(String column) {
    return columns.stream()
        .filter(c -> c.name().equals(column))
        .findFirst()
        .map(Live::type)
        .orElse("int");
  }

  /** Returns a column's type in full. */
  String definition(String column) {
    return columns.stream()
        .filter(c -> c.name().equals(column))
        .findFirst()
        .map(Live::full)
        .orElse("int");
  }

  /** Returns the columns that can be written, joined by commas. */
  String writable() {
    return columns.stream()
        .filter(c -> !c.generated())
        .map(Live::name)
        .collect(Collectors.joining(","));
  }

  /** Returns the values of a new row, in the order of {@link #writable}. */
  String values(Random random, int id) {
    return columns.stream()
        .filter(c -> !c.generated())
        .map(c -> c.name().equals("id") ? Integer.toString(id) : value(random, c.type()))
        .collect(Collectors.joining(","));
  }

  /** Returns a value of a type as a literal. */
  static String value(Random random, String type) {
    int n = random.nextInt(50);
    if (n == 0 && !type.endsWith("int")) {
      return "NULL";
    }
    return switch (type) {
      case "int", "smallint", "bigint", "enum", "set", "bit" ->
          Integer.toString(1 + (type.equals("int") ? random.nextInt(1000) : n % 3));
      case "decimal", "double", "float" -> n + "/7";
      case "date" -> "'2024-02-" + (10 + n % 19) + "'";
      case "datetime", "timestamp" -> "'2024-03-31 02:30:" + (10 + n) + ".25'";
      case "time" -> "'-1:02:" + (10 + n) + ".5'";
      case "year" -> Integer.toString(2000 + n);
      case "json" -> "'{\"k\":[" + n + ",null,\"\\u00e9\"]}'";
      case "varbinary", "blob", "longblob", "tinyblob", "mediumblob" -> "x'00ff" + (10 + n) + "'";
      default -> n % 3 == 0 ? "'\u00e9t\u00e9 " + n + "'" : "'v''" + n + "'";
    };
  }
}
