package io.millrace.core.codec.debezium;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.TableName;
import io.millrace.api.event.Column;
import io.millrace.api.event.DdlType;
import io.millrace.api.event.SchemaChange;
import io.millrace.api.event.TableChange;
import io.millrace.api.event.TableSchema;
import io.millrace.core.text.JsonText;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The texts of schema changes. */
final class DebeziumDdl {
  private DebeziumDdl() {}

  /**
   * Returns the elements of {@code tableChanges}.
   *
   * @throws CdcException {@link StandardErrorCode#DDL_UNSUPPORTED_TYPE} for a type that the
   *     protocol has no word for
   */
  static String tableChanges(SchemaChange change) {
    String type = word(change);
    if (change.tables().isEmpty() || change.type() == DdlType.TRUNCATE_TABLE) {
      return "[]";
    }
    TableChange table = change.tables().get(0);
    boolean renamed = table.before().isPresent() && !table.before().equals(table.after());
    String id =
        renamed && table.after().isPresent()
            ? quoted(table.before().get()) + "," + quoted(table.name())
            : quoted(table.name());
    return "[{\"type\":\""
        + type
        + "\",\"id\":"
        + JsonText.string(id)
        + ",\"table\":"
        + table.schema().map(DebeziumDdl::definition).orElse("null")
        + "}]";
  }

  private static String quoted(TableName name) {
    return "\"" + name.schema() + "\".\"" + name.table() + "\"";
  }

  private static String word(SchemaChange change) {
    return switch (change.type()) {
      case CREATE_SCHEMA, CREATE_TABLE, CREATE_VIEW -> "CREATE";
      case ADD_COLUMN,
          ADD_COLUMNS,
          MODIFY_COLUMN,
          DROP_COLUMN,
          DROP_COLUMNS,
          MULTI_SCHEMA_CHANGE,
          ADD_TABLE_PARTITION,
          REMOVE_PARTITIONING,
          REORGANIZE_PARTITION,
          EXCHANGE_TABLE_PARTITION,
          ALTER_TABLE_PARTITIONING,
          TRUNCATE_TABLE_PARTITION,
          DROP_TABLE_PARTITION,
          REBASE_AUTO_ID,
          SET_DEFAULT_VALUE,
          MODIFY_TABLE_COMMENT,
          MODIFY_TABLE_CHARSET_AND_COLLATE,
          MODIFY_SCHEMA_CHARSET_AND_COLLATE,
          ADD_INDEX,
          ALTER_INDEX_VISIBILITY,
          RENAME_INDEX,
          RENAME_TABLE,
          RENAME_TABLES,
          ADD_PRIMARY_KEY,
          DROP_PRIMARY_KEY ->
          "ALTER";
      case DROP_SCHEMA, DROP_TABLE, DROP_INDEX, DROP_VIEW, TRUNCATE_TABLE -> "DROP";
      default ->
          throw new CdcException(
              StandardErrorCode.DDL_UNSUPPORTED_TYPE,
              "the protocol debezium has no message of "
                  + change.type()
                  + ": "
                  + change.query()
                  + "; leave it out by an event filter, or choose another protocol");
    };
  }

  private static String definition(TableSchema table) {
    return "{\"defaultCharsetName\":null,\"primaryKeyColumnNames\":"
        + texts(
            table.primaryKey().map(TableSchema.Key::columns).orElse(List.of()),
            c -> JsonText.string(table.columns().get(c).name()))
        + ",\"columns\":"
        + IntStream.range(0, table.columns().size())
            .mapToObj(i -> column(table.columns().get(i), i + 1))
            .collect(Collectors.joining(",", "[", "]"))
        + ",\"comment\":null}";
  }

  private static <T> String texts(List<T> list, Function<T, String> text) {
    return list.stream().map(text).collect(Collectors.joining(",", "[", "]"));
  }

  private static String column(Column column, int position) {
    String type = JsonText.string(FieldTypes.mysqlType(column));
    return "{\"name\":"
        + JsonText.string(column.name())
        + ",\"jdbcType\":"
        + FieldTypes.jdbcType(column)
        + ",\"nativeType\":null,\"comment\":null,\"defaultValueExpression\":"
        + column.defaultValue().map(JsonText::string).orElse("null")
        + ",\"enumValues\":"
        + (column.labels().isEmpty()
            ? "null"
            : texts(column.labels(), l -> JsonText.string("'" + l + "'")))
        + ",\"typeName\":"
        + type
        + ",\"typeExpression\":"
        + type
        + ",\"charsetName\":"
        + column.charset().map(JsonText::string).orElse("null")
        + ",\"length\":"
        + (column.length() == 0 ? "null" : Integer.toString(column.length()))
        + ",\"scale\":"
        + (column.scale() == 0 ? "null" : Integer.toString(column.scale()))
        + ",\"position\":"
        + position
        + ",\"optional\":"
        + column.nullable()
        + ",\"autoIncremented\":false,\"generated\":"
        + (column.generated() != Column.Generated.NONE)
        + "}";
  }
}
