package io.millrace.core.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.millrace.rig.DbServer;
import io.millrace.rig.NodeProcess;
import io.millrace.rig.Servers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every type, inserted, updated and deleted: a second server holds what the first does, also in
 * tables without a key, where each value of a row is needed to find it.
 */
final class TypesDownstreamIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private static final JsonMapper JSON = new JsonMapper();

  @TempDir private Path work;

  @Test
  void mySqlToMySql() throws Exception {
    check(Servers.mysql(), Servers.mysql("--server-id=31"));
  }

  @Test
  void mariaDbToMariaDb() throws Exception {
    check(Servers.mariaDb(), Servers.mariaDb("--server-id=32"));
  }

  private void check(DbServer upstream, DbServer downstream) throws Exception {
    String schema = upstream.freshSchema();
    downstream.execute("CREATE DATABASE " + schema);
    List<TypeTable> tables = TypeMatrix.tables(upstream.mariaDb(), true);
    create(upstream, schema, tables);
    create(downstream, schema, tables);
    try (NodeProcess node =
        NodeProcess.start(work, List.of("-Xmx256m"), "--upstream", upstream.uri())) {
      node.create(
          """
          {"changefeed_id":"types","sink_uri":"mysql://root@127.0.0.1:%d/","force_replicate":true,
           "filter_rules":["%s.*"]}"""
              .formatted(downstream.port(), schema));
      try (Connection connection = upstream.connection(schema);
          Statement sql = connection.createStatement()) {
        sql.execute("SET NAMES utf8mb4");
        sql.execute("SET sql_mode='ALLOW_INVALID_DATES', time_zone='+00:00'");
        for (TypeTable table : tables) {
          for (int row = 0; row < table.rows(); row++) {
            sql.execute(table.insert(row));
            sql.execute(keyless(table, table.insert(row)));
          }
        }
        compare(node, upstream, downstream, schema, tables, "inserted");
        for (TypeTable table : tables) {
          for (int row = 0; row < table.rows(); row++) {
            sql.execute(table.update(row));
            sql.execute(keyless(table, table.update(row)));
          }
        }
        compare(node, upstream, downstream, schema, tables, "updated");
        for (TypeTable table : tables) {
          sql.execute("DELETE FROM " + table.name() + " WHERE id % 2 = 0");
          sql.execute("DELETE FROM nk_" + table.name() + " WHERE id % 2 = 0");
        }
        compare(node, upstream, downstream, schema, tables, "deleted");
      }
    }
  }

  private static String keyless(TypeTable table, String statement) {
    return statement.replaceFirst("(INTO|UPDATE|FROM) " + table.name(), "$1 nk_" + table.name());
  }

  private static void create(DbServer server, String schema, List<TypeTable> tables)
      throws SQLException {
    try (Connection connection = server.connection(schema);
        Statement sql = connection.createStatement()) {
      sql.execute("SET NAMES utf8mb4");
      sql.execute("SET sql_mode='ALLOW_INVALID_DATES', time_zone='+00:00'");
      for (TypeTable table : tables) {
        sql.execute(table.create());
        sql.execute(
            table
                .create()
                .replaceFirst("CREATE TABLE ", "CREATE TABLE nk_")
                .replaceFirst(" PRIMARY KEY|, UNIQUE KEY u \\(id\\)", ""));
      }
    }
  }

  private static void compare(
      NodeProcess node,
      DbServer upstream,
      DbServer downstream,
      String schema,
      List<TypeTable> tables,
      String when)
      throws SQLException {
    node.awaitCheckpoint("types", System.currentTimeMillis(), LIMIT);
    List<String> faults = new ArrayList<>();
    for (TypeTable table : tables) {
      for (String query : List.of(table.select(), keyless(table, table.select()))) {
        List<List<String>> wanted = rows(upstream, schema, query);
        List<List<String>> found = rows(downstream, schema, query);
        String where = when + " " + query.substring(query.lastIndexOf(" FROM "));
        if (wanted.size() != found.size()) {
          faults.add(where + ": " + found.size() + " rows of " + wanted.size());
          continue;
        }
        for (int row = 0; row < wanted.size(); row++) {
          for (int i = 0; i < wanted.get(row).size(); i++) {
            String one = String.valueOf(wanted.get(row).get(i));
            String other = String.valueOf(found.get(row).get(i));
            String column = i == 0 ? "id" : table.columns().get(i - 1).name();
            if (!one.equals(other) && !(column.equals("j") && isSameJson(one, other))) {
              faults.add(where + " " + row + "." + column + ": " + cut(other) + " of " + cut(one));
            }
          }
        }
      }
    }
    assertThat(faults).isEmpty();
  }

  /**
   * A number in JSON that was a DECIMAL comes out as a DOUBLE, for texts of JSON have no other, and
   * MySQL reads a DOUBLE in such a text only nearly exactly.
   */
  private static boolean isSameJson(String one, String other) {
    Comparator<JsonNode> nearly =
        (a, b) ->
            a.equals(b)
                    || (a.isNumber()
                        && b.isNumber()
                        && Math.abs(a.asDouble() - b.asDouble()) <= 1e-14 * Math.abs(a.asDouble()))
                ? 0
                : 1;
    try {
      return json(one).equals(nearly, json(other));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode json(String hex) throws IOException {
    return JSON.readTree(HexFormat.of().parseHex(hex));
  }

  private static String cut(String text) {
    return text.length() < 80 ? text : text.substring(0, 80) + "..";
  }

  private static List<List<String>> rows(DbServer server, String schema, String query)
      throws SQLException {
    List<List<String>> rows = new ArrayList<>();
    try (Connection connection = server.connection(schema);
        Statement sql = connection.createStatement()) {
      sql.execute("SET time_zone='+00:00'");
      try (ResultSet result = sql.executeQuery(query)) {
        int columns = result.getMetaData().getColumnCount();
        while (result.next()) {
          List<String> row = new ArrayList<>();
          for (int i = 1; i <= columns; i++) {
            row.add(result.getString(i));
          }
          rows.add(row);
        }
      }
    }
    return rows;
  }
}
