package io.millrace.core.verify;

import static io.millrace.core.verify.VerifyRig.differences;
import static io.millrace.core.verify.VerifyRig.verify;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.rig.DbServer;
import io.millrace.rig.NodeProcess;
import io.millrace.rig.Servers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Verification on real servers: equal sides, planted differences, and what cannot be compared. */
final class VerifyIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String[] TABLES = {
    "CREATE TABLE one(id INT PRIMARY KEY, v VARCHAR(20), n INT)",
    "CREATE TABLE pair(a INT NOT NULL, b VARCHAR(10) NOT NULL, c VARBINARY(4) NOT NULL, v INT,"
        + " PRIMARY KEY(a, b, c))",
    "CREATE TABLE nokey(a INT, b VARCHAR(20))",
  };
  private static final String[] ROWS = {
    "INSERT INTO one VALUES (1,'x',1),(2,'y',2),(3,NULL,NULL)",
    "INSERT INTO pair VALUES (1,'a',x'00',1),(1,'a',x'01',2),(1,'''\\\\',x'ff',3),(-2,'b','',4)",
    "INSERT INTO nokey VALUES (1,'x'),(1,'x'),(NULL,'y')",
  };

  @TempDir private Path work;

  @Test
  void mySqlToMySql() {
    check(Servers.mysql(), Servers.mysql("--server-id=31"));
  }

  @Test
  void mariaDbToMariaDb() {
    check(Servers.mariaDb(), Servers.mariaDb("--server-id=32"));
  }

  @Test
  void mySqlToMariaDb() {
    check(Servers.mysql(), Servers.mariaDb());
  }

  @Test
  void mariaDbToMySql() {
    check(Servers.mariaDb(), Servers.mysql());
  }

  private void check(DbServer upstream, DbServer downstream) {
    String schema = upstream.freshSchema();
    downstream.execute("CREATE DATABASE " + schema);
    downstream.executeIn(schema, TABLES);
    upstream.executeIn(schema, TABLES);
    try (NodeProcess node =
        NodeProcess.start(work, List.of("-Xmx128m"), "--upstream", upstream.uri())) {
      node.create(
          """
          {"changefeed_id":"v","sink_uri":"mysql://root@127.0.0.1:%d/","force_replicate":true,
           "filter_rules":["%s.*"]}"""
              .formatted(downstream.port(), schema));
      assertThat(VerifyRig.seen(node, "v").get("state").asText()).isEqualTo("none");
      upstream.executeIn(schema, ROWS);
      JsonNode equal = verify(node, "v", LIMIT);
      assertThat(equal.get("equal").asBoolean()).as("%s", equal).isTrue();
      assertThat(equal.get("rows_compared").asLong()).isEqualTo(10);
      assertThat(equal.get("tables_done").asInt()).isEqualTo(3);

      downstream.executeIn(
          schema,
          "DELETE FROM one WHERE id=1",
          "INSERT INTO one VALUES (-1,'z',1),(99,'z',1)",
          "UPDATE one SET v='Y', n=NULL WHERE id=2",
          "UPDATE pair SET v=v+1 WHERE c=x'ff'",
          "DELETE FROM pair WHERE c=x'01'",
          "UPDATE nokey SET b='X' WHERE a IS NOT NULL LIMIT 1");
      JsonNode different = verify(node, "v", LIMIT);
      assertThat(different.get("state").asText()).as("%s", different).isEqualTo("finished");
      assertThat(different.get("left_out")).as("%s", different).isEmpty();
      assertThat(differences(different))
          .containsExactly(
              "row_different one {id=2}[v, n]",
              "row_different pair {a=1, b='\\, c=0xFF}[v]",
              "row_extra one {id=-1}[]",
              "row_extra one {id=99}[]",
              "row_missing one {id=1}[]",
              "row_missing pair {a=1, b=a, c=0x01}[]",
              "rows_different nokey {}[]");
      assertThat(different.get("difference_count").asInt()).isEqualTo(7);

      downstream.executeIn(schema, "ALTER TABLE one DROP COLUMN n", "DROP TABLE pair");
      JsonNode shapes = verify(node, "v", LIMIT);
      assertThat(differences(shapes))
          .contains("table_missing pair {}[]", "columns_missing one {}[n]");
    }
  }

  @Test
  void otherSinksAreRefused() {
    try (NodeProcess node =
        NodeProcess.start(work, List.of("-Xmx128m"), "--upstream", Servers.mysql().uri())) {
      node.create(
          "{\"changefeed_id\":\"b\",\"sink_uri\":\"blackhole://\",\"filter_rules\":[\"none.*\"]}");
      HttpResponse<String> answer = node.post("/changefeeds/b/verify", "");
      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(answer.body()).contains("CDC:ErrVerifyUnsupported", "blackhole");
      assertThat(node.post("/changefeeds/none/verify", "").body())
          .contains("CDC:ErrChangeFeedNotExists");
      assertThat(node.get("/changefeeds/none/verify").statusCode()).isEqualTo(400);
    }
  }
}
