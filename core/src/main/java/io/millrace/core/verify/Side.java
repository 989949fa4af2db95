package io.millrace.core.verify;

import io.millrace.api.snapshot.SqlSnapshot;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One of the two servers compared.
 *
 * @param snapshot its rows
 * @param kind what it calls itself: servers of one kind write values of every type alike
 */
record Side(SqlSnapshot snapshot, String kind) {
  /** Returns the side that a snapshot is of. */
  static Side of(SqlSnapshot snapshot) throws SQLException {
    String version = text(snapshot.query("SELECT VERSION()").get(0), 0);
    String kind = version.contains("MariaDB") ? "MariaDB" : "MySQL";
    return new Side(snapshot, version.contains("TiDB") ? "TiDB" : kind);
  }

  /** Returns a value of a row; NULL as an empty text. */
  static String text(List<@Nullable String> row, int at) {
    String value = row.get(at);
    return value == null ? "" : value;
  }

  List<List<@Nullable String>> query(String sql) throws SQLException {
    return snapshot.query(sql);
  }
}
