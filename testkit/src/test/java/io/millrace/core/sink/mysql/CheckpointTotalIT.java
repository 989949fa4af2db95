package io.millrace.core.sink.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.api.Tso;
import io.millrace.rig.DbServer;
import io.millrace.rig.NodeProcess;
import io.millrace.rig.Servers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A bank whose transfers are split downstream: its total is right at every checkpoint at which a
 * changefeed ends, though the replicator is killed before.
 */
final class CheckpointTotalIT {
  private static final int CHECKPOINTS = 6 * Integer.getInteger("millrace.scale", 1);
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir private Path work;

  private int between;

  @Test
  void mySqlToMariaDb() throws Exception {
    check(Servers.mysql(), Servers.mariaDb("--server-id=32"));
  }

  @Test
  void mariaDbToMySql() throws Exception {
    check(Servers.mariaDb(), Servers.mysql("--server-id=31"));
  }

  private void check(DbServer upstream, DbServer downstream) throws Exception {
    String schema = upstream.freshSchema();
    downstream.execute("CREATE DATABASE " + schema);
    Clients.createTables(upstream, schema, false);
    Clients.createTables(downstream, schema, false);
    NodeProcess node = NodeProcess.replicating(work, upstream);
    Tso from = Tso.ofMillis(System.currentTimeMillis() - 1, 0);
    Clients.fill(upstream, schema);
    int done = 0;
    try (Clients clients = new Clients(upstream, schema, 4);
        Connection connection = downstream.connection(schema);
        Statement statement = connection.createStatement()) {
      for (int i = 0; i <= CHECKPOINTS; i++) {
        if (i == CHECKPOINTS) {
          done = clients.finish();
        }
        Tso target = Tso.ofMillis(System.currentTimeMillis() + (i == CHECKPOINTS ? 1000 : 0), 0);
        node.create(
            """
            {"changefeed_id":"part%d","start_ts":%s,"target_ts":%s,"force_replicate":true,
             "filter_rules":["%s.*"],
             "sink_uri":"mysql://root@127.0.0.1:%d/?transaction-atomicity=none&max-txn-row=1"}"""
                .formatted(i, from, target, schema, downstream.port()));
        if (i % 2 == 1) {
          node.kill();
          node = NodeProcess.replicating(work, upstream);
        }
        awaitEnd(node, "part" + i, statement);
        assertThat(total(statement)).as("at checkpoint %d", i).isEqualTo(Clients.TOTAL);
        from = target;
      }
    } finally {
      node.close();
    }
    for (String table : Clients.TABLES) {
      assertThat(Clients.rows(downstream, schema, table))
          .as(table)
          .isEqualTo(Clients.rows(upstream, schema, table));
    }
    System.out.printf(
        "total at checkpoints: to %s transactions=%d checkpoints=%d, looks between with another"
            + " total=%d%n",
        downstream.mariaDb() ? "mariadb" : "mysql", done, CHECKPOINTS + 1, between);
  }

  private void awaitEnd(NodeProcess node, String id, Statement statement) throws SQLException {
    long end = System.nanoTime() + LIMIT.toNanos();
    JsonNode detail = node.changefeed(id);
    while (!detail.get("state").asText().equals("finished")) {
      assertThat(detail.get("state").asText()).as("%s", detail).isEqualTo("normal");
      assertThat(System.nanoTime()).as("%s", detail).isLessThan(end);
      between += total(statement) == Clients.TOTAL ? 0 : 1;
      detail = node.changefeed(id);
    }
  }

  private static long total(Statement statement) throws SQLException {
    try (ResultSet sum = statement.executeQuery("SELECT SUM(balance) FROM acc")) {
      sum.next();
      return sum.getLong(1);
    }
  }
}
