package io.millrace.api;

/**
 * The name of a table as its definition spells it.
 *
 * @param schema the database
 * @param table the table; empty where a schema as a whole is meant
 */
public record TableName(String schema, String table) implements Comparable<TableName> {
  @Override
  public int compareTo(TableName other) {
    int bySchema = schema.compareTo(other.schema);
    return bySchema != 0 ? bySchema : table.compareTo(other.table);
  }

  /** Returns {@code schema.table}, unquoted. */
  @Override
  public String toString() {
    return schema + "." + table;
  }
}
