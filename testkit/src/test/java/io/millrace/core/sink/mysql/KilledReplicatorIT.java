package io.millrace.core.sink.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.rig.DbServer;
import io.millrace.rig.NodeProcess;
import io.millrace.rig.Servers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The standalone server replicates between two servers while it is killed again and again, with
 * another number of workers and other batches each time.
 */
final class KilledReplicatorIT {
  private static final int SCALE = Integer.getInteger("millrace.scale", 1);
  private static final int KILLS = 3 * SCALE;
  private static final Duration UP = Duration.ofSeconds(1);
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String[] SETTINGS = {
    "worker-count=1&max-txn-row=256",
    "worker-count=16",
    "worker-count=5&max-txn-row=3",
    "worker-count=3&multi-stmt-enable=false",
    "worker-count=8&batch-dml-enable=false"
  };

  @TempDir private Path work;

  private int looks;

  @Test
  void appliesEachChangeOnceFromMySqlToMariaDb() throws Exception {
    appliesEachChangeOnce(Servers.mysql(), Servers.mariaDb());
  }

  @Test
  void appliesEachChangeOnceFromMariaDbToMySql() throws Exception {
    appliesEachChangeOnce(Servers.mariaDb(), Servers.mysql());
  }

  @Test
  void appliesEachChangeOnceOfMinimalImages() throws Exception {
    appliesEachChangeOnce(
        Servers.mysql("--server-id=51", "--binlog-row-image=MINIMAL"), Servers.mariaDb());
  }

  private void appliesEachChangeOnce(DbServer upstream, DbServer downstream) throws Exception {
    String schema = upstream.freshSchema();
    downstream.execute("CREATE DATABASE " + schema);
    Clients.createTables(upstream, schema, false);
    Clients.createTables(downstream, schema, false);
    NodeProcess node = NodeProcess.replicating(work, upstream);
    node.create(
        """
        {"changefeed_id":"sink","sink_uri":"%s","force_replicate":true,
         "filter_rules":["%s.*"]}"""
            .formatted(uri(downstream, SETTINGS[0]), schema));
    Clients.fill(upstream, schema);
    node.awaitCheckpoint("sink", System.currentTimeMillis(), LIMIT);
    int done;
    try (Clients clients = new Clients(upstream, schema, 4)) {
      for (int kill = 1; kill <= KILLS; kill++) {
        watchTotal(downstream, schema);
        node.kill();
        node = NodeProcess.replicating(work, upstream);
        if (kill % 2 == 0) {
          change(node, uri(downstream, SETTINGS[kill / 2 % SETTINGS.length]));
        }
      }
      done = clients.finish();
    }
    node.awaitCheckpoint("sink", System.currentTimeMillis(), LIMIT);
    node.close();
    for (String table : Clients.TABLES) {
      List<String> wanted = Clients.rows(upstream, schema, table);
      assertThat(Clients.rows(downstream, schema, table)).as(table).isEqualTo(wanted);
    }
    System.out.printf(
        "killed replicator: to %s transactions=%d kills=%d looks at the total=%d%n",
        downstream.mariaDb() ? "mariadb" : "mysql", done, KILLS, looks);
  }

  private static String uri(DbServer downstream, String settings) {
    return "mysql://root@127.0.0.1:%d/?transaction-atomicity=table&%s"
        .formatted(downstream.port(), settings);
  }

  private static void change(NodeProcess node, String uri) {
    assertThat(node.post("/changefeeds/sink/pause", "").statusCode()).isEqualTo(202);
    assertThat(node.put("/changefeeds/sink", "{\"sink_uri\":\"" + uri + "\"}").statusCode())
        .isEqualTo(202);
    assertThat(node.post("/changefeeds/sink/resume", "").statusCode()).isEqualTo(202);
  }

  /** For a while, the total of the accounts is what it was, at every moment. */
  private void watchTotal(DbServer downstream, String schema) throws SQLException {
    long end = System.nanoTime() + UP.toNanos();
    try (Connection connection = downstream.connection(schema);
        Statement statement = connection.createStatement()) {
      while (System.nanoTime() < end) {
        try (ResultSet sum = statement.executeQuery("SELECT SUM(balance) FROM acc")) {
          sum.next();
          assertThat(sum.getLong(1)).isEqualTo(Clients.TOTAL);
          looks++;
        }
      }
    }
  }
}
