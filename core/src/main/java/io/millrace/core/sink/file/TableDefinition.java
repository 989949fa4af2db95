package io.millrace.core.sink.file;

import com.google.common.collect.ImmutableMap;
import io.millrace.api.TableName;
import io.millrace.api.Tso;
import io.millrace.api.event.Column;
import io.millrace.api.event.SchemaChange;
import io.millrace.api.event.TableSchema;
import io.millrace.core.text.ColumnTypes;
import io.millrace.core.text.JsonText;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.CRC32;

/**
 * What a schema file says of one version of a table or of a database.
 *
 * <p><i>Source:</i> TiCDC's storage sink, version 1 of its definitions: names, order and texts of
 * the fields, and the digest in the file's name, which its consumers compare.
 *
 * @param schema the database
 * @param table the table's name; empty for a database
 * @param version the commit ts of the statement that began it, else the changefeed's start ts
 * @param query the statement; empty where the table was there before
 * @param type the statement's number, as TiDB has it; 0 without a statement
 * @param columns the fields of each column by name; empty as long as nothing is known of them
 */
record TableDefinition(
    String schema,
    String table,
    Tso version,
    String query,
    int type,
    List<ImmutableMap<String, String>> columns) {
  private static final String INDENT = "    ";

  TableDefinition {
    columns = List.copyOf(columns);
  }

  /** Returns that of a table that was there before. */
  static TableDefinition of(TableName name, Tso version) {
    return new TableDefinition(name.schema(), name.table(), version, "", 0, List.of());
  }

  /** Returns that of a table after a statement. */
  static TableDefinition of(TableName name, SchemaChange change) {
    return new TableDefinition(
        name.schema(),
        name.table(),
        change.commitTs(),
        change.query(),
        change.type().code(),
        List.of());
  }

  /** Returns that of a database after a statement. */
  static TableDefinition ofDatabase(SchemaChange change) {
    return new TableDefinition(
        change.schema(), "", change.commitTs(), change.query(), change.type().code(), List.of());
  }

  /**
   * Returns this with a table's columns.
   *
   * @param numbered whether each is given its place in the table, from 1
   */
  TableDefinition with(TableSchema known, boolean numbered) {
    Set<Integer> primary =
        known.primaryKey().map(key -> Set.copyOf(key.columns())).orElse(Set.of());
    return new TableDefinition(
        schema,
        table,
        version,
        query,
        type,
        IntStream.range(0, known.columns().size())
            .mapToObj(
                i ->
                    fields(
                        known.columns().get(i),
                        primary.contains(i),
                        numbered ? Optional.of(i + 1) : Optional.empty()))
            .toList());
  }

  private static ImmutableMap<String, String> fields(
      Column column, boolean primary, Optional<Integer> id) {
    ImmutableMap.Builder<String, String> fields = ImmutableMap.builder();
    id.ifPresent(number -> fields.put("ColumnId", number.toString()));
    fields.put("ColumnName", column.name());
    fields.put(
        "ColumnType",
        ColumnTypes.shortName(column).replace(" zerofill", "").toUpperCase(Locale.ROOT));
    column.defaultValue().ifPresent(value -> fields.put("ColumnDefault", value));
    long precision = precision(column);
    if (precision > 0) {
      fields.put("ColumnPrecision", Long.toString(precision));
    }
    boolean scaled =
        switch (column.type().family()) {
          case FLOATING, TEMPORAL -> column.scale() > 0;
          case DECIMAL -> true;
          default -> false;
        };
    if (scaled) {
      fields.put("ColumnScale", Integer.toString(column.scale()));
    }
    if (!column.nullable()) {
      fields.put("ColumnNullable", "false");
    }
    if (primary) {
      fields.put("ColumnIsPk", "true");
    }
    return fields.buildOrThrow();
  }

  private static long precision(Column column) {
    long otherwise =
        switch (column.type()) {
          case TINYINT -> column.unsigned() ? 3 : 4;
          case SMALLINT -> column.unsigned() ? 5 : 6;
          case MEDIUMINT -> column.unsigned() ? 8 : 9;
          case INT -> column.unsigned() ? 10 : 11;
          case BIGINT -> 20;
          case YEAR -> 4;
          case DECIMAL -> 10;
          case FLOAT -> 12;
          case DOUBLE -> 22;
          case BIT, CHAR, BINARY, VARCHAR, VARBINARY -> 1;
          case TINYTEXT, TINYBLOB -> 0xffL;
          case TEXT, BLOB -> 0xffffL;
          case MEDIUMTEXT, MEDIUMBLOB -> 0xff_ffffL;
          case LONGTEXT, LONGBLOB -> 0xffff_ffffL;
          default -> 0;
        };
    return otherwise > 0 && column.length() > 0 ? column.length() : otherwise;
  }

  /** Returns how the names of a version's files begin. */
  static String prefix(Tso version) {
    return "schema_" + version + "_";
  }

  /** Returns the name of the file, such as {@code schema_100_0785427252.json}. */
  String fileName() {
    StringBuilder text = begin().append(INDENT).append("\"Version\": 0,\n");
    List<ImmutableMap<String, String>> sorted =
        columns.stream()
            .sorted(Comparator.comparing(fields -> String.valueOf(fields.get("ColumnName"))))
            .toList();
    end(sorted, "[]", text);
    CRC32 digest = new CRC32();
    digest.update(text.toString().getBytes(StandardCharsets.UTF_8));
    return String.format("%s%010d.json", prefix(version), digest.getValue());
  }

  /** Returns the text of the file. */
  String text() {
    StringBuilder text = begin();
    text.append(INDENT).append("\"Version\": 1,\n");
    text.append(INDENT).append("\"TableVersion\": ").append(version).append(",\n");
    text.append(INDENT).append("\"Query\": ").append(JsonText.string(query)).append(",\n");
    text.append(INDENT).append("\"Type\": ").append(type).append(",\n");
    end(columns, "null", text);
    return text.toString();
  }

  private StringBuilder begin() {
    StringBuilder text = new StringBuilder("{\n");
    text.append(INDENT).append("\"Table\": ").append(JsonText.string(table)).append(",\n");
    text.append(INDENT).append("\"Schema\": ").append(JsonText.string(schema)).append(",\n");
    return text;
  }

  private static void end(
      List<ImmutableMap<String, String>> columns, String none, StringBuilder text) {
    text.append(INDENT).append("\"TableColumns\": ");
    text.append(
        columns.isEmpty()
            ? none
            : columns.stream()
                .map(TableDefinition::object)
                .collect(Collectors.joining(",\n", "[\n", "\n" + INDENT + "]")));
    text.append(",\n").append(INDENT).append("\"TableColumnsTotal\": ").append(columns.size());
    text.append("\n}");
  }

  private static String object(Map<String, String> fields) {
    String outer = INDENT + INDENT;
    return fields.entrySet().stream()
        .map(
            field ->
                outer + INDENT + "\"" + field.getKey() + "\": " + JsonText.string(field.getValue()))
        .collect(Collectors.joining(",\n", outer + "{\n", "\n" + outer + "}"));
  }
}
