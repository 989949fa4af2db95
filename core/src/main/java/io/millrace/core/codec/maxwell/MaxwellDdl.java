package io.millrace.core.codec.maxwell;

import io.millrace.api.TableName;
import io.millrace.api.event.Column;
import io.millrace.api.event.DdlType;
import io.millrace.api.event.SchemaChange;
import io.millrace.api.event.TableSchema;
import io.millrace.core.ddl.DdlWords;
import io.millrace.core.text.JsonText;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The texts of schema changes. <i>Source:</i> protocol specification, 8.2. */
final class MaxwellDdl {
  private MaxwellDdl() {}

  /** Returns the key of open protocol, without its frame. */
  static String key(SchemaChange change) {
    TableName name = DdlWords.table(change);
    return "{\"ts\":"
        + change.commitTs()
        + (name.schema().isEmpty() ? "" : ",\"scm\":" + JsonText.string(name.schema()))
        + (name.table().isEmpty() ? "" : ",\"tbl\":" + JsonText.string(name.table()))
        + ",\"t\":2}";
  }

  static String value(SchemaChange change) {
    TableName name = DdlWords.table(change);
    Optional<TableSchema> schema =
        change.tables().isEmpty() ? Optional.empty() : change.tables().get(0).schema();
    return "{\"type\":"
        + JsonText.string(word(change.type()))
        + ",\"database\":"
        + JsonText.string(name.schema())
        + ",\"table\":"
        + JsonText.string(name.table())
        + ",\"old\":"
        + table(new TableName("", ""), Optional.empty())
        + ",\"def\":"
        + table(name, schema)
        + ",\"ts\":"
        + change.commitTs()
        + ",\"sql\":"
        + JsonText.string(change.query())
        + "}";
  }

  private static String table(TableName name, Optional<TableSchema> schema) {
    String columns =
        schema
            .map(
                s ->
                    s.columns().stream()
                        .map(MaxwellDdl::column)
                        .collect(Collectors.joining(",", "[", "]")))
            .orElse("null");
    return "{\"database\":"
        + JsonText.string(name.schema())
        + ",\"table\":"
        + JsonText.string(name.table())
        + ",\"columns\":"
        + columns
        + ",\"primary-key\":null}";
  }

  private static String column(Column column) {
    return "{\"type\":\"" + type(column) + "\",\"name\":" + JsonText.string(column.name()) + "}";
  }

  private static String type(Column column) {
    return switch (column.type()) {
      case TINYINT, SMALLINT, MEDIUMINT, INT -> "int";
      case FLOAT, DOUBLE -> "float";
      case TIMESTAMP -> "datetime";
      case BIGINT, DECIMAL, DATE, DATETIME, TIME, YEAR, ENUM, SET, BIT, JSON ->
          column.type().name().toLowerCase(Locale.ROOT);
      default -> "string";
    };
  }

  private static String word(DdlType type) {
    int code = type.code();
    boolean alters =
        (code >= 5 && code <= 20)
            || switch (code) {
              case 22, 23, 27, 28, 29, 33, 37, 38, 41, 42 -> true;
              default -> false;
            };
    if (alters) {
      return "table-alter";
    }
    return switch (type) {
      case CREATE_TABLE -> "table-create";
      case DROP_TABLE -> "table-drop";
      case CREATE_SCHEMA -> "database-create";
      case DROP_SCHEMA -> "database-drop";
      case MODIFY_SCHEMA_CHARSET_AND_COLLATE -> "database-alter";
      case CREATE_VIEW,
          DROP_VIEW,
          RECOVER_TABLE,
          ADD_PRIMARY_KEY,
          CREATE_SEQUENCE,
          ALTER_SEQUENCE,
          DROP_SEQUENCE,
          ADD_CHECK_CONSTRAINT,
          DROP_CHECK_CONSTRAINT,
          ALTER_CHECK_CONSTRAINT,
          RENAME_TABLES ->
          type.name().toLowerCase(Locale.ROOT).replace('_', ' ');
      case MULTI_SCHEMA_CHANGE -> "alter table multi-schema change";
      case REORGANIZE_PARTITION -> "alter table reorganize partition";
      case ALTER_TABLE_PARTITIONING -> "alter table partition by";
      case REMOVE_PARTITIONING -> "alter table remove partitioning";
      case ALTER_TTL_INFO -> "alter table ttl";
      case ALTER_TTL_REMOVE -> "alter table no_ttl";
      default -> "none";
    };
  }
}
