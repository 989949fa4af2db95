package io.millrace.core.sink.mysql;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Schema changes between rows, as a second server of the same kind takes them. */
final class SchemaChangesIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String[] STATEMENTS = {
    "CREATE TABLE a(id INT PRIMARY KEY, v VARCHAR(20), w INT)",
    "INSERT INTO a VALUES (1,'x',1),(2,'y',2)",
    "ALTER TABLE a ADD COLUMN n INT NOT NULL DEFAULT 7",
    "INSERT INTO a VALUES (3,'z',3,8)",
    "CREATE UNIQUE INDEX u ON a(w)",
    "UPDATE a SET w = w + 100 ORDER BY w DESC",
    "CREATE TABLE b LIKE a",
    "INSERT INTO b SELECT * FROM a",
    "RENAME TABLE a TO tmp, b TO a, tmp TO b",
    "UPDATE a SET v = 'in a'",
    "DELETE FROM b WHERE id = 2",
    "ALTER TABLE a ADD COLUMN g INT AS (w * 2) STORED, DROP COLUMN n",
    "INSERT INTO a(id, v, w) VALUES (4, 'after', 400)",
    "TRUNCATE TABLE b",
    "INSERT INTO b VALUES (9, 'nine', 9, 9)",
    "CREATE TABLE c SELECT id, v FROM a",
    "ALTER TABLE c ADD PRIMARY KEY(id)",
    "UPDATE c SET v = CONCAT(v, '!')",
    "CREATE TABLE p(id INT PRIMARY KEY, v INT) PARTITION BY RANGE(id)"
        + " (PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN (20))",
    "INSERT INTO p VALUES (1, 1), (11, 11)",
    "ALTER TABLE p TRUNCATE PARTITION p0",
    "ALTER TABLE p DROP PARTITION p1",
    "INSERT INTO p VALUES (2, 2)",
    "CREATE TABLE exchanged LIKE p",
    "ALTER TABLE exchanged REMOVE PARTITIONING",
    "INSERT INTO exchanged VALUES (3, 3), (5, 5)",
    "ALTER TABLE p EXCHANGE PARTITION p0 WITH TABLE exchanged",
    "INSERT INTO p VALUES (6, 6)",
    "SET SESSION sql_mode = CONCAT(@@sql_mode, ',ANSI_QUOTES,PIPES_AS_CONCAT')",
    "CREATE TABLE \"quoted\"(\"id\" INT PRIMARY KEY, s VARCHAR(9) DEFAULT 'x',"
        + " g VARCHAR(30) AS (s || \"id\") STORED)",
    "INSERT INTO \"quoted\"(id) VALUES (7)",
    "SET SESSION sql_mode = REPLACE(@@sql_mode, 'ANSI_QUOTES', '')",
    "CREATE TABLE timed(id INT PRIMARY KEY)",
    "INSERT INTO timed VALUES (1)",
    "SET TIMESTAMP = 1700000000.123456",
    "ALTER TABLE timed ADD COLUMN at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6)",
    "SET TIMESTAMP = DEFAULT",
    "ALTER TABLE timed ADD CONSTRAINT positive CHECK (id > 0)",
    "ALTER TABLE timed ADD CONSTRAINT small CHECK (id < 100)",
    "ALTER TABLE timed DROP CONSTRAINT small",
    "ALTER TABLE timed ENGINE=InnoDB ROW_FORMAT=COMPACT",
    "CREATE TABLE outside.x(id INT)",
    "CREATE TABLE gone3(id INT, other INT)",
    "RENAME TABLE outside.x TO outside.y, c TO swapped, gone3 TO c, swapped TO gone3",
    "CREATE TABLE gone2(id INT)",
    "DROP TABLE outside.y, gone2",
    "CREATE VIEW seen AS SELECT id FROM p",
    "CREATE TABLE gone(id INT PRIMARY KEY)",
    "INSERT INTO gone VALUES (1)",
    "DROP TABLE gone",
    "CREATE TABLE gone(id BIGINT PRIMARY KEY, again INT)",
    "INSERT INTO gone VALUES (5, 5)",
  };

  @TempDir private Path work;

  @Test
  void mySqlToMySql() throws Exception {
    check(Servers.mysql(), Servers.mysql("--server-id=31"));
  }

  @Test
  void mariaDbToMariaDb() throws Exception {
    check(Servers.mariaDb(), Servers.mariaDb("--server-id=32"));
  }

  private static final String LATIN = "--character-set-server=latin1";

  @Test
  void theUpstreamsCharsetIsNotTheDownstreams() throws Exception {
    checkDefaults(Servers.mysql(), "", Servers.mariaDb("--server-id=33", LATIN));
    checkDefaults(Servers.mysql(), "gb18030_chinese_ci", Servers.mariaDb("--server-id=33", LATIN));
    checkDefaults(Servers.mysql(), "utf8mb4_bin", Servers.mysql("--server-id=34", LATIN));
    checkDefaults(Servers.mariaDb(), "", Servers.mariaDb("--server-id=33", LATIN));
    checkDefaults(
        Servers.mariaDb(), "utf8mb4_uca1400_ai_ci", Servers.mysql("--server-id=34", LATIN));
  }

  /** A database and a table made without a charset hold what the upstream's hold. */
  private void checkDefaults(DbServer upstream, String collation, DbServer downstream)
      throws Exception {
    String schema = upstream.freshSchema() + "_made";
    try (NodeProcess node =
        NodeProcess.start(
            work.resolve(schema), List.of("-Xmx128m"), "--upstream", upstream.uri())) {
      node.create(
          """
          {"changefeed_id":"defaults","sink_uri":"mysql://root@127.0.0.1:%d/",
           "filter_rules":["%s.*"]}\
          """
              .formatted(downstream.port(), schema));
      upstream.execute(
          collation.isEmpty() ? "DO 0" : "SET SESSION collation_server = '" + collation + "'",
          "CREATE DATABASE " + schema,
          "USE " + schema,
          "CREATE TABLE t(id INT PRIMARY KEY, s VARCHAR(20) DEFAULT '\u65e5', t TEXT)",
          "INSERT INTO t VALUES (1, '\u65e5\u672c', '\ud83d\ude00'),(2, DEFAULT, 'x')",
          "ALTER TABLE t ADD COLUMN u VARCHAR(9) NOT NULL DEFAULT '\u672c'");
      node.awaitCheckpoint("defaults", System.currentTimeMillis(), LIMIT);
    }
    String bytes =
        "CONCAT_WS('|', id, HEX(CONVERT(s USING utf8mb4)), HEX(CONVERT(t USING utf8mb4))"
            + ", HEX(CONVERT(u USING utf8mb4)))";
    assertThat(column(downstream, schema, "t", bytes))
        .isEqualTo(column(upstream, schema, "t", bytes))
        .first()
        .isEqualTo("1|E697A5E69CAC|F09F9880|E69CAC");
  }

  @Test
  void statementsRunInTheUpstreamsZone() throws Exception {
    checkZones(Servers.mysql(), Servers.mysql("--server-id=31"));
    checkZones(Servers.mariaDb(), Servers.mariaDb("--server-id=32"));
    checkZones(Servers.mysql(), Servers.mariaDb("--server-id=32"));
  }

  private void checkZones(DbServer upstream, DbServer downstream) throws Exception {
    String schema = upstream.freshSchema();
    downstream.execute("CREATE DATABASE " + schema);
    try (NodeProcess node =
        NodeProcess.start(
            work.resolve(schema),
            List.of("-Xmx128m", "-Duser.timezone=Asia/Tokyo"),
            "--upstream",
            upstream.uri())) {
      node.create(
          """
          {"changefeed_id":"zones","filter_rules":["%s.*"],
           "sink_uri":"mysql://root@127.0.0.1:%d/?time-zone=%%2B08:00"}\
          """
              .formatted(schema, downstream.port()));
      upstream.executeIn(
          schema,
          "SET time_zone = '-03:00'",
          "CREATE TABLE z(id INT PRIMARY KEY, ts TIMESTAMP NOT NULL DEFAULT '2024-01-01 00:00:00',"
              + " d DATETIME)",
          "INSERT INTO z VALUES (1, DEFAULT, '2024-05-05 05:05:05')",
          "SET time_zone = '+00:00'",
          "ALTER TABLE z MODIFY ts DATETIME NOT NULL, MODIFY d TIMESTAMP NULL",
          "INSERT INTO z VALUES (2, '2024-02-02 02:02:02', '2024-02-02 02:02:02')",
          "SET time_zone = '+05:30'",
          "ALTER TABLE z ADD COLUMN made DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,"
              + " ADD COLUMN at TIMESTAMP NOT NULL DEFAULT '2024-03-03 03:03:03'");
      node.awaitCheckpoint("zones", System.currentTimeMillis(), LIMIT);
    }
    String row = "CONCAT_WS('|', id, ts, d, made, at)";
    assertThat(column(downstream, schema, "z", row))
        .isEqualTo(column(upstream, schema, "z", row))
        .first()
        .asString()
        .contains("1|2024-01-01 03:00:00|2024-05-05 05:05:05|", "|2024-03-02 21:33:03");
  }

  @Test
  void whatEventFiltersLeaveOut() throws Exception {
    DbServer upstream = Servers.mysql();
    DbServer downstream = Servers.mysql("--server-id=31");
    String schema = upstream.freshSchema();
    downstream.execute("CREATE DATABASE " + schema);
    try (NodeProcess node =
        NodeProcess.start(work, List.of("-Xmx128m"), "--upstream", upstream.uri())) {
      node.create(
          """
          {"changefeed_id":"kept","sink_uri":"mysql://root@127.0.0.1:%d/","filter_rules":["%s.*"],
           "event_filters":[{"matcher":["*.*"],"ignore_event":["truncate table partition","delete"]},
                            {"matcher":["*.keep"],"ignore_event":["drop table"]},
                            {"matcher":["*.p"],"ignore_sql":["drop +partition"]}]}\
          """
              .formatted(downstream.port(), schema));
      upstream.executeIn(
          schema,
          "CREATE TABLE keep(id INT PRIMARY KEY)",
          "CREATE TABLE gone(id INT PRIMARY KEY)",
          "INSERT INTO keep VALUES (1),(2)",
          "DELETE FROM keep WHERE id = 1",
          "DROP TABLE gone, keep",
          "CREATE TABLE p(id INT PRIMARY KEY, v INT) PARTITION BY RANGE(id)"
              + " (PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN (20))",
          "INSERT INTO p VALUES (1, 1), (11, 11)",
          "ALTER TABLE p TRUNCATE PARTITION p0",
          "ALTER TABLE p DROP PARTITION p1",
          "INSERT INTO p VALUES (2, 2)");
      node.awaitCheckpoint("kept", System.currentTimeMillis(), LIMIT);
    }
    assertThat(ids(downstream, schema, "keep")).containsExactly("1", "2");
    assertThat(ids(downstream, schema, "p")).containsExactly("1", "2", "11");
    assertThat(Contents.shown(downstream, schema).toString()).doesNotContain("`gone`");
  }

  private static List<String> ids(DbServer server, String schema, String table)
      throws SQLException {
    return column(server, schema, table, "id");
  }

  private static List<String> column(DbServer server, String schema, String table, String what)
      throws SQLException {
    List<String> values = new ArrayList<>();
    try (Connection connection = server.connection(schema);
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("SELECT " + what + " FROM " + table + " ORDER BY id")) {
      while (rows.next()) {
        values.add(rows.getString(1));
      }
    }
    return values;
  }

  private void check(DbServer upstream, DbServer downstream) throws Exception {
    String schema = upstream.freshSchema();
    String outside = upstream.freshSchema();
    downstream.execute("CREATE DATABASE " + schema);
    try (NodeProcess node =
        NodeProcess.start(work, List.of("-Xmx128m"), "--upstream", upstream.uri())) {
      node.create(
          """
          {"changefeed_id":"ddl","sink_uri":"mysql://root@127.0.0.1:%d/","force_replicate":true,
           "filter_rules":["%s.*"]}\
          """
              .formatted(downstream.port(), schema));
      upstream.executeIn(
          schema,
          Stream.of(STATEMENTS)
              .map(statement -> statement.replace("outside.", outside + "."))
              .toArray(String[]::new));
      node.awaitCheckpoint("ddl", System.currentTimeMillis(), LIMIT);
    }
    assertThat(Contents.shown(downstream, schema)).isEqualTo(Contents.shown(upstream, schema));
  }
}
