package io.millrace.core.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.event.Restart;
import io.millrace.api.source.ChangeSource;
import io.millrace.api.source.Head;
import io.millrace.api.source.Requirement;
import io.millrace.rig.DbServer;
import io.millrace.rig.Servers;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What cannot be read for certain is refused, before or at the place where it stands. */
class RefusalsIT {
  private static final String CATALOG = "?schema=information_schema";
  private static final String TABLE = "CREATE TABLE t (id INT PRIMARY KEY, a INT, b INT)";

  @Test
  void checkWantsFullMetadata() {
    for (DbServer server : List.of(minimalMySql(), minimalMariaDb())) {
      assertThat(metadata(server.uri()))
          .satisfies(
              found -> {
                assertThat(found.met()).isFalse();
                assertThat(found.remedy()).isEqualTo("SET GLOBAL binlog_row_metadata=FULL");
              });
      assertThat(metadata(server.uri() + CATALOG).met()).isTrue();
    }
    for (DbServer server : List.of(Servers.mysql(), Servers.mariaDb())) {
      assertThat(requirements(server.uri())).allMatch(Requirement::met);
    }
  }

  private static Requirement metadata(String uri) {
    return requirements(uri).stream()
        .filter(each -> each.name().equals("binlog_row_metadata"))
        .findFirst()
        .orElseThrow();
  }

  private static List<Requirement> requirements(String uri) {
    try (ChangeSource source = StreamProbe.source(uri)) {
      return source.check();
    }
  }

  @Test
  void rowChangesLoggedAsStatementsStopTheStream() {
    for (DbServer server : List.of(Servers.mysql(), Servers.mariaDb())) {
      for (String format : List.of("STATEMENT", "MIXED")) {
        for (String statement :
            List.of(
                "INSERT INTO t VALUES (2, 2, 2)",
                "REPLACE INTO t VALUES (1, 2, 2)",
                "UPDATE t SET a=5",
                "UPDATE t, other SET t.a=5, other.a=6",
                "DELETE FROM t WHERE id=1",
                "INSERT INTO t SELECT id + 5, a, 0 FROM other")) {
          refused(server, format, statement);
        }
      }
    }
  }

  private static void refused(DbServer server, String format, String statement) {
    String schema = server.freshSchema();
    server.executeIn(schema, TABLE, "CREATE TABLE other (id INT PRIMARY KEY, a INT)");
    server.executeIn(schema, "INSERT INTO other VALUES (1, 1)");
    try (StreamProbe probe = StreamProbe.now(server.uri(), schema)) {
      server.executeIn(
          schema,
          "INSERT INTO t VALUES (1, 1, 1)",
          "SET SESSION binlog_format=" + format,
          statement,
          "SET SESSION binlog_format=ROW",
          "INSERT INTO t VALUES (9, 9, 9)");
      stops(
          probe, 99, StandardErrorCode.SOURCE_UNREADABLE, "event of type 2 that ends at binlog.0");
      assertThat(probe.rows()).as(format + " " + statement).containsExactly("+t[1, 1, 1]");
    }
  }

  @Test
  void statementsOnOtherTablesDoNotStopTheStream() {
    for (DbServer server : List.of(Servers.mysql(), Servers.mariaDb())) {
      String schema = server.freshSchema();
      String other = server.freshSchema();
      server.executeIn(schema, TABLE);
      server.executeIn(other, TABLE);
      try (StreamProbe probe = StreamProbe.now(server.uri(), schema)) {
        server.executeIn(
            other, "SET SESSION binlog_format=STATEMENT", "INSERT INTO t VALUES (1, 1, 1)");
        server.executeIn(schema, "INSERT INTO t VALUES (2, 2, 2)");
        assertThat(probe.untilRows(1).rows()).containsExactly("+t[2, 2, 2]");
      }
    }
  }

  @Test
  void columnsOfAnUnknownFormatStopTheStreamWithTheirPlace() {
    DbServer server = Servers.mariaDb("--mysql56-temporal-format=OFF");
    String schema = server.freshSchema();
    server.executeIn(schema, "CREATE TABLE t (id INT PRIMARY KEY, d TIME(3))");
    try (StreamProbe probe = StreamProbe.now(server.uri(), schema)) {
      server.executeIn(schema, "INSERT INTO t VALUES (1, '10:00:00')");
      stops(
          probe, 1, StandardErrorCode.SOURCE_UNREADABLE, "event of type 19 that ends at binlog.0");
    }
  }

  @Test
  void definitionsFromTheServerStopAtASchemaChange() {
    for (DbServer server : List.of(minimalMySql(), minimalMariaDb())) {
      String schema = server.freshSchema();
      server.executeIn(schema, TABLE, "CREATE TABLE other (id INT PRIMARY KEY)");
      try (StreamProbe probe = StreamProbe.now(server.uri() + CATALOG, schema)) {
        server.executeIn(
            schema,
            "INSERT INTO t VALUES (1, 1, 1)",
            "ALTER TABLE other ADD x INT",
            "TRUNCATE TABLE t",
            "INSERT INTO t VALUES (2, 2, 2)");
        probe.untilRows(2);
        server.executeIn(schema, swap(), "INSERT INTO t VALUES (3, 30, 31)");
        stops(probe, 3, StandardErrorCode.SOURCE_SCHEMA_UNKNOWN, schema + ".t at binlog.0");
        assertThat(probe.rows()).containsExactly("+t[1, 1, 1]", "+t[2, 2, 2]");
      }
    }
  }

  /** Gives two columns of one type each other's name: the log looks the same before and after. */
  private static String swap() {
    return "ALTER TABLE t CHANGE a b INT, CHANGE b a INT";
  }

  @Test
  void definitionsFromTheServerAreNotTakenForRowsBeforeASchemaChange() {
    for (DbServer server : List.of(minimalMySql(), minimalMariaDb())) {
      for (List<String> changes :
          List.of(
              List.of(swap()),
              List.of("DROP TABLE t", "CREATE TABLE t (id INT PRIMARY KEY, b INT, a INT)"),
              List.of("RENAME TABLE t TO gone", "RENAME TABLE swapped TO t"))) {
        String schema = server.freshSchema();
        server.executeIn(schema, TABLE, "CREATE TABLE swapped (id INT PRIMARY KEY, b INT, a INT)");
        Head head;
        try (ChangeSource source = StreamProbe.source(server.uri())) {
          head = source.now();
        }
        server.executeIn(schema, "INSERT INTO t VALUES (1, 10, 11)");
        server.executeIn(schema, changes.toArray(new String[0]));
        server.executeIn(schema, "INSERT INTO t VALUES (2, 20, 21)");
        Restart restart = new Restart(head.end(), head.ts());
        try (StreamProbe probe =
            StreamProbe.at(server.uri() + CATALOG, schema, restart, Map.of())) {
          stops(probe, 99, StandardErrorCode.SOURCE_SCHEMA_UNKNOWN, schema + ".t at binlog.0");
          assertThat(probe.rows()).as(changes.toString()).isEmpty();
        }
      }
    }
  }

  @Test
  void aTableCreatedInTheStreamIsReadWithItsFirstDefinition() {
    for (DbServer server : List.of(minimalMySql(), minimalMariaDb())) {
      String schema = server.freshSchema();
      try (StreamProbe probe = StreamProbe.now(server.uri() + CATALOG, schema)) {
        server.executeIn(schema, TABLE, "INSERT INTO t VALUES (1, 10, 11)");
        assertThat(probe.untilRows(1).rows()).containsExactly("+t[1, 10, 11]");
      }
    }
  }

  @Test
  void labelsThatTheServerCannotListAreRefused() {
    for (DbServer server : List.of(minimalMySql(), minimalMariaDb())) {
      String schema = server.freshSchema();
      server.executeIn(
          schema,
          "SET NAMES utf8mb4",
          "CREATE TABLE t (id INT PRIMARY KEY, e ENUM('\ud83d\ude00','x') CHARACTER SET utf8mb4)");
      try (StreamProbe probe = StreamProbe.now(server.uri() + CATALOG, schema)) {
        server.executeIn(schema, "INSERT INTO t VALUES (1, 1)");
        stops(probe, 1, StandardErrorCode.SOURCE_SCHEMA_UNKNOWN, "a label with '?' in column e");
      }
    }
  }

  private static void stops(
      StreamProbe probe, int rows, StandardErrorCode code, String... mentioned) {
    assertThatThrownBy(() -> probe.untilRows(rows))
        .isInstanceOfSatisfying(
            CdcException.class, e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code))
        .hasMessageContainingAll(mentioned);
  }

  private static DbServer minimalMySql() {
    return Servers.mysql("--binlog-row-metadata=MINIMAL");
  }

  private static DbServer minimalMariaDb() {
    return Servers.mariaDb("--binlog-row-metadata=NO_LOG");
  }
}
