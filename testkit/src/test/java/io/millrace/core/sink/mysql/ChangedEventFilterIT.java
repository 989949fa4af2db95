package io.millrace.core.sink.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.rig.DbServer;
import io.millrace.rig.NodeProcess;
import io.millrace.rig.Servers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Event filters that change while a part of a transaction is applied. */
final class ChangedEventFilterIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int ROWS = 20;

  @TempDir private Path work;

  @Test
  void noRowIsLostOrDoubled() throws Exception {
    DbServer upstream = Servers.mysql();
    DbServer downstream = Servers.mysql("--server-id=31");
    String schema = upstream.freshSchema();
    String table = "CREATE TABLE t(id INT PRIMARY KEY)";
    downstream.execute("CREATE DATABASE " + schema);
    upstream.executeIn(schema, table);
    downstream.executeIn(schema, table);
    try (NodeProcess node = NodeProcess.replicating(work, upstream);
        Connection blocker = downstream.connection(schema)) {
      node.create(
          """
          {"changefeed_id":"filtered","filter_rules":["%s.*"],
           "sink_uri":"mysql://root@127.0.0.1:%d/?worker-count=4&max-txn-row=5",
           "event_filters":[{"matcher":["*.*"],"ignore_event":["delete"]}]}\
          """
              .formatted(schema, downstream.port()));
      List<String> changes = new ArrayList<>(List.of("BEGIN"));
      for (int i = 0; i < ROWS; i++) {
        upstream.executeIn(schema, "INSERT INTO t VALUES (" + i + ")");
        changes.add("INSERT INTO t VALUES (" + (100 + i) + ")");
        changes.add("DELETE FROM t WHERE id = " + i);
      }
      changes.add("COMMIT");
      node.awaitCheckpoint("filtered", System.currentTimeMillis(), LIMIT);
      blocker.setAutoCommit(false);
      try (Statement statement = blocker.createStatement()) {
        statement.execute("INSERT INTO t VALUES (112)");
      }
      upstream.executeIn(schema, changes.toArray(String[]::new));
      awaitPart(node, downstream, schema);
      assertThat(node.post("/changefeeds/filtered/pause", "").statusCode()).isEqualTo(202);
      assertThat(
              node.put(
                      "/changefeeds/filtered",
                      "{\"event_filters\":[{\"matcher\":[\"*.*\"],\"ignore_event\":[\"update\"]}]}")
                  .statusCode())
          .isEqualTo(202);
      blocker.rollback();
      assertThat(node.post("/changefeeds/filtered/resume", "").statusCode()).isEqualTo(202);
      node.awaitCheckpoint("filtered", System.currentTimeMillis(), LIMIT);
    }
    assertThat(Clients.rows(downstream, schema, "t"))
        .hasSize(ROWS)
        .isEqualTo(Clients.rows(upstream, schema, "t"));
  }

  /** Returns when units of the transaction are committed; the one with the blocked row is not. */
  private static void awaitPart(NodeProcess node, DbServer downstream, String schema)
      throws SQLException {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (Clients.rows(downstream, schema, "t WHERE id >= 100").size() < 10) {
      assertThat(System.nanoTime()).isLessThan(end);
      assertThat(node.get("/health").statusCode()).isEqualTo(200);
    }
  }
}
