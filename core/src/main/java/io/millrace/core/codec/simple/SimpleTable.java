package io.millrace.core.codec.simple;

import io.millrace.api.Tso;
import io.millrace.api.event.Column;
import io.millrace.api.event.ColumnType;
import io.millrace.api.event.TableSchema;
import io.millrace.core.text.Columns;
import io.millrace.core.text.JsonText;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What a table's messages have in common, and when its definition was told. */
final class SimpleTable {
  private final TableSchema table;
  private final Columns all;
  private final byte[] head;
  private Tso version = new Tso(0);
  private long toldMillis;
  private long rowsSince;

  SimpleTable(TableSchema table) {
    this.table = table;
    all = Columns.all(table).sorted();
    String text =
        "{\"version\":1,\"database\":"
            + JsonText.string(table.name().schema())
            + ",\"table\":"
            + JsonText.string(table.name().table())
            + ",\"type\":\"";
    head = text.getBytes(StandardCharsets.UTF_8);
  }

  Columns all() {
    return all;
  }

  /** Returns the columns of the handle key, by name. */
  Columns handleKey() {
    return Columns.ofHandleKey(table, "large-message-handle-option").sorted();
  }

  /** Returns the message from its beginning up to the word of {@code type}. */
  byte[] head() {
    return head;
  }

  Tso version() {
    return version;
  }

  /** Counts a row; returns whether the definition must be told before it. */
  boolean mustTell(SimpleOptions options, Tso commitTs, long nowMillis) {
    boolean first = version.isZero();
    if (first) {
      version = commitTs;
    }
    boolean due =
        first
            || rowsSince >= options.bootstrapRows()
            || nowMillis - toldMillis >= options.bootstrapMillis();
    if (due) {
      toldMillis = nowMillis;
      rowsSince = 0;
    }
    rowsSince++;
    return due;
  }

  /** Returns the definition in JSON. */
  static String definition(TableSchema table, Tso version) {
    return "{\"schema\":"
        + JsonText.string(table.name().schema())
        + ",\"table\":"
        + JsonText.string(table.name().table())
        + ",\"version\":"
        + version
        + ",\"columns\":"
        + array(table.columns(), SimpleTable::column)
        + ",\"indexes\":"
        + array(table.keys(), key -> index(table, key))
        + "}";
  }

  private static <T> String array(List<T> list, Function<T, String> text) {
    return list.stream().map(text).collect(Collectors.joining(",", "[", "]"));
  }

  private static String column(Column column) {
    boolean character =
        column.type().family() == ColumnType.Family.CHARACTER
            || column.type().family() == ColumnType.Family.LABELS;
    String charset = character ? column.charset().orElse("utf8mb4") : "binary";
    return "{\"name\":"
        + JsonText.string(column.name())
        + ",\"dataType\":{\"mysqlType\":\""
        + column.type().name().toLowerCase(Locale.ROOT)
        + "\",\"charset\":"
        + JsonText.string(charset)
        + (character ? "" : ",\"collate\":\"binary\"")
        + (column.length() == 0 ? "" : ",\"length\":" + column.length())
        + (column.scale() == 0 ? "" : ",\"decimal\":" + column.scale())
        + (column.labels().isEmpty()
            ? ""
            : ",\"elements\":" + array(column.labels(), JsonText::string))
        + (column.unsigned() || column.zerofill() ? ",\"unsigned\":true" : "")
        + (column.zerofill() ? ",\"zerofill\":true" : "")
        + "},\"nullable\":"
        + column.nullable()
        + ",\"default\":"
        + column.defaultValue().map(JsonText::string).orElse("null")
        + "}";
  }

  private static String index(TableSchema table, TableSchema.Key key) {
    boolean nullable = key.columns().stream().anyMatch(c -> table.columns().get(c).nullable());
    return "{\"name\":"
        + JsonText.string(key.primary() ? "primary" : key.name())
        + ",\"unique\":true,\"primary\":"
        + key.primary()
        + ",\"nullable\":"
        + nullable
        + ",\"columns\":"
        + array(key.columns(), c -> JsonText.string(table.columns().get(c).name()))
        + "}";
  }
}
