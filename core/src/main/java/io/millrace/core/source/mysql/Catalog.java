package io.millrace.core.source.mysql;

import io.millrace.api.TableName;
import io.millrace.api.event.Column;
import io.millrace.api.event.ColumnType;
import io.millrace.api.event.TableSchema;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Tables as the server's information_schema lists them now.
 *
 * <p><i>Source:</i> MySQL 8.0 and MariaDB 11.4 information_schema: TABLES, COLUMNS, STATISTICS.
 */
final class Catalog {
  private final ServerLink link;

  /** Creates a catalog read over a connection. */
  Catalog(ServerLink link) {
    this.link = link;
  }

  /** Returns all tables but the system's, by name. */
  List<TableSchema> tables() throws IOException {
    return read("NOT IN ('mysql','sys','information_schema','performance_schema')", "");
  }

  /** Returns one table. */
  Optional<TableSchema> table(TableName name) throws IOException {
    String table = " AND table_name=" + quoted(name.table());
    return read("=" + quoted(name.schema()), table).stream()
        .filter(each -> each.name().equals(name))
        .findFirst();
  }

  private List<TableSchema> read(String schemas, String tables) throws IOException {
    String where = " WHERE table_schema " + schemas + tables;
    Map<TableName, Parts> found = new TreeMap<>();
    Rows list =
        link.query(
            "SELECT table_schema s, table_name t, table_type k FROM information_schema.tables"
                + where
                + " AND table_type IN"
                + " ('BASE TABLE','VIEW','SYSTEM VERSIONED')");
    for (List<@Nullable String> row : list.rows()) {
      boolean view = text(list, row, "k").equals("VIEW");
      found.put(name(list, row), new Parts(view));
    }
    columns(where, found);
    keys(where, found);
    List<TableSchema> all = new ArrayList<>();
    found.forEach((name, parts) -> all.add(parts.schema(name)));
    return all;
  }

  private void columns(String where, Map<TableName, Parts> found) throws IOException {
    Rows rows =
        link.query(
            "SELECT table_schema s, table_name t, column_name c, data_type d, column_type y,"
                + " is_nullable n, character_set_name h, character_maximum_length l,"
                + " numeric_precision p, numeric_scale a, datetime_precision f, extra e,"
                + " column_default v"
                + " FROM information_schema.columns"
                + where
                + " ORDER BY table_schema, table_name, ordinal_position");
    for (List<@Nullable String> row : rows.rows()) {
      Parts parts = found.get(name(rows, row));
      if (parts != null) {
        parts.columns.add(column(rows, row));
      }
    }
  }

  private void keys(String where, Map<TableName, Parts> found) throws IOException {
    Rows rows =
        link.query(
            "SELECT table_schema s, table_name t, index_name i, column_name c, sub_part b FROM"
                + " information_schema.statistics"
                + where
                + " AND non_unique=0 ORDER BY table_schema, table_name, index_name,"
                + " seq_in_index");
    for (List<@Nullable String> row : rows.rows()) {
      Parts parts = found.get(name(rows, row));
      if (parts != null) {
        boolean whole = rows.value(row, "b").isEmpty() && rows.value(row, "c").isPresent();
        parts
            .keys
            .computeIfAbsent(text(rows, row, "i"), i -> new ArrayList<>())
            .add(whole ? text(rows, row, "c") : "");
      }
    }
  }

  private static Column column(Rows rows, List<@Nullable String> row) {
    String data = text(rows, row, "d").toLowerCase(Locale.ROOT);
    String full = text(rows, row, "y");
    String lower = full.toLowerCase(Locale.ROOT);
    String extra = text(rows, row, "e").toUpperCase(Locale.ROOT);
    ColumnType type = type(data);
    Column.Builder column =
        Column.builder(text(rows, row, "c"), type)
            .nullable(text(rows, row, "n").equals("YES"))
            .unsigned(lower.contains(" unsigned"))
            .zerofill(lower.contains(" zerofill"))
            .visible(!extra.contains("INVISIBLE"))
            .generated(generated(extra));
    rows.value(row, "h").ifPresent(column::charset);
    rows.value(row, "v").ifPresent(column::defaultValue);
    switch (type.family()) {
      case INTEGER, BITS -> column.length(inParentheses(lower));
      case DECIMAL -> column.length(number(rows, row, "p")).scale(number(rows, row, "a"));
      case TEMPORAL -> column.scale(number(rows, row, "f"));
      case CHARACTER, BINARY ->
          column.length(
              data.startsWith("inet") || data.equals("uuid")
                  ? (data.equals("inet4") ? 4 : 16)
                  : number(rows, row, "l"));
      case LABELS -> column.labels(labels(full));
      case FLOATING, JSON -> {}
    }
    return column.build();
  }

  private static Column.Generated generated(String extra) {
    if (extra.contains("VIRTUAL")) {
      return Column.Generated.VIRTUAL;
    }
    return extra.contains("STORED") || extra.contains("PERSISTENT")
        ? Column.Generated.STORED
        : Column.Generated.NONE;
  }

  private static ColumnType type(String data) {
    return switch (data) {
      case "tinyint" -> ColumnType.TINYINT;
      case "smallint" -> ColumnType.SMALLINT;
      case "mediumint" -> ColumnType.MEDIUMINT;
      case "int" -> ColumnType.INT;
      case "bigint" -> ColumnType.BIGINT;
      case "float" -> ColumnType.FLOAT;
      case "double" -> ColumnType.DOUBLE;
      case "decimal" -> ColumnType.DECIMAL;
      case "bit" -> ColumnType.BIT;
      case "year" -> ColumnType.YEAR;
      case "date" -> ColumnType.DATE;
      case "time" -> ColumnType.TIME;
      case "datetime" -> ColumnType.DATETIME;
      case "timestamp" -> ColumnType.TIMESTAMP;
      case "char" -> ColumnType.CHAR;
      case "varchar" -> ColumnType.VARCHAR;
      case "tinytext" -> ColumnType.TINYTEXT;
      case "text" -> ColumnType.TEXT;
      case "mediumtext" -> ColumnType.MEDIUMTEXT;
      case "longtext" -> ColumnType.LONGTEXT;
      case "binary", "uuid", "inet4", "inet6" -> ColumnType.BINARY;
      case "varbinary" -> ColumnType.VARBINARY;
      case "tinyblob" -> ColumnType.TINYBLOB;
      case "mediumblob" -> ColumnType.MEDIUMBLOB;
      case "longblob" -> ColumnType.LONGBLOB;
      case "enum" -> ColumnType.ENUM;
      case "set" -> ColumnType.SET;
      case "json" -> ColumnType.JSON;
      case "geometry",
          "point",
          "linestring",
          "polygon",
          "multipoint",
          "multilinestring",
          "multipolygon",
          "geomcollection",
          "geometrycollection" ->
          ColumnType.GEOMETRY;
      default -> ColumnType.BLOB;
    };
  }

  private static int inParentheses(String columnType) {
    int from = columnType.indexOf('(');
    int to = columnType.indexOf(')', from + 1);
    return from < 0 || to < 0 ? 0 : Integer.parseInt(columnType.substring(from + 1, to));
  }

  /** Returns the labels of {@code enum('a','b''c','d\\e')}: quotes doubled, others escaped. */
  static List<String> labels(String columnType) {
    List<String> labels = new ArrayList<>();
    StringBuilder label = new StringBuilder();
    boolean inside = false;
    for (int i = columnType.indexOf('(') + 1; i < columnType.length(); i++) {
      char c = columnType.charAt(i);
      if (!inside) {
        inside = c == '\'';
      } else if (c == '\\' && i + 1 < columnType.length()) {
        i++;
        label.append(unescaped(columnType.charAt(i)));
      } else if (c != '\'') {
        label.append(c);
      } else if (i + 1 < columnType.length() && columnType.charAt(i + 1) == '\'') {
        label.append(c);
        i++;
      } else {
        labels.add(label.toString());
        label.setLength(0);
        inside = false;
      }
    }
    return labels;
  }

  private static char unescaped(char escaped) {
    return switch (escaped) {
      case '0' -> 0;
      case 'n' -> '\n';
      case 'r' -> '\r';
      default -> escaped;
    };
  }

  private static int number(Rows rows, List<@Nullable String> row, String name) {
    String text = text(rows, row, name);
    return text.isEmpty() ? 0 : (int) Math.min(Integer.MAX_VALUE, Long.parseLong(text));
  }

  private static TableName name(Rows rows, List<@Nullable String> row) {
    return new TableName(text(rows, row, "s"), text(rows, row, "t"));
  }

  private static String text(Rows rows, List<@Nullable String> row, String name) {
    return rows.value(row, name).orElse("");
  }

  private static String quoted(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'";
  }

  /** A table while it is put together. */
  private static final class Parts {
    private final boolean view;
    private final List<Column> columns = new ArrayList<>();
    private final Map<String, List<String>> keys = new LinkedHashMap<>();

    Parts(boolean view) {
      this.view = view;
    }

    TableSchema schema(TableName name) {
      List<TableSchema.Key> all = new ArrayList<>();
      List<String> names = columns.stream().map(Column::name).toList();
      keys.forEach(
          (key, parts) -> {
            List<Integer> numbers = parts.stream().map(names::indexOf).toList();
            if (!numbers.contains(-1)) {
              boolean primary = key.equals("PRIMARY");
              all.add(primary ? 0 : all.size(), new TableSchema.Key(key, numbers, primary));
            }
          });
      return new TableSchema(name, columns, all, view);
    }
  }
}
