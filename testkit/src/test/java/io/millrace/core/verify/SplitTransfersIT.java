package io.millrace.core.verify;

import static io.millrace.core.verify.VerifyRig.verify;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
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
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A bank whose transfers are split downstream, by a replicator that is killed again and again: in
 * between the total is wrong now and then, at every checkpoint it is right. Under load a checkpoint
 * is where a verification holds the sink: each account is as upstream, where no transfer is ever
 * half done. Where the clients rest, the downstream itself is asked.
 */
final class SplitTransfersIT {
  private static final int CHECKPOINTS = 2 * Integer.getInteger("millrace.scale", 1);
  private static final int CLIENTS = 4;
  private static final int EVERY_MILLIS = 40;
  private static final int ACCOUNTS = 20;
  private static final long TOTAL = ACCOUNTS * 1000L;
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir private Path work;

  private final AtomicInteger transfers = new AtomicInteger();
  private int looks;
  private int halfDone;

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
    NodeProcess node = NodeProcess.replicating(work, upstream);
    node.create(
        """
        {"changefeed_id":"bank","filter_rules":["%s.*"],
         "sink_uri":"mysql://root@127.0.0.1:%d/?transaction-atomicity=none&max-txn-row=1&worker-count=8"}"""
            .formatted(schema, downstream.port()));
    upstream.executeIn(schema, "CREATE TABLE acc(id INT PRIMARY KEY, balance INT NOT NULL)");
    for (int i = 0; i < ACCOUNTS; i++) {
      upstream.executeIn(schema, "INSERT INTO acc VALUES (" + i + ",1000)");
    }
    node.awaitCheckpoint("bank", System.currentTimeMillis(), LIMIT);
    try (Connection connection = downstream.connection(schema);
        Statement sql = connection.createStatement()) {
      for (int i = 0; i < CHECKPOINTS; i++) {
        try (Tellers tellers = new Tellers(upstream, schema)) {
          watch(sql, Duration.ofMillis(500));
          node.kill();
          look(sql);
          node = NodeProcess.replicating(work, upstream);
          watch(sql, Duration.ofMillis(500));
          JsonNode seen = verify(node, "bank", LIMIT);
          assertThat(seen.get("equal").asBoolean()).as("%s", seen).isTrue();
          assertThat(seen.get("rows_compared").asInt()).isEqualTo(ACCOUNTS);
          tellers.finish();
        }
        node.awaitCheckpoint("bank", System.currentTimeMillis(), LIMIT);
        assertThat(total(sql)).as("the total at checkpoint %d", i).isEqualTo(TOTAL);
      }
    } finally {
      node.close();
    }
    System.out.printf(
        "split transfers: to %s transfers=%d kills=%d checkpoints=%d, another total at %d of %d"
            + " looks between them%n",
        downstream.mariaDb() ? "mariadb" : "mysql",
        transfers.get(),
        CHECKPOINTS,
        2 * CHECKPOINTS,
        halfDone,
        looks);
    assertThat(halfDone).as("looks at a transfer that is half done").isPositive();
  }

  private void watch(Statement sql, Duration time) throws SQLException {
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < end) {
      look(sql);
    }
  }

  private void look(Statement sql) throws SQLException {
    looks++;
    halfDone += total(sql) == TOTAL ? 0 : 1;
  }

  private static long total(Statement sql) throws SQLException {
    try (ResultSet sum = sql.executeQuery("SELECT SUM(balance) FROM acc")) {
      sum.next();
      return sum.getLong(1);
    }
  }

  /** Clients that move money between two accounts at a time. */
  private final class Tellers implements AutoCloseable {
    private final ScheduledExecutorService pool = Executors.newScheduledThreadPool(CLIENTS);
    private final List<Connection> connections = new ArrayList<>();
    private final List<Future<?>> running = new ArrayList<>();

    Tellers(DbServer server, String schema) throws SQLException {
      for (int i = 0; i < CLIENTS; i++) {
        Connection connection = server.connection(schema);
        connection.setAutoCommit(false);
        connections.add(connection);
        Random random = new Random(i);
        running.add(
            pool.scheduleAtFixedRate(
                () -> transfer(connection, random), 0, EVERY_MILLIS, TimeUnit.MILLISECONDS));
      }
    }

    private void transfer(Connection connection, Random random) {
      int one = random.nextInt(ACCOUNTS - 1);
      int other = one + 1 + random.nextInt(ACCOUNTS - 1 - one);
      int amount = random.nextInt(-50, 50);
      try (Statement sql = connection.createStatement()) {
        sql.execute("UPDATE acc SET balance=balance-(" + amount + ") WHERE id=" + one);
        sql.execute("UPDATE acc SET balance=balance+(" + amount + ") WHERE id=" + other);
        connection.commit();
        transfers.incrementAndGet();
      } catch (SQLException e) {
        throw new IllegalStateException("a transfer failed", e);
      }
    }

    /** Lets the clients end the transfers they have begun. */
    void finish() throws InterruptedException {
      assertThat(running).as("clients that failed").noneMatch(Future::isDone);
      pool.shutdown();
      assertThat(pool.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
    }

    @Override
    public void close() throws SQLException {
      pool.shutdownNow();
      for (Connection each : connections) {
        each.close();
      }
    }
  }
}
