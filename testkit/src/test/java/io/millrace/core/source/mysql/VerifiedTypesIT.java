package io.millrace.core.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.core.source.mysql.TypeTable.TypeColumn;
import io.millrace.core.verify.VerifyRig;
import io.millrace.rig.DbServer;
import io.millrace.rig.NodeProcess;
import io.millrace.rig.Servers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A verification of every type: equal once it is replicated; then, of each column, one value that
 * was changed downstream is found and named.
 */
final class VerifiedTypesIT {
  private static final Duration LIMIT = Duration.ofMinutes(2);

  @TempDir private Path work;

  @Test
  void mySqlToMySql() throws Exception {
    check(Servers.mysql(), Servers.mysql("--server-id=31"));
  }

  @Test
  void mariaDbToMariaDb() throws Exception {
    check(Servers.mariaDb(), Servers.mariaDb("--server-id=32"));
  }

  @Test
  void mySqlToMariaDb() throws Exception {
    check(Servers.mysql(), Servers.mariaDb());
  }

  @Test
  void mariaDbToMySql() throws Exception {
    check(Servers.mariaDb(), Servers.mysql());
  }

  private void check(DbServer upstream, DbServer downstream) throws Exception {
    String schema = upstream.freshSchema();
    downstream.execute("CREATE DATABASE " + schema);
    boolean same = upstream.mariaDb() == downstream.mariaDb();
    List<TypeTable> tables = new ArrayList<>(TypeMatrix.tables(upstream.mariaDb(), same));
    if (!same) {
      // types that only one of the servers has
      tables.removeIf(table -> table.name().equals("maria_types"));
    }
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
            String insert = table.insert(row);
            // MariaDB takes no JSON of such a depth
            if (same || !insert.contains("[".repeat(33))) {
              sql.execute(insert);
            }
          }
        }
      }
      JsonNode equal = VerifyRig.verify(node, "types", LIMIT);
      assertThat(equal.get("equal").asBoolean())
          .as("%s of %s", equal, node.changefeed("types"))
          .isTrue();
      assertThat(equal.get("tables_done").asInt()).isEqualTo(tables.size());
      List<String> planted = plant(downstream, schema, tables);
      JsonNode different = VerifyRig.verify(node, "types", LIMIT);
      assertThat(VerifyRig.differences(different)).containsExactlyElementsOf(planted);
    }
  }

  private static void create(DbServer server, String schema, List<TypeTable> tables)
      throws SQLException {
    try (Connection connection = server.connection(schema);
        Statement sql = connection.createStatement()) {
      sql.execute("SET NAMES utf8mb4");
      sql.execute("SET sql_mode='ALLOW_INVALID_DATES', time_zone='+00:00'");
      for (TypeTable table : tables) {
        sql.execute(table.create());
      }
    }
  }

  /**
   * Makes each column of the first row NULL, and gives each of the second the value of the third.
   *
   * @return what is to be found
   */
  private static List<String> plant(DbServer server, String schema, List<TypeTable> tables)
      throws SQLException {
    List<String> planted = new ArrayList<>();
    try (Connection connection = server.connection(schema);
        Statement sql = connection.createStatement()) {
      sql.execute("SET sql_mode='ALLOW_INVALID_DATES', time_zone='+00:00'");
      for (TypeTable table : tables) {
        List<String> names = new ArrayList<>();
        for (TypeColumn column : table.columns()) {
          if (!column.isGenerated() && isSet(sql, table.name(), column.name())) {
            sql.execute(
                "UPDATE %s SET `%s`=NULL WHERE id=0".formatted(table.name(), column.name()));
            names.add(column.name());
          }
        }
        planted.add("row_different %s {id=0}%s".formatted(table.name(), names));
        // another value in place of one
        names.clear();
        for (TypeColumn column : table.columns()) {
          if (!column.isGenerated() && isAnother(sql, table.name(), column.name())) {
            sql.execute(
                "UPDATE %1$s SET `%2$s`=(SELECT v FROM (SELECT `%2$s` v FROM %1$s WHERE id=2) x)"
                        .formatted(table.name(), column.name())
                    + " WHERE id=1");
            names.add(column.name());
          }
        }
        if (!names.isEmpty()) {
          planted.add("row_different %s {id=1}%s".formatted(table.name(), names));
        }
      }
    }
    return planted.stream().sorted().toList();
  }

  /** Returns whether the first row has a value: MariaDB cannot read one of the geometries. */
  private static boolean isSet(Statement sql, String table, String column) throws SQLException {
    return isTrue(
        sql, "SELECT COUNT(*) FROM %s WHERE id=0 AND `%s` IS NOT NULL".formatted(table, column));
  }

  private static boolean isTrue(Statement sql, String query) throws SQLException {
    try (ResultSet found = sql.executeQuery(query)) {
      return found.next() && found.getInt(1) > 0;
    }
  }

  /** Returns whether the third row has another value than the second. */
  private static boolean isAnother(Statement sql, String table, String column) throws SQLException {
    return isTrue(
        sql,
        "SELECT COUNT(*) FROM %1$s a, %1$s b WHERE a.id=1 AND b.id=2 AND NOT a.`%2$s`<=>b.`%2$s`"
            .formatted(table, column));
  }
}
