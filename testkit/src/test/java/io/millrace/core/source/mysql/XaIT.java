package io.millrace.core.source.mysql;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.event.Resolved;
import io.millrace.api.event.Restart;
import io.millrace.api.source.Head;
import io.millrace.rig.DbServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Transactions of two phases: their rows come when they are committed. */
@Timeout(300)
final class XaIT {
  private static final int SMALL_SLICE = 512;
  private static final int MANY = 40;

  @ParameterizedTest
  @EnumSource
  void rowsComeWithTheCommit(Upstream upstream) throws SQLException {
    try (DbServer server = upstream.start()) {
      String schema = schema(server);
      try (StreamProbe probe = StreamProbe.now(server.uri(), schema)) {
        Head before = probe.source().now();
        prepare(server, schema, "x1", "INSERT INTO t VALUES (1,'xa')");
        Head prepared = probe.source().now();
        server.executeIn(schema, "INSERT INTO t VALUES (2,'plain')");
        probe.untilRows(1).untilPromised(probe.source().now().end());
        assertThat(probe.rows()).containsExactly("+t[2, plain]");
        Restart held = probe.resolved().restart();
        assertThat(held.position()).isEqualTo(before.end());
        assertThat(held.position().isBefore(prepared.end())).isTrue();

        server.executeIn(schema, "XA COMMIT 'x1'");
        probe.untilRows(2).untilPromised(probe.source().now().end());
        assertThat(probe.rows()).containsExactly("+t[2, plain]", "+t[1, xa]");
        Resolved free = probe.resolved();
        assertThat(free.restart().position()).isEqualTo(free.position());

        try (StreamProbe again = StreamProbe.at(server.uri(), schema, held, Map.of())) {
          assertThat(again.untilRows(2).rows()).isEqualTo(probe.rows());
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void noneComeWithARollback(Upstream upstream) throws SQLException {
    try (DbServer server = upstream.start()) {
      String schema = schema(server);
      try (StreamProbe probe = StreamProbe.now(server.uri(), schema)) {
        prepare(server, schema, "gone", "INSERT INTO t VALUES (1,'xa')");
        server.executeIn(schema, "INSERT INTO t VALUES (2,'plain')", "XA ROLLBACK 'gone'");
        server.executeIn(schema, "INSERT INTO t VALUES (3,'plain')");
        probe.untilRows(2).untilPromised(probe.source().now().end());
        assertThat(probe.rows()).containsExactly("+t[2, plain]", "+t[3, plain]");
        assertThat(probe.resolved().restart().position()).isEqualTo(probe.resolved().position());
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void theOldestPreparedOneHoldsTheRestart(Upstream upstream) throws SQLException {
    try (DbServer server = upstream.start()) {
      String schema = schema(server);
      try (StreamProbe probe = StreamProbe.now(server.uri(), schema)) {
        Head first = probe.source().now();
        prepare(server, schema, "one", "INSERT INTO t VALUES (1,'a')");
        Head second = probe.source().now();
        prepare(
            server, schema, "two", "INSERT INTO t VALUES (2,'b')", "UPDATE t SET v='c' WHERE id=2");
        probe.untilPromised(probe.source().now().end());
        assertThat(probe.resolved().restart().position()).isEqualTo(first.end());
        server.executeIn(schema, "XA COMMIT 'one'");
        probe.untilPromised(probe.source().now().end());
        assertThat(probe.resolved().restart().position()).isEqualTo(second.end());
        server.executeIn(schema, "XA COMMIT 'two'");
        probe.untilRows(3);
        assertThat(probe.rows()).containsExactly("+t[1, a]", "+t[2, b]", "~t[2, b][2, c]");
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void oneWithoutItsPrepareStopsTheStream(Upstream upstream) throws SQLException {
    try (DbServer server = upstream.start()) {
      String schema = schema(server);
      prepare(server, schema, "earlier", "INSERT INTO t VALUES (1,'xa')");
      try (StreamProbe probe = StreamProbe.now(server.uri(), schema)) {
        server.executeIn(schema, "INSERT INTO t VALUES (2,'plain')", "XA COMMIT 'earlier'");
        CdcException error = probe.error();
        assertThat(error.code()).isEqualTo(StandardErrorCode.SOURCE_XA_LOST);
        assertThat(error).hasMessageContaining(hex("earlier"));
        assertThat(probe.rows()).containsExactly("+t[2, plain]");
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void largeOnesComeInSlicesAndOnePhaseIsLikeAny(Upstream upstream) throws SQLException {
    try (DbServer server = upstream.start()) {
      String schema = schema(server);
      Head from;
      try (StreamProbe now = StreamProbe.now(server.uri(), schema)) {
        from = now.source().now();
      }
      List<String> inserts = new ArrayList<>();
      List<String> rows = new ArrayList<>();
      for (int i = 0; i < MANY; i++) {
        inserts.add("INSERT INTO t VALUES (" + i + ",REPEAT('x',50))");
        rows.add("+t[" + i + ", " + "x".repeat(50) + "]");
      }
      prepare(server, schema, "large", inserts.toArray(String[]::new));
      server.executeIn(schema, "XA COMMIT 'large'");
      run(
          server,
          schema,
          "XA START 'quick'",
          "INSERT INTO t VALUES (1000,'one')",
          "XA END 'quick'",
          "XA COMMIT 'quick' ONE PHASE");
      rows.add("+t[1000, one]");
      Restart restart = new Restart(from.end(), from.ts());
      try (StreamProbe probe =
          StreamProbe.at(server.uri(), schema, restart, Map.of(), SMALL_SLICE)) {
        assertThat(probe.untilRows(rows.size()).rows()).isEqualTo(rows);
      }
    }
  }

  /** Returns an xid's text as the servers write it to their logs. */
  private static String hex(String xid) {
    return "X'" + HexFormat.of().formatHex(xid.getBytes(US_ASCII)) + "'";
  }

  private static String schema(DbServer server) {
    String schema = server.freshSchema();
    server.executeIn(schema, "CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(60))");
    return schema;
  }

  private static void prepare(DbServer server, String schema, String xid, String... statements)
      throws SQLException {
    List<String> all = new ArrayList<>();
    all.add("XA START '" + xid + "'");
    all.addAll(List.of(statements));
    all.add("XA END '" + xid + "'");
    all.add("XA PREPARE '" + xid + "'");
    run(server, schema, all.toArray(String[]::new));
  }

  private static void run(DbServer server, String schema, String... statements)
      throws SQLException {
    try (Connection connection = server.connection(schema);
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }
}
