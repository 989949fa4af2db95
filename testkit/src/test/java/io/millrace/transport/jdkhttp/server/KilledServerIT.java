package io.millrace.transport.jdkhttp.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.api.Tso;
import io.millrace.rig.DbServer;
import io.millrace.rig.NodeProcess;
import io.millrace.rig.Servers;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The standalone server writes files of a random workload while it is killed again and again.
 *
 * <p>In full (scale 10): 50,000 transactions over 20 tables, 50 kills.
 */
class KilledServerIT {
  private static final int SCALE = Integer.getInteger("millrace.scale", 1);
  private static final int TRANSACTIONS = SCALE * 5_000;
  private static final int KILLS = SCALE * 5;
  private static final int CLIENTS = 2;
  private static final Duration UP = Duration.ofSeconds(1);
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir private Path work;

  private final ArrayDeque<RandomWorkload.Committed> unseen = new ArrayDeque<>();
  private int looks;
  private int kills;

  @Test
  void c290LosesNothingOnMySql() throws Exception {
    losesNothing(Servers.mysql());
  }

  @Test
  void c290LosesNothingOnMariaDb() throws Exception {
    losesNothing(Servers.mariaDb());
  }

  private void losesNothing(DbServer server) throws Exception {
    String schema = server.freshSchema();
    RandomWorkload workload = new RandomWorkload(server, schema, TRANSACTIONS);
    workload.createTables();
    PublishedFiles files = new PublishedFiles(work.resolve("out").resolve(schema));
    List<Future<?>> clients = new ArrayList<>();
    ExecutorService pool = Executors.newFixedThreadPool(CLIENTS);
    try {
      NodeProcess node = start(server);
      node.create(
          """
          {"changefeed_id":"files","sink_uri":"file://%s?protocol=canal-json&flush-interval=200ms",
           "filter_rules":["%s.*"]}"""
              .formatted(work.resolve("out"), schema));
      for (int i = 0; i < CLIENTS; i++) {
        int client = i;
        clients.add(
            pool.submit(
                () -> {
                  workload.run(client, CLIENTS);
                  return null;
                }));
      }
      while (kills < KILLS) {
        lookFor(UP, node, workload, files);
        node.kill();
        kills++;
        node = start(server);
      }
      for (Future<?> client : clients) {
        client.get();
      }
      lookUntil(System.currentTimeMillis(), node, workload, files);
      node.close();
    } finally {
      pool.shutdownNow();
    }
    assertThat(unseen).isEmpty();
    assertThat(files.rows()).isEqualTo(workload.tables());
    System.out.printf(
        "killed server: %s transactions=%d kills=%d looks=%d messages=%d%n",
        server.mariaDb() ? "mariadb" : "mysql", workload.done(), kills, looks, files.messages());
  }

  private NodeProcess start(DbServer server) {
    return NodeProcess.keeping(work, List.of("-Xmx128m"), server.uri());
  }

  private void lookFor(
      Duration time, NodeProcess node, RandomWorkload workload, PublishedFiles files)
      throws IOException {
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < end) {
      look(node, workload, files);
    }
  }

  private void lookUntil(
      long millis, NodeProcess node, RandomWorkload workload, PublishedFiles files)
      throws IOException {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (look(node, workload, files) <= millis) {
      assertThat(System.nanoTime()).as("still at %s", node.changefeed("files")).isLessThan(end);
    }
  }

  /** Checks that all before the checkpoint is published; returns the checkpoint's time. */
  private long look(NodeProcess node, RandomWorkload workload, PublishedFiles files)
      throws IOException {
    JsonNode detail = node.changefeed("files");
    assertThat(detail.get("state").asText()).as("%s", detail).isEqualTo("normal");
    long checkpoint = Tso.parse(detail.get("checkpoint_tso").asText()).millis();
    files.refresh();
    for (RandomWorkload.Committed next = workload.next(); next != null; next = workload.next()) {
      unseen.add(next);
    }
    for (Iterator<RandomWorkload.Committed> all = unseen.iterator(); all.hasNext(); ) {
      RandomWorkload.Committed transaction = all.next();
      if (transaction.millis() < checkpoint) {
        for (int table : transaction.tables()) {
          assertThat(files.has(table, transaction.number()))
              .as("row of %s in t%d, checkpoint at %d", transaction, table, checkpoint)
              .isTrue();
        }
        all.remove();
      }
    }
    looks++;
    return checkpoint;
  }
}
