package io.millrace.core.verify;

import static io.millrace.core.verify.VerifyRig.awaitEnd;
import static io.millrace.core.verify.VerifyRig.verify;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.rig.DbServer;
import io.millrace.rig.NodeProcess;
import io.millrace.rig.Servers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Verification while clients write all the time: both snapshots are of one position, or rows would
 * differ. And how long a large table takes.
 */
final class VerifyUnderLoadIT {
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final int CLIENTS = 4;
  private static final int EVERY_MILLIS = 20;
  private static final int RUNS = 5;
  private static final int ROWS =
      (int) (100_000 * Double.parseDouble(System.getProperty("millrace.scale", "1")));

  @TempDir private Path work;

  @Test
  void mySqlToMySql() throws Exception {
    check(Servers.mysql(), Servers.mysql("--server-id=31"));
  }

  @Test
  void mariaDbToMariaDb() throws Exception {
    check(Servers.mariaDb(), Servers.mariaDb("--server-id=32"));
  }

  private NodeProcess replicate(DbServer upstream, DbServer downstream, String schema) {
    NodeProcess node = NodeProcess.start(work, List.of("-Xmx256m"), "--upstream", upstream.uri());
    node.create(
        """
        {"changefeed_id":"v","sink_uri":"mysql://root@127.0.0.1:%d/","force_replicate":true,
         "filter_rules":["%s.*"]}"""
            .formatted(downstream.port(), schema));
    return node;
  }

  private void check(DbServer upstream, DbServer downstream) throws Exception {
    String schema = upstream.freshSchema();
    downstream.execute("CREATE DATABASE " + schema);
    String[] tables = {
      "CREATE TABLE hot(id INT PRIMARY KEY, n BIGINT)", "CREATE TABLE nokey(a INT, n BIGINT)"
    };
    downstream.executeIn(schema, tables);
    upstream.executeIn(schema, tables);
    AtomicBoolean stopped = new AtomicBoolean();
    AtomicLong commits = new AtomicLong();
    ScheduledExecutorService pool = Executors.newScheduledThreadPool(CLIENTS);
    try (NodeProcess node = replicate(upstream, downstream, schema)) {
      List<Future<?>> writers = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        Client client = new Client(upstream.connection(schema), new Random(i), stopped, commits);
        writers.add(pool.scheduleAtFixedRate(client, 0, EVERY_MILLIS, TimeUnit.MILLISECONDS));
      }
      try {
        for (int run = 0; run < RUNS; run++) {
          long before = commits.get();
          long begin = System.nanoTime();
          JsonNode seen = verify(node, "v", LIMIT);
          System.out.printf(
              "verify under load: %s run %d took %d ms, %d commits meanwhile, %s rows%n",
              upstream.mariaDb() ? "MariaDB" : "MySQL",
              run,
              (System.nanoTime() - begin) / 1_000_000,
              commits.get() - before,
              seen.get("rows_compared"));
          assertThat(seen.get("equal").asBoolean()).as("run %s: %s", run, seen).isTrue();
          assertThat(commits.get()).as("commits meanwhile").isGreaterThan(before);
          assertThat(writers).as("writers that failed").noneMatch(Future::isDone);
        }
      } finally {
        stopped.set(true);
      }
      node.awaitCheckpoint("v", System.currentTimeMillis(), LIMIT);
    } finally {
      pool.shutdownNow();
    }
  }

  /** Writes two transactions at a time; one that fails ends it. */
  private record Client(
      Connection connection, Random random, AtomicBoolean stopped, AtomicLong commits)
      implements Runnable {
    @Override
    public void run() {
      if (stopped.get()) {
        return;
      }
      try (Statement sql = connection.createStatement()) {
        sql.execute(
            "INSERT INTO hot VALUES (%d,1) ON DUPLICATE KEY UPDATE n=n+1"
                .formatted(random.nextInt(500)));
        sql.execute("INSERT INTO nokey VALUES (%d,%d)".formatted(random.nextInt(5), 1));
        commits.addAndGet(2);
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  @Test
  void aLargeTableAndWhatEndsAVerification() throws Exception {
    DbServer upstream = Servers.mysql();
    DbServer downstream = Servers.mysql("--server-id=31");
    String schema = upstream.freshSchema();
    downstream.execute("CREATE DATABASE " + schema);
    String table =
        "CREATE TABLE large(id BIGINT PRIMARY KEY AUTO_INCREMENT, a INT, b VARCHAR(40), c DATETIME,"
            + " d DECIMAL(10,2), e BLOB)";
    downstream.executeIn(schema, table);
    upstream.executeIn(schema, table);
    String fill =
        "INSERT INTO large(a,b,c,d,e) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n"
            + " WHERE i<10000) SELECT i, MD5(i), '2024-01-01' + INTERVAL i SECOND, i/7, MD5(i+1)"
            + " FROM n";
    for (DbServer server : List.of(upstream, downstream)) {
      for (int i = 0; i < ROWS / 10_000; i++) {
        server.executeIn(schema, "SET SESSION cte_max_recursion_depth=20000", fill);
      }
    }
    try (NodeProcess node = replicate(upstream, downstream, schema)) {
      long begin = System.nanoTime();
      JsonNode seen = verify(node, "v", LIMIT);
      long millis = (System.nanoTime() - begin) / 1_000_000;
      assertThat(seen.get("equal").asBoolean()).as("%s", seen).isTrue();
      assertThat(seen.get("rows_compared").asInt()).isEqualTo(ROWS);
      System.out.printf(
          "verify of %d rows took %d ms; reading them all upstream takes %d ms%n",
          ROWS, millis, readAll(upstream, schema));

      downstream.executeIn(schema, "UPDATE large SET a=a+1 WHERE id % 50 = 0");
      JsonNode many = verify(node, "v", LIMIT);
      assertThat(many.get("difference_count").asInt()).isEqualTo(ROWS / 50);
      assertThat(many.get("differences")).hasSizeBetween(500, 1000);

      assertThat(node.post("/changefeeds/v/verify", "").statusCode()).isEqualTo(202);
      HttpResponse<String> second = node.post("/changefeeds/v/verify", "");
      assertThat(second.statusCode()).as(second.body()).isEqualTo(400);
      assertThat(second.body()).contains("CDC:ErrVerifyRunning");
      assertThat(node.post("/changefeeds/v/pause", "").statusCode()).isEqualTo(202);
      JsonNode ended = awaitEnd(node, "v", LIMIT);
      assertThat(ended.get("state").asText()).isEqualTo("failed");
      assertThat(ended.get("error").asText()).contains("no longer in state normal");
      assertThat(node.post("/changefeeds/v/verify", "").body())
          .contains("CDC:ErrChangefeedAbnormalState");
    }
  }

  private static long readAll(DbServer server, String schema) throws SQLException {
    long begin = System.nanoTime();
    long read = 0;
    try (Connection connection = server.connection(schema);
        Statement sql = connection.createStatement();
        ResultSet rows = sql.executeQuery("SELECT * FROM large")) {
      while (rows.next()) {
        read += rows.getLong(1) > 0 ? 1 : 0;
      }
    }
    assertThat(read).isEqualTo(ROWS);
    return (System.nanoTime() - begin) / 1_000_000;
  }
}
