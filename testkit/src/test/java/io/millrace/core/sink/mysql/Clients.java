package io.millrace.core.sink.mysql;

import io.millrace.rig.DbServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Clients of an upstream whose transactions are hard to apply in parallel: few rows are hot, unique
 * values wander and swap, texts that differ only in case take each other's place, rows change their
 * primary keys, and one table has no key at all, so that a row written twice stays.
 *
 * <p><i>Threads:</i> one a client.
 */
final class Clients implements AutoCloseable {
  static final int ACCOUNTS = 20;
  static final long TOTAL = ACCOUNTS * 1000L;
  static final List<String> TABLES = List.of("acc", "uniq", "nokey", "pair", "moved");
  private static final int KEYS = 40;

  private final DbServer server;
  private final String schema;
  private final ExecutorService pool;
  private final List<Future<?>> running = new ArrayList<>();
  private final AtomicBoolean stopped = new AtomicBoolean();
  private final AtomicInteger committed = new AtomicInteger();
  private final AtomicInteger refused = new AtomicInteger();

  Clients(DbServer server, String schema, int count) {
    this.server = server;
    this.schema = schema;
    this.pool = Executors.newFixedThreadPool(count);
    for (int i = 0; i < count; i++) {
      Random random = new Random(i);
      running.add(
          pool.submit(
              () -> {
                run(random);
                return null;
              }));
    }
  }

  /** Makes the tables; upstream with their first rows. */
  static void createTables(DbServer server, String schema, boolean withRows) {
    server.executeIn(
        schema,
        "CREATE TABLE acc(id INT PRIMARY KEY, balance INT NOT NULL, turns INT NOT NULL)",
        "CREATE TABLE uniq(id INT PRIMARY KEY, name VARCHAR(20) UNIQUE, place INT UNIQUE, n INT)"
            + " COLLATE utf8mb4_general_ci",
        "CREATE TABLE nokey(a INT, b VARCHAR(20), c DOUBLE, d FLOAT, e DECIMAL(8,3))"
            + " COLLATE utf8mb4_general_ci",
        "CREATE TABLE pair(a INT NOT NULL, b INT NOT NULL, t TEXT, UNIQUE(a, b))"
            + " COLLATE utf8mb4_general_ci",
        "CREATE TABLE moved(id INT PRIMARY KEY, v INT)");
    if (withRows) {
      fill(server, schema);
    }
  }

  /** Puts the first rows into the tables. */
  static void fill(DbServer server, String schema) {
    for (int i = 0; i < ACCOUNTS; i++) {
      server.executeIn(
          schema,
          "INSERT INTO acc VALUES (" + i + ",1000,0)",
          "INSERT INTO moved VALUES (" + i + ",0)");
    }
  }

  private void run(Random random) throws SQLException {
    try (Connection connection = server.connection(schema);
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED");
      while (!stopped.get()) {
        try {
          int changes = 1 + random.nextInt(4);
          for (int i = 0; i < changes; i++) {
            change(statement, random);
          }
          connection.commit();
          committed.incrementAndGet();
        } catch (SQLException e) {
          // duplicates and deadlocks are what such clients meet
          connection.rollback();
          refused.incrementAndGet();
        }
      }
    }
  }

  private static void change(Statement statement, Random random) throws SQLException {
    switch (random.nextInt(10)) {
      case 0, 1 -> transfer(statement, random);
      case 2 -> put(statement, random);
      case 3 -> swap(statement, random);
      case 4 -> statement.execute("DELETE FROM uniq WHERE id=" + random.nextInt(KEYS));
      case 5, 6 ->
          statement.execute(
              "INSERT INTO nokey VALUES (%d,'%s',%d/7,%d/3,%d/8)"
                  .formatted(
                      random.nextInt(5),
                      random.nextBoolean() ? "a" : "A ",
                      random.nextInt(3),
                      random.nextInt(3),
                      random.nextInt(3)));
      case 7 -> nokey(statement, random);
      case 8 ->
          statement.execute(
              "REPLACE INTO pair VALUES (%d,%d,'%s')"
                  .formatted(random.nextInt(4), random.nextInt(4), "t" + random.nextInt(99)));
      default -> move(statement, random);
    }
  }

  private static void transfer(Statement statement, Random random) throws SQLException {
    int amount = random.nextInt(50);
    int from = random.nextInt(ACCOUNTS);
    int to = random.nextInt(ACCOUNTS);
    add(statement, Math.min(from, to), from < to ? -amount : amount);
    add(statement, Math.max(from, to), from < to ? amount : -amount);
  }

  private static void add(Statement statement, int account, int amount) throws SQLException {
    statement.execute(
        "UPDATE acc SET turns=turns+1, balance=balance+(" + amount + ") WHERE id=" + account);
  }

  private static void put(Statement statement, Random random) throws SQLException {
    String name = String.valueOf((char) ((random.nextBoolean() ? 'a' : 'A') + random.nextInt(26)));
    statement.execute(
        "REPLACE INTO uniq VALUES (%d,%s,%d,%d)"
            .formatted(
                random.nextInt(KEYS),
                random.nextInt(4) == 0 ? "NULL" : "'" + name + "'",
                random.nextInt(KEYS),
                random.nextInt(1000)));
  }

  private static void swap(Statement statement, Random random) throws SQLException {
    int a = random.nextInt(KEYS);
    int b = random.nextInt(KEYS);
    statement.execute("SELECT place INTO @a FROM uniq WHERE id=" + a + " FOR UPDATE");
    statement.execute("SELECT place INTO @b FROM uniq WHERE id=" + b + " FOR UPDATE");
    statement.execute("UPDATE uniq SET place=NULL WHERE id=" + a);
    statement.execute("UPDATE uniq SET place=@a WHERE id=" + b);
    statement.execute("UPDATE uniq SET place=@b WHERE id=" + a);
  }

  private static void nokey(Statement statement, Random random) throws SQLException {
    statement.execute(
        random.nextBoolean()
            ? "UPDATE nokey SET a=a+1, b=UPPER(b) WHERE a=" + random.nextInt(5) + " LIMIT 2"
            : "DELETE FROM nokey WHERE a=" + random.nextInt(9) + " LIMIT 3");
  }

  private static void move(Statement statement, Random random) throws SQLException {
    int a = random.nextInt(ACCOUNTS);
    int b = random.nextInt(ACCOUNTS);
    statement.execute("UPDATE moved SET id=1000 WHERE id=" + a);
    statement.execute("UPDATE moved SET id=" + a + ", v=v+1 WHERE id=" + b);
    statement.execute("UPDATE moved SET id=" + b + " WHERE id=1000");
  }

  /** Lets the clients end; returns how many transactions they committed. */
  int finish() throws Exception {
    stopped.set(true);
    for (Future<?> each : running) {
      each.get();
    }
    return committed.get();
  }

  /** Returns all rows of a table, each as a text, in the order of their texts. */
  static List<String> rows(DbServer server, String schema, String table) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Connection connection = server.connection(schema);
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("SELECT * FROM " + table)) {
      int columns = result.getMetaData().getColumnCount();
      while (result.next()) {
        StringBuilder row = new StringBuilder();
        for (int i = 1; i <= columns; i++) {
          row.append(result.getString(i)).append('|');
        }
        rows.add(row.toString());
      }
    }
    rows.sort(null);
    return rows;
  }

  @Override
  public void close() {
    stopped.set(true);
    pool.shutdownNow();
  }
}
