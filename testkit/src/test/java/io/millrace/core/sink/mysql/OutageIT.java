package io.millrace.core.sink.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.rig.DbServer;
import io.millrace.rig.MariaDbServer;
import io.millrace.rig.MysqlServer;
import io.millrace.rig.NodeProcess;
import io.millrace.rig.Servers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The downstream is down for a long time while the upstream is written: the replicator's memory
 * stays bounded, and afterwards it catches up.
 */
final class OutageIT {
  private static final int SCALE = Integer.getInteger("millrace.scale", 1);
  private static final Duration LENGTH = Duration.ofSeconds(SCALE == 1 ? 10 : 60L * SCALE);
  private static final Duration LIMIT = Duration.ofSeconds(60 + 120L * SCALE);
  private static final double PAUSE = SCALE == 1 ? 0.05 : 0.4;
  private static final int ROW_BYTES = 4000;
  private static final int HEAP_MEGABYTES = 128;

  /** Heap, and what a JVM needs besides: code, threads, buffers of sockets. */
  private static final long MOST_KIB = (HEAP_MEGABYTES + 160) * 1024L;

  @TempDir private Path work;

  private long written;

  @Test
  void mySql() throws Exception {
    try (DbServer downstream = MysqlServer.start("--server-id=41")) {
      check(Servers.mariaDb(), downstream);
    }
  }

  @Test
  void mariaDb() throws Exception {
    try (DbServer downstream = MariaDbServer.start("--server-id=42")) {
      check(Servers.mysql(), downstream);
    }
  }

  private void check(DbServer upstream, DbServer downstream) throws Exception {
    String schema = upstream.freshSchema();
    String table = "CREATE TABLE t(id INT AUTO_INCREMENT PRIMARY KEY, filler TEXT)";
    downstream.execute("CREATE DATABASE " + schema);
    upstream.executeIn(
        schema,
        table,
        "CREATE TABLE many(n INT PRIMARY KEY)",
        "INSERT INTO many WITH RECURSIVE n(i) AS"
            + " (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 256) SELECT i FROM n");
    downstream.executeIn(schema, table);
    try (NodeProcess node =
        NodeProcess.start(
            work, List.of("-Xmx" + HEAP_MEGABYTES + "m"), "--upstream", upstream.uri())) {
      node.create(
          """
          {"changefeed_id":"out","sink_uri":"mysql://root@127.0.0.1:%d/","filter_rules":["%s.t"]}"""
              .formatted(downstream.port(), schema));
      write(upstream, schema, Duration.ofSeconds(2));
      node.awaitCheckpoint("out", System.currentTimeMillis(), LIMIT);
      long before = node.peakResident();
      downstream.kill();
      write(upstream, schema, LENGTH);
      long during = node.peakResident();
      downstream.restart();
      long begin = System.nanoTime();
      // no need to wait for the next attempt
      assertThat(node.post("/changefeeds/out/pause", "").statusCode()).isEqualTo(202);
      assertThat(node.post("/changefeeds/out/resume", "").statusCode()).isEqualTo(202);
      node.awaitCheckpoint("out", System.currentTimeMillis(), LIMIT);
      System.out.printf(
          "outage: to %s of %d s, %d rows of %d bytes, resident at most %d KiB before, %d during, %d"
              + " after, caught up in %d ms%n",
          downstream.mariaDb() ? "mariadb" : "mysql",
          LENGTH.toSeconds(),
          written,
          ROW_BYTES,
          before,
          during,
          node.peakResident(),
          (System.nanoTime() - begin) / 1_000_000);
      assertThat(node.peakResident()).isLessThan(MOST_KIB);
    }
    // far more than the heap holds, where the test is long
    String sum = "(SELECT COUNT(*), SUM(id), SUM(CRC32(filler)) FROM t) sums";
    assertThat(Clients.rows(downstream, schema, sum))
        .isEqualTo(Clients.rows(upstream, schema, sum));
  }

  /** Writes rows for a while, a megabyte in a transaction, at a pace that a downstream follows. */
  private void write(DbServer upstream, String schema, Duration time) throws SQLException {
    long end = System.nanoTime() + time.toNanos();
    try (Connection connection = upstream.connection(schema);
        Statement sql = connection.createStatement()) {
      while (System.nanoTime() < end) {
        written +=
            sql.executeUpdate(
                "INSERT INTO t(filler) SELECT REPEAT(MD5(RAND()), "
                    + ROW_BYTES / 32
                    + ") FROM many");
        sql.execute("SELECT SLEEP(" + PAUSE + ")");
      }
    }
  }
}
