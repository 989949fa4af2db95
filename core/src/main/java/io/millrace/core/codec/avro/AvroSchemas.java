package io.millrace.core.codec.avro;

import io.millrace.api.event.Column;
import io.millrace.api.event.TableSchema;
import io.millrace.core.text.Columns;
import io.millrace.core.text.JsonText;
import io.millrace.core.text.PlainNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The texts of schemas. <i>Source:</i> protocol specification, 7.1 to 7.4. */
final class AvroSchemas {
  /** What every changefeed's schemas are named below. */
  static final String NAMESPACE = "default";

  private static final List<String> EXTENSION =
      List.of(
          "{\"default\":\"\",\"name\":\"_tidb_op\",\"type\":\"string\"}",
          "{\"default\":0,\"name\":\"_tidb_commit_ts\",\"type\":\"long\"}",
          "{\"default\":0,\"name\":\"_tidb_commit_physical_time\",\"type\":\"long\"}");

  private AvroSchemas() {}

  /** Returns the name space of a schema's tables. */
  static String namespace(String first, String schema) {
    return PlainNames.of(first) + (schema.isEmpty() ? "" : "." + PlainNames.of(schema));
  }

  /** Returns the schema of a record of columns. */
  static String record(Columns columns, AvroOptions options, boolean extension) {
    TableSchema table = columns.table();
    List<String> fields = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      fields.add(field(columns.definition(i), options));
    }
    if (extension) {
      fields.addAll(EXTENSION);
    }
    return "{\"type\":\"record\",\"name\":"
        + JsonText.string(PlainNames.of(table.name().table()))
        + ",\"namespace\":"
        + JsonText.string(namespace(NAMESPACE, table.name().schema()))
        + ",\"fields\":["
        + String.join(",", fields)
        + "]}";
  }

  private static String field(Column column, AvroOptions options) {
    AvroType type = AvroType.of(column, options);
    Optional<String> given = AvroDefaults.of(column, type);
    String text = type(column, type);
    String whole = text;
    if (column.nullable()) {
      whole = given.isPresent() ? "[" + text + ",\"null\"]" : "[\"null\"," + text + "]";
    }
    String value = given.orElse(column.nullable() ? "null" : "");
    return "{"
        + (value.isEmpty() ? "" : "\"default\":" + value + ",")
        + "\"name\":"
        + JsonText.string(PlainNames.of(column.name()))
        + ",\"type\":"
        + whole
        + "}";
  }

  private static String type(Column column, AvroType type) {
    String decimal =
        type == AvroType.DECIMAL
            ? ",\"logicalType\":\"decimal\",\"precision\":"
                + (column.length() == 0 ? 10 : column.length())
                + ",\"scale\":"
                + column.scale()
            : "";
    return "{\"type\":\""
        + type.word()
        + "\",\"connect.parameters\":{"
        + parameters(column)
        + "\"tidb_type\":\""
        + tidbType(column)
        + "\"}"
        + decimal
        + "}";
  }

  private static String parameters(Column column) {
    return switch (column.type()) {
      case ENUM, SET ->
          "\"allowed\":"
              + JsonText.string(
                  column.labels().stream()
                      .map(AvroSchemas::option)
                      .collect(Collectors.joining(",")))
              + ",";
      case BIT -> "\"length\":\"" + Math.max(1, column.length()) + "\",";
      default -> "";
    };
  }

  /** Returns a label as it stands in a list of them. */
  static String option(String label) {
    return label.replace(",", "\\,").replace("\\'", "'").replace("''", "'");
  }

  private static String tidbType(Column column) {
    String unsigned = column.unsigned() || column.zerofill() ? " UNSIGNED" : "";
    return switch (column.type()) {
      case TINYINT, SMALLINT, MEDIUMINT, INT -> "INT" + unsigned;
      case BIGINT -> "BIGINT" + unsigned;
      case CHAR, VARCHAR, TINYTEXT, TEXT, MEDIUMTEXT, LONGTEXT -> "TEXT";
      case BINARY, VARBINARY, TINYBLOB, BLOB, MEDIUMBLOB, LONGBLOB, GEOMETRY -> "BLOB";
      default -> column.type().name();
    };
  }
}
