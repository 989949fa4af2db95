package io.millrace.core.sink.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.event.TableSchema;
import io.millrace.api.sink.Durable;
import io.millrace.api.sink.Sink;
import io.millrace.rig.DbServer;
import io.millrace.rig.Servers;
import io.millrace.testkit.sink.SinkFeed;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * How many rows a second the sink writes, one a transaction, beside a plain loader of the same rows
 * in statements of 256. A measurement: the rates are printed; asserted is that all rows arrive.
 */
final class SinkSpeedIT {
  private static final int ROWS = 40_000 * Integer.getInteger("millrace.scale", 1);

  @Test
  void mySql() throws SQLException {
    measure(Servers.mysql("--server-id=31"), "mysql");
  }

  @Test
  void mariaDb() throws SQLException {
    measure(Servers.mariaDb("--server-id=32"), "mariadb");
  }

  private static void measure(DbServer server, String kind) throws SQLException {
    load(server, ROWS / 10);
    long plain = load(server, ROWS);
    StringBuilder line = new StringBuilder("sink speed: " + kind + " plain loader=" + plain);
    for (int tables : new int[] {1, 50}) {
      for (int workers : new int[] {1, 4, 16}) {
        long rate = write(server, tables, workers);
        assertThat(rows(server, tables)).isEqualTo(ROWS);
        line.append(", %d tables %d workers=%d".formatted(tables, workers, rate));
      }
    }
    System.out.println(line + " rows/s");
  }

  private static void create(DbServer server, int tables) {
    server.execute("DROP DATABASE IF EXISTS shop", "CREATE DATABASE shop");
    for (int i = 0; i < tables; i++) {
      server.execute("CREATE TABLE shop.t" + i + "(id BIGINT PRIMARY KEY, note VARCHAR(200))");
    }
  }

  private static long rows(DbServer server, int tables) throws SQLException {
    long rows = 0;
    try (Connection connection = server.connection("shop");
        Statement statement = connection.createStatement()) {
      for (int i = 0; i < tables; i++) {
        try (ResultSet count = statement.executeQuery("SELECT COUNT(*) FROM t" + i)) {
          count.next();
          rows += count.getLong(1);
        }
      }
    }
    return rows;
  }

  private static long load(DbServer server, int rows) throws SQLException {
    create(server, 1);
    long begin = System.nanoTime();
    try (Connection connection = server.connection("shop");
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      for (int from = 0; from < rows; from += 256) {
        StringBuilder sql = new StringBuilder("INSERT INTO t0 VALUES ");
        for (int id = from; id < Math.min(rows, from + 256); id++) {
          sql.append(id == from ? "(" : ",(").append(id).append(",'row ").append(id).append("')");
        }
        statement.execute(sql.toString());
        connection.commit();
      }
    }
    return rate(rows, begin);
  }

  private static long rate(int rows, long begin) {
    return rows * 1_000_000_000L / (System.nanoTime() - begin);
  }

  private static long write(DbServer server, int tables, int workers) {
    create(server, tables);
    TableSchema[] schemas = new TableSchema[tables];
    for (int i = 0; i < tables; i++) {
      schemas[i] = SinkFeed.table("t" + i);
    }
    String params = "worker-count=" + workers;
    try (Sink sink =
        SinkRig.provider()
            .open(
                SinkRig.request(
                    server.port(), params, UUID.randomUUID().toString(), "capture", 1))) {
      long begin = System.nanoTime();
      for (int i = 1; i <= ROWS; i++) {
        sink.write(SinkFeed.transaction(i, SinkFeed.inserts(schemas[i % tables], i)));
        if (i % 1000 == 0) {
          sink.flush(SinkFeed.resolvedAfter(i));
        }
      }
      Optional<Durable> wanted = Optional.of(new Durable(SinkFeed.resolvedAfter(ROWS)));
      while (!sink.flush(SinkFeed.resolvedAfter(ROWS)).equals(wanted)) {
        assertThat(System.nanoTime() - begin).isLessThan(60_000_000_000L);
      }
      return rate(ROWS, begin);
    }
  }
}
