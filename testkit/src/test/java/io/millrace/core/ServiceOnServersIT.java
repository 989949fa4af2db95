package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.CdcException;
import io.millrace.api.ChangefeedId;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.Tso;
import io.millrace.api.changefeed.ChangefeedDetail;
import io.millrace.api.changefeed.ChangefeedSpec;
import io.millrace.api.changefeed.ChangefeedState;
import io.millrace.api.consumer.ChangeConsumer;
import io.millrace.api.consumer.Changes;
import io.millrace.api.event.Row;
import io.millrace.api.event.RowChange;
import io.millrace.rig.DbServer;
import io.millrace.rig.MariaDbServer;
import io.millrace.rig.MysqlServer;
import io.millrace.rig.Servers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A service on real servers, from the binlog to a callback. */
class ServiceOnServersIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final ChangefeedId FEED = new ChangefeedId("feed");

  /** Keeps all rows as text. */
  private static final class Rows implements ChangeConsumer {
    private final List<String> rows = new ArrayList<>();

    @Override
    public synchronized void accept(Changes changes) {
      for (RowChange change : changes.rows()) {
        Row row = change.kind() == RowChange.Kind.DELETE ? change.before() : change.after();
        StringBuilder text =
            new StringBuilder(change.kind().name()).append(' ').append(change.table().name());
        for (int i = 0; i < change.table().columns().size(); i++) {
          text.append(' ').append(row.valueAt(i));
        }
        rows.add(text.toString());
      }
      changes.ack();
    }

    synchronized List<String> rows() {
      return List.copyOf(rows);
    }
  }

  private static DbServer shared(String kind) {
    return kind.equals("mysql") ? Servers.mysql() : Servers.mariaDb();
  }

  private static CdcService service(DbServer server, Rows rows) {
    CdcService service = CdcService.builder().upstream(server.uri()).consumer("rows", rows).build();
    service.start();
    return service;
  }

  private static ChangefeedSpec.Builder spec(String schema) {
    return ChangefeedSpec.builder("consumer://rows")
        .id(FEED.value())
        .filterRules(List.of(schema + ".*"));
  }

  private static ChangefeedDetail await(CdcService service, ChangefeedState state, Duration limit) {
    Instant end = Instant.now().plus(limit);
    ChangefeedDetail detail = service.changefeed(FEED);
    while (detail.state() != state) {
      assertThat(Instant.now()).as("state is %s", detail).isBefore(end);
      Thread.onSpinWait();
      detail = service.changefeed(FEED);
    }
    return detail;
  }

  /** Purges the first log file; the server keeps it until the reader's connection is gone. */
  private static void purge(DbServer server) throws SQLException {
    if (server.mariaDb()) {
      server.execute("SET GLOBAL slave_connections_needed_for_purge=0");
    }
    server.execute("FLUSH BINARY LOGS");
    Instant end = Instant.now().plus(LIMIT);
    try (Connection connection = server.connection();
        Statement statement = connection.createStatement()) {
      boolean gone = false;
      while (!gone) {
        assertThat(Instant.now()).isBefore(end);
        statement.execute("PURGE BINARY LOGS TO 'binlog.000002'");
        try (ResultSet logs = statement.executeQuery("SHOW BINARY LOGS")) {
          logs.next();
          gone = !logs.getString(1).endsWith(".000001");
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mysql", "mariadb"})
  void followsSchemaChanges(String kind) {
    DbServer server = shared(kind);
    String s = server.freshSchema();
    server.executeIn(s, "CREATE TABLE a (id INT PRIMARY KEY, v INT)");
    Rows rows = new Rows();
    try (CdcService service = service(server, rows)) {
      service.create(spec(s).build());
      server.executeIn(
          s,
          "INSERT INTO a VALUES (1,1)",
          "ALTER TABLE a ADD COLUMN w VARCHAR(10) DEFAULT 'x'",
          "INSERT INTO a VALUES (2,2,'two')",
          "CREATE TABLE b (id INT PRIMARY KEY)",
          "INSERT INTO b VALUES (7)",
          "RENAME TABLE b TO c, a TO b",
          "INSERT INTO b VALUES (3,3,'three')",
          "INSERT INTO c VALUES (8)",
          "TRUNCATE TABLE c",
          "INSERT INTO c VALUES (9)",
          "DROP TABLE b",
          "CREATE TABLE b (id INT PRIMARY KEY)",
          "INSERT INTO b VALUES (10)");
      service.awaitCaughtUp(FEED, LIMIT);
      assertThat(rows.rows())
          .containsExactly(
              "INSERT " + s + ".a 1 1",
              "INSERT " + s + ".a 2 2 two",
              "INSERT " + s + ".b 7",
              "INSERT " + s + ".b 3 3 three",
              "INSERT " + s + ".c 8",
              "INSERT " + s + ".c 9",
              "INSERT " + s + ".b 10");
      assertThat(service.changefeed(FEED).taskStatus().get(0).tables()).hasSize(2);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mysql", "mariadb"})
  void finishesAtItsTargetWithAllRowsUpToIt(String kind) {
    DbServer server = shared(kind);
    String s = server.freshSchema();
    server.executeIn(s, "CREATE TABLE a (id INT PRIMARY KEY)");
    Rows rows = new Rows();
    try (CdcService service = service(server, rows)) {
      Tso target = Tso.of(Instant.now().plusSeconds(3));
      service.create(spec(s).targetTs(target).build());
      server.executeIn(s, "INSERT INTO a VALUES (1)");
      ChangefeedDetail detail = await(service, ChangefeedState.FINISHED, LIMIT);
      assertThat(detail.checkpoint()).isEqualTo(target);
      assertThat(rows.rows()).containsExactly("INSERT " + s + ".a 1");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mysql", "mariadb"})
  void startsAtATimeInThePast(String kind) {
    DbServer server = shared(kind);
    String s = server.freshSchema();
    Rows rows = new Rows();
    try (CdcService service = service(server, rows)) {
      server.executeIn(s, "CREATE TABLE a (id INT PRIMARY KEY)", "INSERT INTO a VALUES (1)");
      Instant after = Instant.now().plusSeconds(2);
      service.create(spec(s).id("probe").build());
      service.awaitCheckpoint(new ChangefeedId("probe"), Tso.of(after), LIMIT);
      server.executeIn(s, "INSERT INTO a VALUES (2)");
      service.remove(new ChangefeedId("probe"));
      service.create(spec(s).startTs(Tso.of(after.minusMillis(500))).build());
      service.awaitCaughtUp(FEED, LIMIT);
      assertThat(rows.rows()).contains("INSERT " + s + ".a 2");
      assertThat(rows.rows().stream().filter(row -> row.endsWith(" 2")).count()).isBetween(1L, 2L);
      assertThat(rows.rows()).doesNotContain("INSERT " + s + ".a 1");
      assertThatThrownBy(
              () -> service.create(spec(s).id("old").startTs(Tso.ofMillis(1, 0)).build()))
          .isInstanceOfSatisfying(
              CdcException.class,
              e -> assertThat(e.code()).isEqualTo(StandardErrorCode.START_TS_BEFORE_GC));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mysql", "mariadb"})
  void theCheckpointFollowsAnIdleUpstream(String kind) {
    DbServer server = shared(kind);
    String s = server.freshSchema();
    try (CdcService service = service(server, new Rows())) {
      service.create(spec(s).build());
      for (int i = 0; i < 3; i++) {
        Tso now = Tso.of(Instant.now());
        long begin = System.nanoTime();
        service.awaitCheckpoint(FEED, now, LIMIT);
        long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
        System.out.printf("idle upstream: %s followed in %d ms%n", kind, took);
        assertThat(took).isLessThan(2_500);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mysql", "mariadb"})
  void failsWhenTheLogItNeedsIsPurgedOrReset(String kind) throws SQLException {
    try (DbServer server = kind.equals("mysql") ? MysqlServer.start() : MariaDbServer.start()) {
      String s = server.freshSchema();
      server.executeIn(s, "CREATE TABLE a (id INT PRIMARY KEY)");
      try (CdcService service = service(server, new Rows())) {
        service.create(spec(s).build());
        service.awaitCaughtUp(FEED, LIMIT);
        service.pause(FEED);
        purge(server);
        ChangefeedDetail detail = await(service, ChangefeedState.FAILED, Duration.ofSeconds(10));
        assertThat(detail.error().orElseThrow().code()).isEqualTo("CDC:ErrSnapshotLostByGC");
        service.remove(FEED);
        service.create(spec(s).build());
        service.awaitCaughtUp(FEED, LIMIT);
        server.executeIn(s, "RESET MASTER", "INSERT INTO a VALUES (5)");
        detail = await(service, ChangefeedState.FAILED, Duration.ofSeconds(10));
        assertThat(detail.error().orElseThrow().code())
            .isIn("CDC:ErrSourceChanged", "CDC:ErrSnapshotLostByGC");
      }
    }
  }
}
