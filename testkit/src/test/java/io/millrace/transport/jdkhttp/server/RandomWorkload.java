package io.millrace.transport.jdkhttp.server;

import io.millrace.rig.DbServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Clients that change 20 tables at random, each transaction marked by a number that all its rows
 * carry. Each client has keys of its own, so no transaction waits for another.
 *
 * <p><i>Threads:</i> one a client; what is committed is told through a queue.
 */
final class RandomWorkload {
  static final int TABLES = 20;
  private static final int KEYS = 200;

  private final DbServer server;
  private final String schema;
  private final int transactions;
  private final AtomicInteger numbers = new AtomicInteger();
  private final AtomicInteger committed = new AtomicInteger();
  private final ConcurrentLinkedQueue<Committed> news = new ConcurrentLinkedQueue<>();

  /**
   * A transaction that the server has acknowledged.
   *
   * @param number its number
   * @param millis the wall clock when it was acknowledged
   * @param tables where rows with its number were written
   */
  record Committed(int number, long millis, List<Integer> tables) {}

  RandomWorkload(DbServer server, String schema, int transactions) {
    this.server = server;
    this.schema = schema;
    this.transactions = transactions;
  }

  void createTables() {
    String[] statements = new String[TABLES];
    for (int i = 0; i < TABLES; i++) {
      statements[i] =
          "CREATE TABLE t"
              + i
              + " (id INT PRIMARY KEY, txn INT NOT NULL, v VARCHAR(60) CHARACTER SET utf8mb4,"
              + " n DECIMAL(20,5), d DATETIME(3))";
    }
    server.executeIn(schema, statements);
  }

  /** Works until all transactions of all clients are done. */
  void run(int client, int clients) throws SQLException {
    Random random = new Random(client);
    try (Connection connection = server.connection(schema);
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      for (int i = client; i < transactions; i += clients) {
        transaction(connection, statement, random, client, clients);
      }
    }
  }

  private void transaction(
      Connection connection, Statement statement, Random random, int client, int clients)
      throws SQLException {
    int number = numbers.incrementAndGet();
    List<Integer> tables = new ArrayList<>();
    int changes = 1 + random.nextInt(4);
    for (int i = 0; i < changes; i++) {
      int table = random.nextInt(TABLES);
      int id = client + clients * random.nextInt(KEYS);
      if (random.nextInt(5) == 0) {
        statement.execute("DELETE FROM t" + table + " WHERE id=" + id);
      } else {
        statement.execute(
            "REPLACE INTO t%d VALUES (%d,%d,'%s',%d.%05d,NOW(3))"
                .formatted(
                    table,
                    id,
                    number,
                    "wörd \\\\ \\' 😀 " + random.nextInt(1000),
                    random.nextInt(1_000_000),
                    random.nextInt(100_000)));
        tables.add(table);
      }
    }
    if (random.nextInt(10) == 0) {
      connection.rollback();
    } else {
      connection.commit();
      news.add(new Committed(number, System.currentTimeMillis(), tables));
    }
    committed.incrementAndGet();
  }

  /** Returns how many transactions are done. */
  int done() {
    return committed.get();
  }

  /** Returns the next transaction that was committed, or null while there is none. */
  Committed next() {
    return news.poll();
  }

  /** Returns what the server has now: rows as text by table and key. */
  Map<String, String> tables() throws SQLException {
    Map<String, String> rows = new TreeMap<>();
    try (Connection connection = server.connection(schema);
        Statement statement = connection.createStatement()) {
      for (int i = 0; i < TABLES; i++) {
        try (ResultSet result =
            statement.executeQuery("SELECT id,txn,v,n,CAST(d AS CHAR) FROM t" + i)) {
          while (result.next()) {
            rows.put(
                "t" + i + "/" + result.getString(1),
                result.getString(2)
                    + "|"
                    + result.getString(3)
                    + "|"
                    + result.getString(4)
                    + "|"
                    + result.getString(5));
          }
        }
      }
    }
    return rows;
  }
}
