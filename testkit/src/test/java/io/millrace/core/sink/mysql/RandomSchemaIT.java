package io.millrace.core.sink.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.rig.DbServer;
import io.millrace.rig.NodeProcess;
import io.millrace.rig.Servers;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random schema changes and rows together, by clients who know nothing of each other, while the
 * replicator is killed every few seconds: at the end the downstream is as the upstream.
 */
final class RandomSchemaIT {
  private static final int SCALE = Integer.getInteger("millrace.scale", 1);
  private static final Duration LENGTH = Duration.ofSeconds(SCALE == 1 ? 10 : 30L * SCALE);
  private static final Duration LIMIT = Duration.ofSeconds(60L + 30L * SCALE);
  private static final int CLIENTS = 10;
  private static final long CHANGE_EVERY_MILLIS = SCALE == 1 ? 250 : 1000;
  private static final long SEED = Long.getLong("millrace.seed", System.nanoTime());

  @TempDir private Path work;

  @Test
  void mySqlToMySql() throws Exception {
    DbServer upstream = Servers.mysql();
    DbServer downstream = Servers.mysql("--server-id=31");
    String schema = run(upstream, downstream, false);
    assertSame(Contents.shown(downstream, schema), Contents.shown(upstream, schema));
  }

  @Test
  void mariaDbToMariaDb() throws Exception {
    DbServer upstream = Servers.mariaDb();
    DbServer downstream = Servers.mariaDb("--server-id=32");
    String schema = run(upstream, downstream, false);
    assertSame(Contents.shown(downstream, schema), Contents.shown(upstream, schema));
  }

  @Test
  void mySqlToMariaDb() throws Exception {
    DbServer upstream = Servers.mysql();
    DbServer downstream = Servers.mariaDb("--server-id=32");
    String schema = run(upstream, downstream, true);
    assertSame(Contents.described(downstream, schema), Contents.described(upstream, schema));
  }

  private static void assertSame(Map<String, String> downstream, Map<String, String> upstream) {
    assertThat(downstream.keySet()).isEqualTo(upstream.keySet());
    upstream.forEach((name, text) -> assertThat(downstream.get(name)).as(name).isEqualTo(text));
  }

  /** Runs clients and replicator; returns the schema, which is then to be the same on both. */
  private String run(DbServer upstream, DbServer downstream, boolean portable) throws Exception {
    String schema = upstream.freshSchema();
    downstream.execute("CREATE DATABASE " + schema);
    NodeProcess node = NodeProcess.replicating(work, upstream);
    node.create(
        """
        {"changefeed_id":"random","sink_uri":"mysql://root@127.0.0.1:%d/?worker-count=8",
         "force_replicate":true,"filter_rules":["%s.*"]}"""
            .formatted(downstream.port(), schema));
    System.out.printf("random schema: %s seed=%d%n", schema, SEED);
    Random random = new Random(SEED);
    int kills = 0;
    try (SchemaClients clients =
        new SchemaClients(upstream, schema, CLIENTS, SEED, portable, CHANGE_EVERY_MILLIS)) {
      long end = System.nanoTime() + LENGTH.toNanos();
      while (System.nanoTime() < end) {
        // long enough to be in the midst of it, and now and then shortly after the start
        long up = 300L + random.nextInt(3500);
        watch(downstream, schema, Duration.ofMillis(up));
        clients.checkRunning();
        node.kill();
        kills++;
        node = NodeProcess.replicating(work, upstream);
        if (kills % 10 == 0) {
          System.out.printf("random schema: %s kills=%d %s%n", schema, kills, clients.done());
        }
      }
      clients.finish();
      SchemaClients.assertSound(upstream, schema);
      long begin = System.nanoTime();
      node.awaitCheckpoint("random", System.currentTimeMillis(), LIMIT);
      System.out.printf(
          "random schema: %s to %s seed=%d kills=%d %s caught up in %d ms%n",
          schema,
          downstream.mariaDb() ? "mariadb" : "mysql",
          SEED,
          kills,
          clients.done(),
          (System.nanoTime() - begin) / 1_000_000);
    } finally {
      node.close();
    }
    return schema;
  }

  /** Lets the replicator work for a while; meanwhile the downstream answers. */
  private static void watch(DbServer downstream, String schema, Duration time) throws SQLException {
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < end) {
      assertThat(Clients.rows(downstream, schema, "(SELECT SLEEP(0.1)) slept")).hasSize(1);
    }
  }
}
