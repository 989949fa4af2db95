package io.millrace.core.sink.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.rig.DbServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Clients of an upstream that change rows and definitions of the same tables at once, and know
 * nothing of each other: what a client does may fail.
 *
 * <p><i>Threads:</i> one a client.
 */
final class SchemaClients implements AutoCloseable {
  private static final int TABLES = 30;
  private static final int NAMES = 34;
  private static final int IDS = 60;

  /** Between two transactions of a client: the servers and the replicator share its machine. */
  private static final long REST_MILLIS = 20;

  private final boolean portable;
  private final long pauseNanos;
  private final ScheduledExecutorService pool;
  private final List<Connection> connections = new ArrayList<>();
  private final List<Future<?>> running = new ArrayList<>();
  private final AtomicInteger committed = new AtomicInteger();
  private final AtomicInteger changes = new AtomicInteger();
  private final AtomicInteger refused = new AtomicInteger();
  private final AtomicLong changedAt = new AtomicLong(System.nanoTime());

  /**
   * Makes the tables and starts the clients.
   *
   * @param portable whether the other kind of server is to take the schema changes too
   * @param pauseMillis how long no client begins a schema change after one was begun
   */
  SchemaClients(
      DbServer server, String schema, int count, long seed, boolean portable, long pauseMillis)
      throws SQLException {
    this.portable = portable;
    this.pauseNanos = pauseMillis * 1_000_000;
    this.pool = Executors.newScheduledThreadPool(count);
    RandomDdl first = new RandomDdl(new Random(seed), portable);
    for (int i = 0; i < TABLES; i++) {
      server.executeIn(schema, first.create("t" + i));
    }
    for (int i = 1; i <= count; i++) {
      Connection connection = server.connection(schema);
      connections.add(connection);
      Client client = new Client(connection, new Random(seed + i));
      running.add(pool.scheduleWithFixedDelay(client, 0, REST_MILLIS, TimeUnit.MILLISECONDS));
    }
  }

  /** Does one transaction or schema change at a time; all but what such clients meet ends it. */
  private final class Client implements Runnable {
    private final Connection connection;
    private final Random random;
    private final RandomDdl ddl;

    Client(Connection connection, Random random) throws SQLException {
      this.connection = connection;
      this.random = random;
      this.ddl = new RandomDdl(random, portable);
      try (Statement sql = connection.createStatement()) {
        sql.execute("SET SESSION innodb_lock_wait_timeout=2, lock_wait_timeout=4");
      }
    }

    @Override
    public void run() {
      try {
        change();
      } catch (SQLException e) {
        throw new IllegalStateException("the upstream is gone", e);
      }
    }

    private void change() throws SQLException {
      try (Statement sql = connection.createStatement()) {
        long last = changedAt.get();
        long now = System.nanoTime();
        if (now - last > pauseNanos && changedAt.compareAndSet(last, now)) {
          connection.setAutoCommit(true);
          changeSchema(sql, ddl, random);
        } else {
          connection.setAutoCommit(false);
          changeRows(sql, random);
          connection.commit();
          committed.incrementAndGet();
        }
      } catch (SQLException e) {
        // duplicates, deadlocks, tables that are gone
        if (!connection.getAutoCommit()) {
          connection.rollback();
        }
        refused.incrementAndGet();
      }
    }
  }

  private void changeSchema(Statement sql, RandomDdl ddl, Random random) throws SQLException {
    List<String> names = tables(sql);
    String free = "t" + random.nextInt(NAMES);
    if (names.size() < TABLES - 4) {
      sql.execute(ddl.create(free));
      changes.incrementAndGet();
      return;
    }
    LiveTable table = LiveTable.read(sql, any(names, random));
    for (String each : ddl.change(table, any(names, random), free)) {
      sql.execute(each);
      changes.incrementAndGet();
    }
  }

  private static List<String> tables(Statement sql) throws SQLException {
    List<String> names = new ArrayList<>();
    try (ResultSet rows =
        sql.executeQuery(
            "SELECT table_name FROM information_schema.tables WHERE table_schema=DATABASE() AND"
                + " table_type='BASE TABLE' ORDER BY table_name")) {
      while (rows.next()) {
        names.add(rows.getString(1));
      }
    }
    return names;
  }

  private static String any(List<String> names, Random random) {
    return names.get(random.nextInt(names.size()));
  }

  private static void changeRows(Statement sql, Random random) throws SQLException {
    int statements = 1 + random.nextInt(4);
    LiveTable table = LiveTable.read(sql, "t" + random.nextInt(TABLES));
    for (int i = 0; i < statements; i++) {
      if (random.nextInt(3) == 0) {
        table = LiveTable.read(sql, "t" + random.nextInt(TABLES));
      }
      changeRow(sql, random, table);
    }
  }

  private static void changeRow(Statement sql, Random random, LiveTable table) throws SQLException {
    int id = random.nextInt(IDS);
    String name = table.name();
    String column = table.anyColumn(random);
    String set = column + "=" + LiveTable.value(random, table.type(column));
    switch (random.nextInt(10)) {
      case 0, 1, 2 ->
          sql.execute(
              "INSERT INTO %s(%s) VALUES (%s)"
                  .formatted(name, table.writable(), table.values(random, id)));
      case 3 -> {
        if (table.partitioned()) {
          // MySQL 8.0.33 puts later rows of the connection into a wrong partition if it fails
          return;
        }
        sql.execute(
            "REPLACE INTO %s(%s) VALUES (%s), (%s)"
                .formatted(
                    name,
                    table.writable(),
                    table.values(random, id),
                    table.values(random, random.nextInt(IDS))));
      }
      case 4, 5, 6 -> sql.execute("UPDATE %s SET %s WHERE id=%d LIMIT 2".formatted(name, set, id));
      case 7 -> swapKeys(sql, name, id, random.nextInt(IDS));
      case 8 ->
          sql.execute(
              "UPDATE IGNORE %s SET id=id+1 WHERE id BETWEEN %d AND %d"
                  .formatted(name, id, id + 3));
      default -> sql.execute("DELETE FROM %s WHERE id=%d LIMIT 2".formatted(name, id));
    }
  }

  private static void swapKeys(Statement sql, String name, int a, int b) throws SQLException {
    sql.execute("UPDATE %s SET id=1000 WHERE id=%d LIMIT 1".formatted(name, a));
    sql.execute("UPDATE %s SET id=%d WHERE id=%d LIMIT 1".formatted(name, a, b));
    sql.execute("UPDATE %s SET id=%d WHERE id=1000 LIMIT 1".formatted(name, b));
  }

  /** Returns what the clients did so far, as a text. */
  String done() {
    return "transactions=" + committed + " schema changes=" + changes + " refused=" + refused;
  }

  /**
   * Checks that the upstream's own tables are sound. MySQL has been seen to put rows into wrong
   * partitions, where a primary key is not one any more; no downstream can follow that.
   */
  static void assertSound(DbServer upstream, String schema) throws SQLException {
    try (Connection connection = upstream.connection(schema);
        Statement sql = connection.createStatement()) {
      for (String table : tables(sql)) {
        try (ResultSet rows = sql.executeQuery("CHECK TABLE " + table)) {
          while (rows.next()) {
            assertThat(rows.getString(4))
                .as("the upstream's own check of %s", table)
                .isEqualTo("OK");
          }
        }
      }
    }
  }

  /** Throws what ended a client before its time: a server that died, for one. */
  void checkRunning() throws Exception {
    for (Future<?> each : running) {
      if (each.isDone()) {
        each.get();
      }
    }
  }

  /** Lets the clients end what they have begun. */
  void finish() throws Exception {
    checkRunning();
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
