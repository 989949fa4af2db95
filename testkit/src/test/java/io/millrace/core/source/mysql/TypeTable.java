package io.millrace.core.source.mysql;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * A table of the type matrix: columns, and for each the values it takes, one a row. Where a column
 * has fewer values than others, and in the last row, it is NULL.
 */
final class TypeTable {
  private final String name;
  private final String key;
  private final List<TypeColumn> columns = new ArrayList<>();

  private TypeTable(String name, String key) {
    this.name = name;
    this.key = key;
  }

  /** How a column's value is asked for, and compared. */
  enum Reading {
    /** {@code write} gives the text of CAST AS CHAR. */
    CAST("HEX(CAST(CAST(%s AS CHAR) AS BINARY))"),
    /** {@code write} gives the text in utf8mb4. */
    TEXT("HEX(CONVERT(%s USING utf8mb4))"),
    /** {@code write} gives the bytes. */
    BYTES("HEX(%s)"),
    /** {@code write} gives the bytes of a network address. */
    ADDRESS("HEX(INET6_ATON(%s))"),
    /** {@code write} gives the bytes of a UUID. */
    UUID("REPLACE(UPPER(CAST(%s AS CHAR)), '-', '')"),
    /** {@code write} gives the bits as a number. */
    BITS("HEX(CAST(CAST(CAST(%s AS UNSIGNED) AS CHAR) AS BINARY))"),
    /** {@code doubleAt} gives the number. */
    DOUBLE("(%s + 0e0)"),
    /** {@code longAt} gives the number of the label or labels, {@code write} their text. */
    LABELS("CONCAT(HEX(CONVERT(%1$s USING utf8mb4)), ':', CAST(%1$s + 0 AS UNSIGNED))");

    private final String sql;

    Reading(String sql) {
      this.sql = sql;
    }

    String of(String column) {
      return String.format(sql, "`" + column + "`");
    }
  }

  /**
   * A column.
   *
   * @param definition what stands behind the name in CREATE TABLE
   * @param values SQL expressions; empty for a generated column
   */
  record TypeColumn(String name, String definition, Reading reading, List<String> values) {
    boolean isGenerated() {
      return values.isEmpty();
    }

    String value(int row) {
      return row < values.size() ? values.get(row) : "NULL";
    }
  }

  /** Begins a table with a primary key. */
  static TypeTable named(String name) {
    return new TypeTable(name, "id INT NOT NULL PRIMARY KEY");
  }

  /** Begins a table without any primary key. */
  static TypeTable withoutPrimaryKey(String name) {
    return new TypeTable(name, "id INT NOT NULL, UNIQUE KEY u (id)");
  }

  /** Adds a column. */
  TypeTable with(String column, String definition, Reading reading, String... values) {
    columns.add(new TypeColumn(column, definition, reading, List.of(values)));
    return this;
  }

  /** Returns a literal of a text in utf8mb4, whatever the connection's charset is. */
  static String text(String text) {
    return "_utf8mb4 x'" + HexFormat.of().formatHex(text.getBytes(UTF_8)) + "'";
  }

  String name() {
    return name;
  }

  List<TypeColumn> columns() {
    return columns;
  }

  int rows() {
    return 1 + columns.stream().mapToInt(c -> c.values().size()).max().orElseThrow();
  }

  String create() {
    StringBuilder sql = new StringBuilder("CREATE TABLE ").append(name).append(" (").append(key);
    columns.forEach(c -> sql.append(", `" + c.name() + "` ").append(c.definition()));
    return sql.append(") CHARACTER SET utf8mb4").toString();
  }

  /** Returns the statement that inserts the values of a row. */
  String insert(int row) {
    StringBuilder names = new StringBuilder("INSERT INTO " + name + " (id");
    StringBuilder values = new StringBuilder(") VALUES (" + row);
    for (TypeColumn column : columns) {
      if (!column.isGenerated()) {
        names.append(", `").append(column.name()).append('`');
        values.append(", ").append(column.value(row));
      }
    }
    return names.append(values).append(')').toString();
  }

  /**
   * Returns the statement that gives a row the values of the next, the last one those of the first.
   */
  String update(int row) {
    StringBuilder sql = new StringBuilder("UPDATE " + name + " SET ");
    String comma = "";
    for (TypeColumn column : columns) {
      if (!column.isGenerated()) {
        sql.append(comma).append('`').append(column.name()).append("` = ");
        sql.append(column.value((row + 1) % rows()));
        comma = ", ";
      }
    }
    return sql + " WHERE id = " + row;
  }

  /** Returns the query for all values as they are compared. */
  String select() {
    StringBuilder sql = new StringBuilder("SELECT id");
    columns.forEach(c -> sql.append(", ").append(c.reading().of(c.name())));
    return sql + " FROM " + name + " ORDER BY id";
  }
}
