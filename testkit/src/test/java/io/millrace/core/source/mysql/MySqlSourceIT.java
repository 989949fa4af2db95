package io.millrace.core.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.rig.DbServer;
import io.millrace.rig.MysqlServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What every stream does, on MySQL with GTIDs. */
class MySqlSourceIT {
  private static DbServer server;

  @BeforeAll
  static void start() {
    server = MysqlServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void readsInsertsUpdatesAndDeletes() {
    String schema = server.freshSchema();
    server.executeIn(schema, "CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(20))");
    try (StreamProbe probe = StreamProbe.now(server.uri(), schema)) {
      server.executeIn(
          schema,
          "INSERT INTO t VALUES (1,'a'),(2,'b')",
          "UPDATE t SET v='c' WHERE id=1",
          "DELETE FROM t WHERE id=2");
      assertThat(probe.untilRows(4).rows())
          .containsExactly("+t[1, a]", "+t[2, b]", "~t[1, a][1, c]", "-t[2, b]");
      assertThat(probe.schemaChanges()).containsExactly("ADOPT_TABLE [t]");
    }
  }
}
