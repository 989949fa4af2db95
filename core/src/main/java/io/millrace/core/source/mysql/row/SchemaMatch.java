package io.millrace.core.source.mysql.row;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.event.Column;
import io.millrace.api.event.ColumnType;
import io.millrace.api.event.TableSchema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Compares and joins what a table map tells with a definition that comes from elsewhere. */
final class SchemaMatch {
  /** Charsets with characters that utf8mb3 has not. */
  private static final Set<String> BEYOND_UTF8MB3 =
      Set.of("utf8mb4", "utf16", "utf16le", "utf32", "gb18030");

  private SchemaMatch() {}

  /** Throws SOURCE_SCHEMA_UNKNOWN where the log contradicts the definition. */
  static void check(TableMap map, TableSchema known) {
    if (map.columns() != known.columns().size()) {
      throw unknown(
          map,
          "has " + map.columns() + " columns in the log",
          "and " + known.columns().size() + " in the definition");
    }
    for (int i = 0; i < map.columns(); i++) {
      Column column = known.columns().get(i);
      String told = told(map, i, column);
      String wanted = wanted(map, i, column);
      if (!told.equals(wanted)) {
        throw unknown(
            map, "has column " + column.name() + " as " + told + " in the log", "not as " + wanted);
      }
      refuseLossyLabels(map, i, column);
    }
  }

  /** The server lists labels in utf8mb3, where a question mark may stand for any character. */
  private static void refuseLossyLabels(TableMap map, int number, Column column) {
    boolean beyond = column.charset().filter(BEYOND_UTF8MB3::contains).isPresent();
    if (beyond
        && map.metadata().labels(number).isEmpty()
        && column.labels().stream().anyMatch(label -> label.indexOf('?') >= 0)) {
      throw new CdcException(
          StandardErrorCode.SOURCE_SCHEMA_UNKNOWN,
          "table "
              + map.name()
              + " has a label with '?' in column "
              + column.name()
              + ", which may stand for a character that information_schema cannot show; SET GLOBAL"
              + " binlog_row_metadata=FULL and start a new changefeed");
    }
  }

  /**
   * Returns the log's definition with what only the server tells. Of a table without a primary key
   * the log gives the first unique key of NOT NULL columns as one, as the server uses it.
   */
  static TableSchema enrich(TableMap map, TableSchema server) {
    TableSchema log = map.schema();
    Map<String, Column> serverColumns = new HashMap<>();
    server.columns().forEach(column -> serverColumns.put(column.name(), column));
    Map<String, Integer> same = new HashMap<>();
    List<Column> columns = new ArrayList<>(log.columns().size());
    for (Column column : log.columns()) {
      Column other = serverColumns.get(column.name());
      if (other != null && alike(column, other)) {
        same.put(column.name(), columns.size());
        columns.add(join(map.flavor(), column, other));
      } else {
        columns.add(column);
      }
    }
    List<TableSchema.Key> unique = new ArrayList<>();
    for (TableSchema.Key key : server.keys()) {
      List<Integer> numbers =
          key.columns().stream()
              .map(number -> same.getOrDefault(server.columns().get(number).name(), -1))
              .toList();
      if (!key.primary() && !numbers.contains(-1)) {
        unique.add(new TableSchema.Key(key.name(), numbers, false));
      }
    }
    List<TableSchema.Key> keys = new ArrayList<>(log.keys());
    if (server.primaryKey().isEmpty()) {
      keys.removeIf(key -> unique.stream().anyMatch(u -> u.columns().equals(key.columns())));
    }
    keys.addAll(unique);
    return new TableSchema(log.name(), columns, keys, log.view());
  }

  private static Column join(Flavor flavor, Column log, Column server) {
    Column.Builder joined =
        log.toBuilder()
            .zerofill(server.zerofill())
            .generated(server.generated())
            .visible(flavor == Flavor.MARIADB ? server.visible() : log.visible());
    if (log.type().family() == ColumnType.Family.INTEGER) {
      joined.length(server.length());
    }
    server.defaultValue().ifPresent(joined::defaultValue);
    return joined.build();
  }

  private static boolean alike(Column log, Column server) {
    return log.type() == server.type()
        && log.unsigned() == server.unsigned()
        && log.scale() == server.scale()
        && log.charset()
            .map(SchemaMatch::canonical)
            .equals(server.charset().map(SchemaMatch::canonical))
        && log.labels().equals(server.labels())
        && (log.length() == 0
            || log.type().family() == ColumnType.Family.INTEGER
            || log.length() == server.length());
  }

  /** Describes a column by the log, in words that {@link #wanted} would use for an equal one. */
  private static String told(TableMap map, int number, Column column) {
    WireType type = map.type(number);
    Optional<String> logged = map.metadata().charset(number).map(SchemaMatch::canonical);
    Optional<String> charset = logged.isPresent() ? logged : charset(column);
    ColumnType columnType = ColumnFormat.columnType(type, charset);
    boolean unsigned =
        columnType != ColumnType.YEAR
            && (map.metadata().hasSigns() ? map.metadata().unsigned(number) : column.unsigned());
    String size =
        switch (type.wire()) {
          case STRING, VARCHAR, COMPRESSED_VARCHAR -> " of " + type.length() + " bytes";
          case ENUM, SET -> " of " + type.length() + " bytes a value";
          case BIT, DECIMAL -> " of " + type.length();
          default -> "";
        };
    return words(
        columnType, size, type.scale(), unsigned, map.nullable(number), logged.or(() -> charset));
  }

  private static String wanted(TableMap map, int number, Column column) {
    Optional<String> charset = charset(column);
    String size =
        switch (column.type()) {
          case CHAR, VARCHAR ->
              " of "
                  + (long) column.length() * CharsetText.maxBytes(charset.orElse("binary"))
                  + " bytes";
          case BINARY, VARBINARY -> " of " + column.length() + " bytes";
          case ENUM -> " of " + (column.labels().size() < 256 ? 1 : 2) + " bytes a value";
          case SET -> " of " + setBytes(column.labels().size()) + " bytes a value";
          case BIT, DECIMAL -> " of " + column.length();
          default -> "";
        };
    Optional<String> shown =
        map.metadata().charset(number).isPresent() || column.charset().isPresent()
            ? charset
            : Optional.empty();
    return words(column.type(), size, column.scale(), column.unsigned(), column.nullable(), shown);
  }

  private static String words(
      ColumnType type,
      String size,
      int scale,
      boolean unsigned,
      boolean nullable,
      Optional<String> charset) {
    return type
        + size
        + (scale > 0 ? " with " + scale + " digits after the point" : "")
        + (unsigned ? " UNSIGNED" : "")
        + charset
            .filter(
                name ->
                    type.family() == ColumnType.Family.CHARACTER
                        || type.family() == ColumnType.Family.LABELS)
            .map(name -> " in " + name)
            .orElse("")
        + (nullable ? " NULL" : " NOT NULL");
  }

  private static Optional<String> charset(Column column) {
    return column.type().family() == ColumnType.Family.BINARY
        ? Optional.of("binary")
        : column.charset().map(SchemaMatch::canonical);
  }

  private static String canonical(String charset) {
    return charset.equals("utf8") ? "utf8mb3" : charset;
  }

  private static int setBytes(int labels) {
    int bytes = (labels + 7) / 8;
    return bytes > 4 ? 8 : bytes;
  }

  private static CdcException unknown(TableMap map, String told, String wanted) {
    return new CdcException(
        StandardErrorCode.SOURCE_SCHEMA_UNKNOWN,
        "table "
            + map.name()
            + " "
            + told
            + ", "
            + wanted
            + ": its definition was changed; SET GLOBAL binlog_row_metadata=FULL and start a new"
            + " changefeed");
  }
}
