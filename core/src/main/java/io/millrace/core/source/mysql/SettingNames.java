package io.millrace.core.source.mysql;

import io.millrace.core.source.mysql.row.Flavor;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a server means by the numbers of the settings that it logs with a statement.
 *
 * <p><i>Source:</i> the bits of {@code sql_mode} of MySQL 8.0 and MariaDB 11.4, which differ from
 * 32 on; collations are numbered by each server in its own way.
 *
 * @param flavor whose numbers they are
 * @param collationNames the names of its collations by number
 */
record SettingNames(Flavor flavor, Map<Integer, String> collationNames) {
  /** The bits of sql_mode on which the meaning of a text depends; both servers have these. */
  private static final Map<Integer, String> MODES =
      Map.of(
          0, "REAL_AS_FLOAT",
          1, "PIPES_AS_CONCAT",
          2, "ANSI_QUOTES",
          3, "IGNORE_SPACE",
          6, "NO_UNSIGNED_SUBTRACTION",
          20, "NO_BACKSLASH_ESCAPES",
          29, "HIGH_NOT_PRECEDENCE");

  private static final Map<Flavor, Map<Integer, String>> OWN_MODES =
      Map.of(
          Flavor.MYSQL, Map.of(32, "TIME_TRUNCATE_FRACTIONAL"),
          Flavor.MARIADB, Map.of(34, "TIME_ROUND_FRACTIONAL"));

  /** Copies the names. */
  SettingNames {
    collationNames = Map.copyOf(collationNames);
  }

  /** Asks a server. */
  static SettingNames of(ServerLink link) throws IOException {
    Map<Integer, String> names = new HashMap<>();
    add(names, link.query("SHOW COLLATION"), "Collation");
    if (link.isMariaDb()) {
      // where SHOW COLLATION names those of UCA 14 once for all charsets, without a number
      add(
          names,
          link.query("SELECT * FROM information_schema.collation_character_set_applicability"),
          "full_collation_name");
    }
    return new SettingNames(link.isMariaDb() ? Flavor.MARIADB : Flavor.MYSQL, names);
  }

  private static void add(Map<Integer, String> names, Rows rows, String column) {
    for (List<@Nullable String> row : rows.rows()) {
      Optional<String> number = rows.value(row, "id");
      Optional<String> name = rows.value(row, column);
      if (number.isPresent() && name.isPresent()) {
        names.put(Integer.valueOf(number.get()), name.get());
      }
    }
  }

  /** Returns the names of the settings on which the meaning of a text depends. */
  List<String> modes(long sqlMode) {
    Map<Integer, String> modes = new TreeMap<>(MODES);
    modes.putAll(OWN_MODES.getOrDefault(flavor, Map.of()));
    return modes.entrySet().stream()
        .filter(mode -> (sqlMode >> mode.getKey() & 1) != 0)
        .map(Map.Entry::getValue)
        .sorted()
        .toList();
  }

  /** Returns the collations of a statement's session, by the variables that hold them. */
  Map<String, String> collations(QueryText text) {
    Map<String, String> collations = new HashMap<>();
    put(collations, "collation_server", text.serverCollation());
    put(collations, "collation_database", text.databaseCollation());
    put(collations, "default_collation_for_utf8mb4", text.utf8mb4Collation());
    return collations;
  }

  private void put(Map<String, String> collations, String variable, int number) {
    String name = collationNames.get(number);
    if (name != null) {
      collations.put(variable, name);
    }
  }
}
