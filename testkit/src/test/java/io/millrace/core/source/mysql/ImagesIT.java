package io.millrace.core.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.event.RowBatch;
import io.millrace.api.event.RowChange;
import io.millrace.rig.DbServer;
import io.millrace.rig.Servers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Row images that are not whole, differences of JSON values, and logs whose metadata change. */
class ImagesIT {
  private static final String TABLE =
      "CREATE TABLE t (id INT PRIMARY KEY, a INT, b VARCHAR(9), c BLOB, d INT DEFAULT 5)";

  @Test
  void minimalImagesOfMySqlHaveAbsentColumns() {
    minimal(Servers.mysql());
  }

  @Test
  void minimalImagesOfMariaDbHaveAbsentColumns() {
    minimal(Servers.mariaDb());
  }

  private static void minimal(DbServer server) {
    String schema = server.freshSchema();
    server.executeIn(schema, TABLE);
    try (StreamProbe probe = StreamProbe.now(server.uri(), schema)) {
      server.executeIn(
          schema,
          "SET SESSION binlog_row_image=MINIMAL",
          "INSERT INTO t (id, a) VALUES (1, 2)",
          "INSERT INTO t (id, b) VALUES (2, NULL)",
          "UPDATE t SET b='x' WHERE id=1",
          "UPDATE t SET b=NULL, d=NULL WHERE id=1",
          "UPDATE t SET id=3 WHERE id=2",
          "DELETE FROM t WHERE id=1");
      assertThat(probe.untilRows(6).rows())
          .containsExactly(
              "+t[1, 2, ?, ?, ?]",
              "+t[2, ?, null, ?, ?]",
              "~t[1, ?, ?, ?, ?][?, ?, x, ?, ?]",
              "~t[1, ?, ?, ?, ?][?, ?, null, ?, null]",
              "~t[2, ?, ?, ?, ?][3, ?, ?, ?, ?]",
              "-t[1, ?, ?, ?, ?]");
    }
  }

  @Test
  void noblobImagesLackBlobsThatDidNotChange() {
    for (DbServer server : List.of(Servers.mysql(), Servers.mariaDb())) {
      String schema = server.freshSchema();
      server.executeIn(schema, TABLE, "INSERT INTO t (id, a, c) VALUES (1, 2, 'blob')");
      try (StreamProbe probe = StreamProbe.now(server.uri(), schema)) {
        server.executeIn(
            schema,
            "SET SESSION binlog_row_image=NOBLOB",
            "UPDATE t SET a=3 WHERE id=1",
            "UPDATE t SET c=NULL WHERE id=1",
            "DELETE FROM t WHERE id=1");
        assertThat(probe.untilRows(3).rows())
            .containsExactly(
                "~t[1, 2, null, ?, 5][1, 3, null, ?, 5]",
                "~t[1, 3, null, ?, 5][1, 3, null, null, 5]",
                "-t[1, 3, null, ?, 5]");
      }
    }
  }

  @Test
  void fullImagesWithoutDuplicatesOfMariaDbLackWhatDidNotChange() {
    DbServer server = Servers.mariaDb();
    String schema = server.freshSchema();
    server.executeIn(schema, TABLE, "INSERT INTO t (id, a, c) VALUES (1, 2, NULL)");
    try (StreamProbe probe = StreamProbe.now(server.uri(), schema)) {
      server.executeIn(
          schema,
          "SET SESSION binlog_row_image=FULL_NODUP",
          "UPDATE t SET a=3 WHERE id=1",
          "DELETE FROM t WHERE id=1");
      assertThat(probe.untilRows(2).rows())
          .containsExactly("~t[1, 2, null, null, 5][?, 3, ?, ?, ?]", "-t[1, 3, null, null, 5]");
    }
  }

  @Test
  void differencesOfJsonGiveWholeDocuments() throws SQLException {
    DbServer server = Servers.mysql();
    String schema = server.freshSchema();
    List<List<String>> wanted = new ArrayList<>();
    try (Connection connection = server.connection(schema);
        Statement sql = connection.createStatement()) {
      sql.execute("SET NAMES utf8mb4");
      sql.execute("CREATE TABLE t (id INT PRIMARY KEY, j JSON, k JSON)");
      sql.execute("INSERT INTO t VALUES (1, '" + document() + "', '[1, 2, 3]')");
      sql.execute("SET SESSION binlog_row_value_options=PARTIAL_JSON");
      try (StreamProbe probe = StreamProbe.now(server.uri(), schema)) {
        wanted.add(values(sql));
        for (String change : changes()) {
          sql.execute("UPDATE t SET " + change);
          List<String> now = values(sql);
          if (!now.equals(wanted.get(wanted.size() - 1))) {
            wanted.add(now);
          }
        }
        probe.untilRows(wanted.size() - 1);
        List<RowChange> rows = rows(probe);
        for (int i = 0; i < rows.size(); i++) {
          assertThat(texts(rows.get(i), true)).isEqualTo(wanted.get(i));
          assertThat(texts(rows.get(i), false)).isEqualTo(wanted.get(i + 1));
          assertThat(rows.get(i).after().detached().textAt(1))
              .hasToString(wanted.get(i + 1).get(0));
        }
        assertThat(eventTypes(sql)).contains("Update_rows_partial");
      }
    }
  }

  private static String document() {
    String wide = "x".repeat(500);
    return "{\"a\": [1, 2, {\"b\": \"c\"}], \"o\": {\"x\": 1, \"y\": [[]]}, \"\": 0, \"wide\": \""
        + wide
        + "\", \"a b\": null, \"q\\\\\"q\": 5, \"\u00e4\": {\"\u4e2d\": 1}}";
  }

  /** Returns assignments: chosen ones, and random ones from a seed. */
  private static List<String> changes() {
    List<String> changes =
        new ArrayList<>(
            List.of(
                "j=JSON_SET(j, '$.a[0]', 'text', '$.o.x', CAST('2024-02-29' AS DATE))",
                "j=JSON_REMOVE(j, '$.a[1]', '$.\"\"')",
                "j=JSON_SET(j, '$.\"a b\"', JSON_ARRAY(1, JSON_OBJECT('k', 'v')))",
                "j=JSON_SET(j, '$.\"q\\\\\"q\"', 6)",
                "j=JSON_SET(j, '$.\"\u00e4\".\"\u4e2d\"', JSON_OBJECT('\ud83d\ude00', 1))",
                "j=JSON_SET(j, '$.\"\u00e4\".\"\u4e2d\".\"\ud83d\ude00\"', 2), k=JSON_SET(k,"
                    + " '$[9]', 9)",
                "j=JSON_REPLACE(j, '$.o.y[0]', 1.5), k=JSON_REMOVE(k, '$[0]')",
                "j=JSON_SET(j, '$.new', 1, '$.newer', 2, '$.n', 3), k='{}'",
                "k=JSON_SET(k, '$.a', 1), j=JSON_SET(j, '$.wide', REPEAT('y', 300))"));
    Random random = new Random(11);
    String[] paths = {"$.a[%d]", "$.o.k%d", "$.r%d", "$.o.y[%d]", "$.\"a b\"[%d]", "$.r%d[0]"};
    String[] values = {"1", "'t'", "JSON_OBJECT('z', 1)", "JSON_ARRAY()", "NULL", "1e10", "TRUE"};
    for (int i = 0; i < 150; i++) {
      String path = String.format(paths[random.nextInt(paths.length)], random.nextInt(4));
      String value = values[random.nextInt(values.length)];
      changes.add(
          random.nextInt(4) == 0
              ? "j=JSON_REMOVE(j, '" + path + "')"
              : "j=JSON_SET(j, '" + path + "', " + value + ")");
    }
    return changes;
  }

  private static List<String> values(Statement sql) throws SQLException {
    try (ResultSet result = sql.executeQuery("SELECT j, k FROM t")) {
      result.next();
      return List.of(result.getString(1), result.getString(2));
    }
  }

  private static List<RowChange> rows(StreamProbe probe) {
    return probe.events(RowBatch.class).stream().flatMap(b -> b.rows().stream()).toList();
  }

  private static List<String> texts(RowChange change, boolean before) {
    var row = before ? change.before() : change.after();
    return List.of(row.textAt(1).toString(), row.textAt(2).toString());
  }

  private static List<String> eventTypes(Statement sql) throws SQLException {
    List<String> types = new ArrayList<>();
    String file;
    try (ResultSet result = sql.executeQuery("SHOW MASTER STATUS")) {
      result.next();
      file = result.getString(1);
    }
    try (ResultSet result = sql.executeQuery("SHOW BINLOG EVENTS IN '" + file + "'")) {
      while (result.next()) {
        types.add(result.getString("Event_type"));
      }
    }
    return types;
  }

  @Test
  void differencesWithoutTheValueBeforeAreRefused() {
    DbServer server = Servers.mysql();
    String schema = server.freshSchema();
    String wide = "'{\"a\": 1, \"wide\": \"" + "x".repeat(500) + "\"}'";
    server.executeIn(
        schema,
        "CREATE TABLE t (id INT PRIMARY KEY, j JSON)",
        "INSERT INTO t VALUES (1, " + wide + ")");
    try (StreamProbe probe = StreamProbe.now(server.uri(), schema)) {
      server.executeIn(
          schema,
          "SET SESSION binlog_row_value_options=PARTIAL_JSON, binlog_row_image=MINIMAL",
          "UPDATE t SET j=JSON_SET(j, '$.a', 2)");
      assertThatThrownBy(() -> probe.untilRows(1))
          .isInstanceOfSatisfying(
              CdcException.class,
              e -> assertThat(e.code()).isEqualTo(StandardErrorCode.SOURCE_UNREADABLE))
          .hasMessageContaining("only differences of a JSON column")
          .hasMessageContaining("binlog.0");
    }
  }

  @Test
  void compressedTransactionsAndStatementsAreRead() {
    for (DbServer server :
        List.of(
            Servers.mysql("--binlog-transaction-compression=ON"),
            Servers.mariaDb("--log-bin-compress=ON", "--log-bin-compress-min-len=10"))) {
      String schema = server.freshSchema();
      server.executeIn(schema, TABLE);
      try (StreamProbe probe = StreamProbe.now(server.uri(), schema)) {
        server.executeIn(
            schema,
            "INSERT INTO t (id, a, b) VALUES (1, 1, 'one'), (2, 2, 'two'), (3, 3, 'three')",
            "BEGIN",
            "UPDATE t SET a=a+10 WHERE id<3",
            "DELETE FROM t WHERE id=3",
            "COMMIT",
            "ALTER TABLE t ADD COLUMN e INT DEFAULT 9 COMMENT '" + "long ".repeat(50) + "'",
            "UPDATE t SET b=REPEAT('x', 9) WHERE id=1",
            "TRUNCATE TABLE t");
        probe.until(() -> probe.schemaChanges().contains("TRUNCATE_TABLE [t]"));
        assertThat(probe.rows())
            .containsExactly(
                "+t[1, 1, one, null, 5]",
                "+t[2, 2, two, null, 5]",
                "+t[3, 3, three, null, 5]",
                "~t[1, 1, one, null, 5][1, 11, one, null, 5]",
                "~t[2, 2, two, null, 5][2, 12, two, null, 5]",
                "-t[3, 3, three, null, 5]",
                "~t[1, 11, one, null, 5, 9][1, 11, xxxxxxxxx, null, 5, 9]");
      }
    }
  }

  @Test
  void metadataMayChangeWhereTheServerTellsDefinitions() {
    for (DbServer server : List.of(ownMySql(), ownMariaDb())) {
      String schema = server.freshSchema();
      server.executeIn(schema, TABLE);
      String uri = server.uri() + "?schema=information_schema";
      try (StreamProbe probe = StreamProbe.now(uri, schema)) {
        server.executeIn(
            schema,
            "INSERT INTO t (id, a) VALUES (1, 1)",
            "SET GLOBAL binlog_row_metadata=MINIMAL",
            "INSERT INTO t (id, a) VALUES (2, 2)",
            "SET GLOBAL binlog_row_metadata=FULL",
            "ALTER TABLE t ADD COLUMN first INT FIRST",
            "INSERT INTO t (id, a) VALUES (3, 3)");
        assertThat(probe.untilRows(3).rows())
            .containsExactly(
                "+t[1, 1, null, null, 5]",
                "+t[2, 2, null, null, 5]",
                "+t[null, 3, 3, null, null, 5]");
      }
    }
  }

  @Test
  void rowsWithoutMetadataStopAStreamThatReadsDefinitionsFromTheLog() {
    for (DbServer server : List.of(ownMySql(), ownMariaDb())) {
      String schema = server.freshSchema();
      server.executeIn(schema, TABLE);
      try (StreamProbe probe = StreamProbe.now(server.uri(), schema)) {
        server.executeIn(
            schema,
            "INSERT INTO t (id, a) VALUES (1, 1)",
            "SET GLOBAL binlog_row_metadata=MINIMAL",
            "INSERT INTO t (id, a) VALUES (2, 2)",
            "SET GLOBAL binlog_row_metadata=FULL");
        assertThatThrownBy(() -> probe.untilRows(2))
            .isInstanceOfSatisfying(
                CdcException.class,
                e -> assertThat(e.code()).isEqualTo(StandardErrorCode.SOURCE_SCHEMA_UNKNOWN))
            .hasMessageContaining("binlog.0")
            .hasMessageContaining("SET GLOBAL binlog_row_metadata=FULL");
        assertThat(probe.rows()).containsExactly("+t[1, 1, null, null, 5]");
      }
    }
  }

  /** Returns a server whose global settings these tests change. */
  private static DbServer ownMySql() {
    return Servers.mysql("--binlog-row-metadata=FULL");
  }

  private static DbServer ownMariaDb() {
    return Servers.mariaDb("--binlog-row-metadata=FULL");
  }
}
