package io.millrace.api.changefeed;

import io.millrace.api.TableName;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Something in which the downstream differs from the upstream. It holds no values but those of key
 * columns.
 *
 * @param kind what differs
 * @param table the table
 * @param key the row's key: column names and values as text, binary ones as {@code 0x} and
 *     hexadecimal digits, in key order; empty where a table as a whole differs
 * @param columns the names of the columns that differ, or of those that are missing downstream, in
 *     the upstream's order; empty where the row or the table is missing
 */
public record Difference(
    Kind kind, TableName table, Map<String, String> key, List<String> columns) {
  /** Copies map and list. */
  public Difference {
    key = Collections.unmodifiableMap(new LinkedHashMap<>(key));
    columns = List.copyOf(columns);
  }

  /** What can differ. */
  public enum Kind {
    /** The row is upstream only. */
    ROW_MISSING,
    /** The row is downstream only. */
    ROW_EXTRA,
    /** The row has other values downstream. */
    ROW_DIFFERENT,
    /** The rows of a table without a usable key differ; which ones cannot be told. */
    ROWS_DIFFERENT,
    /** The table is upstream only. */
    TABLE_MISSING,
    /** Columns are upstream only; the others were compared. */
    COLUMNS_MISSING
  }
}
