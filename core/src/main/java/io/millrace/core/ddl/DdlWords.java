package io.millrace.core.ddl;

import io.millrace.api.TableName;
import io.millrace.api.event.DdlType;
import io.millrace.api.event.SchemaChange;

/** How protocols speak of schema changes. */
public final class DdlWords {
  private DdlWords() {}

  /**
   * Returns the table that a message of a change names, after the change; of a change of a database
   * one with an empty name.
   */
  public static TableName table(SchemaChange change) {
    return change.tables().isEmpty()
        ? new TableName(change.schema(), "")
        : change.tables().get(0).name();
  }

  /** Returns Canal's word. <i>Source:</i> protocol specification, 5.4. */
  public static String of(DdlType type) {
    return switch (type) {
      case CREATE_TABLE -> "CREATE";
      case RENAME_TABLE, RENAME_TABLES -> "RENAME";
      case ADD_INDEX, ADD_FOREIGN_KEY, ADD_PRIMARY_KEY -> "CINDEX";
      case DROP_INDEX, DROP_FOREIGN_KEY, DROP_PRIMARY_KEY -> "DINDEX";
      case ADD_COLUMN,
          DROP_COLUMN,
          MODIFY_COLUMN,
          REBASE_AUTO_ID,
          SET_DEFAULT_VALUE,
          MODIFY_TABLE_COMMENT,
          RENAME_INDEX,
          ADD_TABLE_PARTITION,
          DROP_TABLE_PARTITION,
          MODIFY_TABLE_CHARSET_AND_COLLATE,
          TRUNCATE_TABLE_PARTITION,
          ADD_COLUMNS,
          DROP_COLUMNS,
          ALTER_INDEX_VISIBILITY,
          MULTI_SCHEMA_CHANGE,
          REORGANIZE_PARTITION,
          ALTER_TABLE_PARTITIONING,
          REMOVE_PARTITIONING ->
          "ALTER";
      case DROP_TABLE -> "ERASE";
      case TRUNCATE_TABLE -> "TRUNCATE";
      default -> "QUERY";
    };
  }
}
