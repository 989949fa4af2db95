package io.millrace.core.sink.mysql;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.TableName;
import io.millrace.core.sink.mysql.TargetTable.Target;
import io.millrace.core.sink.mysql.TargetTable.Unique;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads definitions of tables downstream. */
final class TargetCatalog {
  private static final String TABLE =
      "SELECT engine FROM information_schema.tables WHERE table_schema=? AND table_name=?";
  private static final String COLUMNS =
      "SELECT column_name, data_type, collation_name, COALESCE(numeric_scale, datetime_precision,"
          + " 0), is_nullable, extra FROM information_schema.columns WHERE table_schema=? AND"
          + " table_name=? ORDER BY ordinal_position";
  private static final String KEYS =
      "SELECT index_name, column_name, sub_part FROM information_schema.statistics WHERE"
          + " table_schema=? AND table_name=? AND non_unique=0 ORDER BY index_name<>'PRIMARY',"
          + " index_name, seq_in_index";

  private TargetCatalog() {}

  /**
   * Returns the definition of a table.
   *
   * @throws CdcException {@link StandardErrorCode#MYSQL_QUERY_ERROR} if there is none
   */
  static TargetTable read(Session session, TableName name) throws SQLException {
    List<List<@Nullable String>> found = session.query(TABLE, name.schema(), name.table());
    if (found.isEmpty()) {
      session.rollback();
      throw new CdcException(
          StandardErrorCode.MYSQL_QUERY_ERROR,
          "MySQL query error: there is no table "
              + name
              + " downstream, create it or filter it out");
    }
    List<Target> columns = new ArrayList<>();
    for (List<@Nullable String> row : session.query(COLUMNS, name.schema(), name.table())) {
      String extra = text(row, 5).toUpperCase(Locale.ROOT);
      columns.add(
          new Target(
              text(row, 0),
              text(row, 1).toLowerCase(Locale.ROOT),
              Optional.ofNullable(row.get(2)),
              Integer.parseInt(text(row, 3)),
              text(row, 4).equals("YES"),
              extra.contains("VIRTUAL GENERATED")
                  || extra.contains("STORED GENERATED")
                  || extra.contains("PERSISTENT")));
    }
    List<Unique> keys = keys(session, name);
    session.rollback();
    return new TargetTable(name, Optional.ofNullable(found.get(0).get(0)), columns, keys);
  }

  private static List<Unique> keys(Session session, TableName name) throws SQLException {
    Map<String, List<String>> columns = new LinkedHashMap<>();
    List<String> odd = new ArrayList<>();
    for (List<@Nullable String> row : session.query(KEYS, name.schema(), name.table())) {
      String key = text(row, 0);
      String column = row.get(1);
      List<String> list = columns.computeIfAbsent(key, k -> new ArrayList<>());
      if (column == null || row.get(2) != null) {
        odd.add(key);
      } else {
        list.add(column);
      }
    }
    List<Unique> keys = new ArrayList<>();
    columns.forEach((key, list) -> keys.add(new Unique(key, odd.contains(key) ? List.of() : list)));
    return keys;
  }

  private static String text(List<@Nullable String> row, int at) {
    String value = row.get(at);
    return value == null ? "" : value;
  }
}
