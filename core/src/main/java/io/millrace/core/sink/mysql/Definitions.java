package io.millrace.core.sink.mysql;

import io.millrace.api.TableName;
import io.millrace.api.event.DdlType;
import io.millrace.api.event.SchemaChange;
import io.millrace.api.event.TableChange;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a schema change's tables look like downstream, as one text. */
final class Definitions {
  /** No such table, schema, view. */
  private static final Set<Integer> MISSING = Set.of(1146, 1049, 1051);

  private static final String ABSENT = "-";

  private Definitions() {}

  /**
   * Returns the definitions of all tables that a change names, before and after. When each was made
   * is a part of it: so tables that swap their names differ, and a table that was emptied does.
   * Where that does not tell them apart, a checksum of their rows is one more part.
   */
  static String of(Session session, SchemaChange change) throws SQLException {
    Set<TableName> names = new LinkedHashSet<>();
    for (TableChange table : change.tables()) {
      table.before().ifPresent(names::add);
      table.after().ifPresent(names::add);
    }
    boolean exchange = change.type() == DdlType.EXCHANGE_TABLE_PARTITION;
    Set<String> known = new HashSet<>();
    boolean alike = false;
    StringBuilder text = new StringBuilder();
    for (TableName name : names) {
      String definition = table(session, name);
      text.append(name).append('\n').append(definition).append('\n');
      String nameless = definition.replaceFirst("CREATE TABLE `(?:[^`]|``)+`", "");
      alike |= !definition.endsWith(ABSENT) && !known.add(nameless);
    }
    if (exchange || alike) {
      for (TableName name : names) {
        text.append(shown(session, "CHECKSUM TABLE " + quoted(name))).append('\n');
      }
    }
    if (names.isEmpty() && !change.schema().isEmpty()) {
      text.append(shown(session, "SHOW CREATE DATABASE " + Literals.quotedName(change.schema())));
    }
    session.rollback();
    return text.toString();
  }

  private static String quoted(TableName name) {
    return Literals.quotedName(name.schema()) + "." + Literals.quotedName(name.table());
  }

  private static String table(Session session, TableName name) throws SQLException {
    List<List<@Nullable String>> times =
        session.query(
            "SELECT create_time FROM information_schema.tables WHERE table_schema=? AND"
                + " table_name=?",
            name.schema(),
            name.table());
    return (times.isEmpty() ? ABSENT : String.valueOf(times.get(0).get(0)))
        + "\n"
        + shown(session, "SHOW CREATE TABLE " + quoted(name))
            .replaceAll(" AUTO_INCREMENT=\\d+", "");
  }

  private static String shown(Session session, String sql) throws SQLException {
    try {
      List<List<@Nullable String>> rows = session.query(sql);
      return rows.isEmpty() ? ABSENT : String.valueOf(rows.get(0).get(1));
    } catch (SQLException e) {
      if (!MISSING.contains(e.getErrorCode())) {
        throw e;
      }
      return ABSENT;
    }
  }
}
