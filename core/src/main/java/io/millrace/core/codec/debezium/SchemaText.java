package io.millrace.core.codec.debezium;

import io.millrace.api.TableName;
import io.millrace.api.event.Column;
import io.millrace.core.text.Columns;
import io.millrace.core.text.JsonText;
import io.millrace.core.text.PlainNames;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The schemas inside messages, as Kafka Connect's JSON converter writes them.
 *
 * <p><i>Source:</i> Debezium 2.4, MySQL connector; protocol specification, 9.2.
 */
final class SchemaText {
  private static final String TRANSACTION =
      "{\"type\":\"struct\",\"fields\":["
          + fields("string id", "int64 total_order", "int64 data_collection_order")
          + "],\"optional\":true,\"name\":\"event.block\",\"version\":1,\"field\":\"transaction\"}";

  /** The schema of what all messages have in {@code source}. */
  private static final String SOURCE =
      "{\"type\":\"struct\",\"fields\":["
          + fields("string version", "string connector", "string name", "int64 ts_ms")
          + ",{\"type\":\"string\",\"optional\":true,\"name\":\"io.debezium.data.Enum\","
          + "\"version\":1,\"parameters\":{\"allowed\":\"true,last,false,incremental\"},"
          + "\"default\":\"false\",\"field\":\"snapshot\"},"
          + fields("string db", "string? sequence", "string? table", "int64 server_id")
          + ","
          + fields("string? gtid", "string file", "int64 pos", "int32 row", "int64? thread")
          + ","
          + fields("string? query")
          + "],\"optional\":false,\"name\":\"io.debezium.connector.mysql.Source\","
          + "\"field\":\"source\"}";

  private static final String COLUMN =
      "{\"type\":\"struct\",\"optional\":false,\"name\":\"io.debezium.connector.schema.Column\","
          + "\"version\":1,\"fields\":["
          + fields("string name", "int32 jdbcType", "int32? nativeType", "string typeName")
          + ","
          + fields("string? typeExpression", "string? charsetName", "int32? length")
          + ","
          + fields("int32? scale", "int32 position", "boolean? optional")
          + ","
          + fields("boolean? autoIncremented", "boolean? generated", "string? comment")
          + ","
          + fields("string? defaultValueExpression")
          + ","
          + array("enumValues", "{\"type\":\"string\",\"optional\":false}", true)
          + "]}";

  private static final String CHANGE =
      "{\"type\":\"struct\",\"optional\":false,\"name\":\"io.debezium.connector.schema.Change\","
          + "\"version\":1,\"fields\":["
          + fields("string type", "string id")
          + ",{\"type\":\"struct\",\"optional\":true,"
          + "\"name\":\"io.debezium.connector.schema.Table\",\"version\":1,\"fields\":["
          + fields("string? defaultCharsetName")
          + ","
          + array("primaryKeyColumnNames", "{\"type\":\"string\",\"optional\":false}", true)
          + ","
          + array("columns", COLUMN, false)
          + ","
          + fields("string? comment")
          + "],\"field\":\"table\"}]}";

  /** The schema of a schema change's key. */
  static final String CHANGE_KEY =
      "{\"type\":\"struct\",\"optional\":false,"
          + "\"name\":\"io.debezium.connector.mysql.SchemaChangeKey\",\"version\":1,\"fields\":["
          + fields("string databaseName")
          + "]}";

  /** The schema of a schema change. */
  static final String CHANGE_VALUE =
      "{\"type\":\"struct\",\"optional\":false,"
          + "\"name\":\"io.debezium.connector.mysql.SchemaChangeValue\",\"version\":1,\"fields\":["
          + SOURCE
          + ","
          + fields("int64 ts_ms", "string? databaseName", "string? schemaName", "string? ddl")
          + ","
          + array("tableChanges", CHANGE, false)
          + "]}";

  private SchemaText() {}

  /** Returns fields of plain types, each given as its type, {@code ?} if optional, and its name. */
  private static String fields(String... fields) {
    return Arrays.stream(fields)
        .map(
            field -> {
              String[] parts = field.split(" ", -1);
              boolean optional = parts[0].endsWith("?");
              return "{\"type\":\""
                  + parts[0].replace("?", "")
                  + "\",\"optional\":"
                  + optional
                  + ",\"field\":\""
                  + parts[1]
                  + "\"}";
            })
        .collect(Collectors.joining(","));
  }

  private static String array(String name, String items, boolean optional) {
    return "{\"type\":\"array\",\"optional\":"
        + optional
        + ",\"items\":"
        + items
        + ",\"field\":\""
        + name
        + "\"}";
  }

  /** Returns what the names of a table's schemas begin with. */
  static String prefix(String cluster, TableName name) {
    return PlainNames.of(cluster)
        + "."
        + PlainNames.of(name.schema())
        + "."
        + PlainNames.of(name.table(), "-.");
  }

  /** Returns the schema of a key. */
  static String key(String prefix, String fields) {
    return "{\"type\":\"struct\",\"name\":"
        + JsonText.string(prefix + ".Key")
        + ",\"optional\":false,\"fields\":["
        + fields
        + "]}";
  }

  /** Returns the schema of a row's message. */
  static String row(String prefix, String fields) {
    return envelope(
        prefix, image(prefix, fields, "before") + "," + image(prefix, fields, "after") + ",");
  }

  /** Returns the schema of a watermark. */
  static String watermark(String prefix) {
    return envelope(prefix, "");
  }

  private static String envelope(String prefix, String images) {
    return "{\"type\":\"struct\",\"optional\":false,\"name\":"
        + JsonText.string(prefix + ".Envelope")
        + ",\"version\":1,\"fields\":["
        + images
        + SOURCE
        + ","
        + fields("string op", "int64? ts_ms")
        + ","
        + TRANSACTION
        + "]}";
  }

  private static String image(String prefix, String fields, String name) {
    return "{\"type\":\"struct\",\"optional\":true,\"name\":"
        + JsonText.string(prefix + ".Value")
        + ",\"field\":\""
        + name
        + "\",\"fields\":["
        + fields
        + "]}";
  }

  /** Returns the fields of columns. */
  static String columns(Columns columns, boolean tidbTypes) {
    return IntStream.range(0, columns.size())
        .mapToObj(i -> column(columns.definition(i), tidbTypes))
        .collect(Collectors.joining(","));
  }

  private static String column(Column column, boolean tidbTypes) {
    return "{"
        + (tidbTypes ? "\"tidb_type\":\"" + FieldTypes.tidbType(column) + "\"," : "")
        + "\"type\":\""
        + FieldTypes.plain(column)
        + "\",\"optional\":"
        + column.nullable()
        + FieldTypes.semantic(column)
        + ",\"field\":"
        + JsonText.string(column.name())
        + "}";
  }
}
