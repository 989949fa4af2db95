package io.millrace.core.sink.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.rig.DbServer;
import io.millrace.rig.NodeProcess;
import io.millrace.rig.Servers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Values almost as large as the largest packet, among small ones, with keys and without. */
final class LargeValuesIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int PACKET = 2 << 20;
  private static final String[] FLAGS = {"--server-id=61", "--max-allowed-packet=" + PACKET};

  @TempDir private Path work;

  @Test
  void mySql() throws Exception {
    check(Servers.mariaDb(), Servers.mysql(FLAGS));
  }

  @Test
  void mariaDb() throws Exception {
    check(Servers.mysql(), Servers.mariaDb(FLAGS));
  }

  private void check(DbServer upstream, DbServer downstream) throws Exception {
    String schema = upstream.freshSchema();
    String columns =
        "id INT, bin LONGBLOB, txt LONGTEXT CHARACTER SET utf8mb4, old LONGTEXT CHARACTER SET latin1,"
            + " js JSON";
    downstream.execute("CREATE DATABASE " + schema);
    for (DbServer each : List.of(upstream, downstream)) {
      each.executeIn(
          schema,
          "CREATE TABLE keyed(" + columns + ", PRIMARY KEY(id))",
          "CREATE TABLE nokey(" + columns + ")");
    }
    try (NodeProcess node =
        NodeProcess.start(work, List.of("-Xmx256m"), "--upstream", upstream.uri())) {
      node.create(
          """
          {"changefeed_id":"large","sink_uri":"mysql://root@127.0.0.1:%d/","force_replicate":true,
           "filter_rules":["%s.*"]}"""
              .formatted(downstream.port(), schema));
      for (String table : new String[] {"keyed", "nokey"}) {
        upstream.executeIn(
            schema,
            "INSERT INTO %s(id, txt) VALUES (1, 'small'), (2, REPEAT('\u00e9', %d)), (3, 'small')"
                .formatted(table, PACKET / 2 - 100),
            "INSERT INTO %s(id, bin) VALUES (4, UNHEX(REPEAT('00ff275c', %d))), (5, 'small')"
                .formatted(table, PACKET / 4 - 100),
            "INSERT INTO %s VALUES (6, REPEAT('b', 900000), REPEAT('''\\\\', 450000),"
                    .formatted(table)
                + " REPEAT('\u00fc\u0153', 900000), JSON_ARRAY(REPEAT('j', 1500000)))",
            "UPDATE " + table + " SET old = REPEAT('o', 2000000) WHERE id = 2",
            "UPDATE " + table + " SET bin = REPEAT('n', 1100000) WHERE id IN (4, 6)",
            "DELETE FROM " + table + " WHERE id = 4",
            "INSERT INTO " + table + "(id) VALUES (7)");
      }
      node.awaitCheckpoint("large", System.currentTimeMillis(), LIMIT);
    }
    for (String table : new String[] {"keyed", "nokey"}) {
      String sums =
          ("(SELECT id, LENGTH(bin), MD5(bin), LENGTH(txt), MD5(txt), LENGTH(old), MD5(old),"
                  + " LENGTH(js), MD5(CAST(js AS CHAR)) FROM %s) sums")
              .formatted(table);
      assertThat(Clients.rows(downstream, schema, sums))
          .as(table)
          .hasSize(6)
          .isEqualTo(Clients.rows(upstream, schema, sums));
    }
  }
}
