package io.millrace.core.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.TableName;
import io.millrace.api.event.Restart;
import io.millrace.api.event.RowBatch;
import io.millrace.api.event.TableSchema;
import io.millrace.api.source.ChangeSource;
import io.millrace.api.source.Head;
import io.millrace.api.source.KnownTable;
import io.millrace.rig.DbServer;
import io.millrace.rig.Servers;
import io.millrace.rig.TcpProxy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Connections that are cut behind every packet of a log (without a scale, every fifth), and in the
 * middle of packets.
 */
@Timeout(600)
final class StreamCutIT {
  private static final int SMALL_SLICE = 2048;
  private static final int STATEMENTS = 50;
  private static final boolean SCALED = Integer.getInteger("millrace.scale", 1) > 1;
  private static final int STEP = SCALED ? 1 : 5;
  private static final int BYTE_CUTS = SCALED ? 40 : 15;

  enum Log {
    MYSQL_GTID,
    MYSQL_FILES,
    MYSQL_COMPRESSED,
    MARIADB,
    MARIADB_COMPRESSED;

    DbServer server() {
      return switch (this) {
        case MYSQL_GTID -> Servers.mysql();
        case MYSQL_FILES -> Servers.mysql("--gtid-mode=OFF", "--enforce-gtid-consistency=OFF");
        case MYSQL_COMPRESSED -> Servers.mysql("--binlog-transaction-compression=ON");
        case MARIADB -> Servers.mariaDb("--max-connections=2000");
        case MARIADB_COMPRESSED ->
            Servers.mariaDb(
                "--log-bin-compress=ON", "--log-bin-compress-min-len=10", "--max-connections=2000");
      };
    }
  }

  /** A log from a place on, and what comes of it when nothing is cut. */
  private record Scene(
      DbServer server, String schema, Head from, List<String> rows, List<String> transactions) {}

  @ParameterizedTest
  @EnumSource
  void aCutBehindAnyPacketLosesNothing(Log log) throws SQLException {
    Scene scene = scene(log.server());
    Map<TableName, KnownTable> known = known(scene);
    long packet = 1;
    while (isCut(scene, known, "behind packet " + packet, once(packet), once(TcpProxy.NEVER))) {
      packet += STEP;
    }
    // A compressed transaction is one packet.
    assertThat(packet).isGreaterThan(log == Log.MYSQL_COMPRESSED ? 9 : 2L * STATEMENTS);
  }

  @ParameterizedTest
  @EnumSource
  void aCutWithinAPacketLosesNothing(Log log) throws SQLException {
    Scene scene = scene(log.server());
    long bytes;
    try (StreamProbe probe = probe(scene, Map.of(), scene.server.port())) {
      bytes = probe.source().now().end().offset() - scene.from.end().offset();
    }
    SplittableRandom random = new SplittableRandom(log.name().hashCode());
    for (int i = 0; i < BYTE_CUTS; i++) {
      long first = random.nextLong(1, bytes);
      long second = random.nextLong(1, bytes);
      String where = "behind bytes " + first + " and " + second;
      isCut(scene, Map.of(), where, once(TcpProxy.NEVER), Stream.of(first, second).iterator());
    }
  }

  private static Iterator<Long> once(long limit) {
    return Stream.of(limit).iterator();
  }

  /** Reads with cuts, and returns whether there was any before the last row. */
  private static boolean isCut(
      Scene scene,
      Map<TableName, KnownTable> known,
      String where,
      Iterator<Long> packets,
      Iterator<Long> bytes) {
    try (TcpProxy proxy = TcpProxy.to(scene.server.port())) {
      proxy.cutAfterPackets(() -> packets.hasNext() ? packets.next() : TcpProxy.NEVER);
      proxy.cutAfterBytes(() -> bytes.hasNext() ? bytes.next() : TcpProxy.NEVER);
      try (StreamProbe probe = probe(scene, known, proxy.port())) {
        probe.untilRows(scene.rows.size());
        assertThat(probe.rows()).as("rows with a cut %s", where).isEqualTo(scene.rows);
        assertThat(transactions(probe)).as("cut %s", where).isEqualTo(scene.transactions);
        return proxy.dumps() > 1;
      }
    }
  }

  private static StreamProbe probe(Scene scene, Map<TableName, KnownTable> known, int port) {
    String uri = scene.server.uri("root", port) + "?ssl-mode=disabled";
    Restart restart = new Restart(scene.from.end(), scene.from.ts());
    return StreamProbe.at(uri, scene.schema, restart, known, SMALL_SLICE);
  }

  /** Returns the tables as they are, which is as they were. */
  private static Map<TableName, KnownTable> known(Scene scene) {
    Map<TableName, KnownTable> known = new HashMap<>();
    try (ChangeSource source = StreamProbe.source(scene.server.uri())) {
      for (TableSchema table : source.tables()) {
        known.put(table.name(), new KnownTable(table, scene.from.end()));
      }
    }
    return known;
  }

  private static List<String> transactions(StreamProbe probe) {
    return probe.events(RowBatch.class).stream()
        .filter(RowBatch::endOfTransaction)
        .map(batch -> batch.position() + " in " + (batch.slice() + 1) + " slices")
        .toList();
  }

  private static Scene scene(DbServer server) throws SQLException {
    String schema = server.freshSchema();
    server.executeIn(
        schema,
        "CREATE TABLE a (id INT PRIMARY KEY, v VARCHAR(400))",
        "CREATE TABLE b (id INT PRIMARY KEY, v VARCHAR(400))",
        "CREATE TABLE late (id INT PRIMARY KEY, v VARCHAR(400))");
    Head from;
    try (StreamProbe probe = StreamProbe.now(server.uri(), schema)) {
      from = probe.source().now();
      write(server, schema);
      Map<String, String> tables = select(server, schema);
      probe.until(() -> apply(probe.rows()).equals(tables));
      Scene scene = new Scene(server, schema, from, List.of(), List.of());
      try (StreamProbe whole = probe(scene, Map.of(), server.port())) {
        whole.untilRows(probe.rows().size());
        return new Scene(server, schema, from, whole.rows(), transactions(whole));
      }
    }
  }

  /** Writes small transactions, two of 50 statements each, and small ones again. */
  private static void write(DbServer server, String schema) throws SQLException {
    try (Connection connection = server.connection(schema);
        Statement statement = connection.createStatement()) {
      statement.execute("INSERT INTO a VALUES (1,'one'),(2,'two')");
      statement.execute("UPDATE a SET v='three' WHERE id=1");
      connection.setAutoCommit(false);
      for (int transaction = 0; transaction < 2; transaction++) {
        for (int i = 0; i < STATEMENTS; i++) {
          statement.execute(statement(transaction, i));
        }
        connection.commit();
      }
      connection.setAutoCommit(true);
      statement.execute("DELETE FROM a WHERE id=2");
      statement.execute("INSERT INTO b VALUES (5000,'last')");
    }
  }

  private static String statement(int transaction, int i) {
    int id = 100 + transaction * 1000 + i;
    String table = i == STATEMENTS - 3 && transaction == 1 ? "late" : i % 3 == 0 ? "b" : "a";
    if (i % 5 == 4) {
      return "UPDATE %s SET v=CONCAT(v,'%d') WHERE id=%d".formatted(table, i, id - 3);
    }
    return i % 11 == 10
        ? "DELETE FROM %s WHERE id=%d".formatted(table, id - 9)
        : "INSERT INTO %s VALUES (%d,REPEAT('%c',200))".formatted(table, id, 'a' + i % 26);
  }

  private static Map<String, String> select(DbServer server, String schema) throws SQLException {
    Map<String, String> rows = new TreeMap<>();
    try (Connection connection = server.connection(schema);
        Statement statement = connection.createStatement()) {
      for (String table : List.of("a", "b", "late")) {
        try (ResultSet found = statement.executeQuery("SELECT id, v FROM " + table)) {
          while (found.next()) {
            String id = found.getString(1);
            rows.put(table + "[" + id, "[" + id + ", " + found.getString(2) + "]");
          }
        }
      }
    }
    return rows;
  }

  /** Applies rows as the probe writes them: sign, table, images in brackets. */
  private static Map<String, String> apply(Collection<String> changes) {
    Map<String, String> rows = new TreeMap<>();
    for (String change : changes) {
      List<String> images = new ArrayList<>(List.of(change.substring(1).split("\\[")));
      String table = images.get(0);
      String last = images.get(images.size() - 1);
      String first = images.get(1);
      if (change.charAt(0) != '+') {
        rows.remove(table + "[" + first.substring(0, first.indexOf(',')));
      }
      if (change.charAt(0) != '-') {
        rows.put(table + "[" + last.substring(0, last.indexOf(',')), "[" + last);
      }
    }
    return rows;
  }
}
