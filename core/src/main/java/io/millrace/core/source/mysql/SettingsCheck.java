package io.millrace.core.source.mysql;

import io.millrace.api.source.Requirement;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Compares a server's settings and the user's grants with what reading its log needs. */
final class SettingsCheck {
  private static final Pattern SELECT =
      Pattern.compile("(?i)^GRANT (.*\\b)?(SELECT|ALL PRIVILEGES)\\b.* ON .*");

  private final ServerLink link;
  private final boolean catalogSchemas;
  private final List<Requirement> found = new ArrayList<>();

  /**
   * Creates a check.
   *
   * @param catalogSchemas whether the URI says {@code schema=information_schema}
   */
  SettingsCheck(ServerLink link, boolean catalogSchemas) {
    this.link = link;
    this.catalogSchemas = catalogSchemas;
  }

  /** Returns every setting and grant, met or not. */
  List<Requirement> run() throws IOException {
    setting("log_bin", "ON", "restart the server with --log-bin", "ON", "1");
    setting("binlog_format", "ROW", "SET GLOBAL binlog_format=ROW", "ROW");
    setting(
        "binlog_row_image",
        "FULL (MINIMAL and NOBLOB: columns not logged are absent)",
        "SET GLOBAL binlog_row_image=FULL",
        "FULL",
        "MINIMAL",
        "NOBLOB",
        "FULL_NODUP");
    metadata();
    serverId();
    noted("binlog_row_value_options", "any, differences of JSON values are put together");
    noted(link.isMariaDb() ? "log_bin_compress" : "binlog_transaction_compression", "any");
    noted(link.isMariaDb() ? "gtid_domain_id" : "gtid_mode", "any, ON lets a reset log be noticed");
    cascades();
    grants();
    return List.copyOf(found);
  }

  private Optional<String> variable(String name) throws IOException {
    Rows rows = link.query("SHOW GLOBAL VARIABLES LIKE '" + name + "'");
    return rows.rows().stream()
        .filter(row -> name.equals(row.get(0)))
        .findFirst()
        .map(row -> Optional.ofNullable(row.get(1)).orElse(""));
  }

  private void setting(String name, String wanted, String remedy, String... good)
      throws IOException {
    String value = variable(name).orElse("(none)");
    boolean met = List.of(good).contains(value.toUpperCase(Locale.ROOT));
    add(name, value, wanted, met, remedy);
  }

  private void add(String name, String value, String wanted, boolean met, String remedy) {
    found.add(new Requirement(name, value, wanted, met, met ? "" : remedy));
  }

  private void noted(String name, String wanted) throws IOException {
    variable(name).ifPresent(value -> add(name, value, wanted, true, ""));
  }

  private void metadata() throws IOException {
    String value = variable("binlog_row_metadata").orElse("(none)");
    boolean full = value.equalsIgnoreCase("FULL");
    add(
        "binlog_row_metadata",
        value,
        catalogSchemas ? "FULL, or any under schema=information_schema" : "FULL",
        full || catalogSchemas,
        "SET GLOBAL binlog_row_metadata=FULL");
  }

  /** What InnoDB changes by itself is in no log, so nobody who reads that learns of it. */
  private void cascades() throws IOException {
    Rows keys =
        link.query(
            "SELECT constraint_schema, table_name FROM information_schema.referential_constraints"
                + " WHERE delete_rule IN ('CASCADE','SET NULL')"
                + " OR update_rule IN ('CASCADE','SET NULL') ORDER BY 1, 2");
    String example =
        keys.rows().isEmpty()
            ? "none"
            : keys.rows().size() + ", of " + String.join(".", keys.rows().get(0)) + " for instance";
    add(
        "foreign keys with CASCADE or SET NULL",
        example,
        "any, but rows that they change are not in the log and stay as they are downstream",
        true,
        "");
  }

  private void serverId() throws IOException {
    String value = variable("server_id").orElse("0");
    add("server_id", value, "not 0", !value.equals("0"), "SET GLOBAL server_id=1");
  }

  private void grants() throws IOException {
    List<String> grants = new ArrayList<>(lines("SHOW GRANTS"));
    Optional<String> roles =
        link.isMariaDb() ? Optional.empty() : link.query("SELECT CURRENT_ROLE()").scalar();
    if (roles.isPresent() && !roles.get().equals("NONE")) {
      grants.addAll(lines("SHOW GRANTS FOR CURRENT_USER() USING " + roles.get()));
    }
    String user =
        link.query("SELECT CURRENT_USER()")
            .scalar()
            .map(u -> "'" + u.replace("@", "'@'") + "'")
            .orElse("user");
    grant(grants, user, "REPLICATION SLAVE", "REPLICATION SLAVE");
    grant(
        grants,
        user,
        link.isMariaDb() ? "BINLOG MONITOR" : "REPLICATION CLIENT",
        "REPLICATION CLIENT",
        "BINLOG MONITOR");
    boolean selects = grants.stream().anyMatch(line -> SELECT.matcher(line).matches());
    add(
        "grant SELECT",
        selects ? "granted" : "missing",
        "on the tables to replicate",
        selects,
        "GRANT SELECT ON *.* TO " + user);
  }

  private List<String> lines(String sql) throws IOException {
    return link.query(sql).rows().stream()
        .map(row -> Optional.ofNullable(row.get(0)).orElse(""))
        .toList();
  }

  private void grant(List<String> grants, String user, String name, String... good) {
    boolean met =
        grants.stream()
            .filter(line -> line.contains(" ON *.* "))
            .anyMatch(line -> has(line, "ALL PRIVILEGES") || anyOf(line, good));
    add(
        "grant " + name,
        met ? "granted" : "missing",
        "on *.*",
        met,
        "GRANT " + name + " ON *.* TO " + user);
  }

  private static boolean anyOf(String line, String... names) {
    return List.of(names).stream().anyMatch(name -> has(line, name));
  }

  private static boolean has(String line, String name) {
    String list = line.substring("GRANT ".length(), line.indexOf(" ON *.* "));
    return List.of(list.split(", ", -1)).contains(name);
  }
}
