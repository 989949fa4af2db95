package io.millrace.core.sink.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.rig.DbServer;
import io.millrace.rig.NodeProcess;
import io.millrace.rig.Servers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A replicator is stopped by SIGSTOP in the midst of writing, its tables go to another process, and
 * it is woken again: it writes nothing more.
 *
 * <p>The second process works on a copy of the first one's store, for that kind of store belongs to
 * one process: opening it ends the first one's lease, so it fences it downstream and takes over its
 * tables, as the owner of a common store does when a lease has run out. What differs: the first
 * one, when awake, still has its own store and believes in it. Nothing but the fence downstream
 * keeps it from writing.
 */
final class StoppedReplicatorIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private static final Pattern REFUSED =
      Pattern.compile("writer was fenced|declared gone|under epoch");

  @TempDir private Path work;

  @Test
  void writesNothingMoreToMySql() throws Exception {
    check(Servers.mariaDb(), Servers.mysql("--server-id=31"));
  }

  @Test
  void writesNothingMoreToMariaDb() throws Exception {
    check(Servers.mysql(), Servers.mariaDb("--server-id=32"));
  }

  private void check(DbServer upstream, DbServer downstream) throws Exception {
    String schema = upstream.freshSchema();
    downstream.execute("CREATE DATABASE " + schema);
    Clients.createTables(upstream, schema, false);
    Clients.createTables(downstream, schema, false);
    Path first = work.resolve("first");
    Path second = work.resolve("second");
    try (NodeProcess sleeper = NodeProcess.replicating(first, upstream)) {
      sleeper.create(
          """
          {"changefeed_id":"stopped","force_replicate":true,"filter_rules":["%s.*"],
           "sink_uri":"mysql://root@127.0.0.1:%d/?worker-count=8&max-txn-row=20"}"""
              .formatted(schema, downstream.port()));
      Clients.fill(upstream, schema);
      sleeper.awaitCheckpoint("stopped", System.currentTimeMillis(), LIMIT);
      try (Clients clients = new Clients(upstream, schema, 4)) {
        assertThat(Clients.rows(upstream, schema, "(SELECT SLEEP(1)) slept")).hasSize(1);
        sleeper.suspend();
        copy(first.resolve("data"), second.resolve("data"));
        try (NodeProcess next = NodeProcess.replicating(second, upstream)) {
          next.awaitCheckpoint("stopped", System.currentTimeMillis(), LIMIT);
          // the copy has to be ahead of the original, as a common store is
          claimAnew(next);
          sleeper.wake();
          awaitError(sleeper);
          clients.finish();
          next.awaitCheckpoint("stopped", System.currentTimeMillis(), LIMIT);
          for (String table : Clients.TABLES) {
            assertThat(Clients.rows(downstream, schema, table))
                .as(table)
                .isEqualTo(Clients.rows(upstream, schema, table));
          }
          assertThat(next.changefeed("stopped").get("state").asText()).isEqualTo("normal");
        }
      }
    }
  }

  private static void claimAnew(NodeProcess node) {
    assertThat(node.post("/changefeeds/stopped/pause", "").statusCode()).isEqualTo(202);
    assertThat(node.post("/changefeeds/stopped/resume", "").statusCode()).isEqualTo(202);
    node.awaitCheckpoint("stopped", System.currentTimeMillis(), LIMIT);
  }

  /**
   * The process that is woken learns downstream, and only there, that it may no longer write: its
   * writer or its capture was fenced, or, if it slept past its lease and has registered anew, its
   * epoch is behind.
   */
  private static void awaitError(NodeProcess sleeper) {
    long end = System.nanoTime() + LIMIT.toNanos();
    String said = "";
    while (!REFUSED.matcher(said).find()) {
      assertThat(System.nanoTime()).as(said).isLessThan(end);
      said = sleeper.get("/changefeeds/stopped").body();
    }
    System.out.println("stopped replicator: woken, it was told " + said.replaceAll("\\s+", " "));
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        Files.createDirectories(target.getParent());
        Files.copy(file, target);
      }
    }
  }
}
