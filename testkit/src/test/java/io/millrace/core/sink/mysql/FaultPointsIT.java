package io.millrace.core.sink.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.rig.DbServer;
import io.millrace.rig.NodeProcess;
import io.millrace.rig.Servers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiPredicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The replicator dies at each step of writing: before the downstream has got the step's statement,
 * and when the downstream has done it and the replicator does not know. It is started again, and
 * the downstream is as the upstream.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class FaultPointsIT {
  private static final int SCALE = Integer.getInteger("millrace.scale", 1);
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String COMMIT = "\u0003COMMIT";

  /** What the sink says to the downstream, in the order of its saying it. */
  enum Step {
    CLAIM((last, text) -> text.contains("REPLACE INTO millrace.claim")),
    CLAIM_COMMIT((last, text) -> last.contains("millrace.claim") && text.endsWith(COMMIT)),
    SLOT((last, text) -> text.contains("UPDATE millrace.slot SET seq=")),
    ROWS((last, text) -> text.contains("`nokey`")),
    LEDGER((last, text) -> text.contains("INSERT INTO millrace.applied")),
    COMMIT_ROWS((last, text) -> last.contains("millrace.applied") && text.endsWith(COMMIT)),
    WATERMARK((last, text) -> text.contains("REPLACE INTO millrace.watermark")),
    FORGET((last, text) -> text.contains("DELETE FROM millrace.applied")),
    TERM((last, text) -> text.contains("UPDATE millrace.feed SET takeover=")),
    NOTE_BEGUN((last, text) -> text.contains("REPLACE INTO millrace.ddl")),
    NOTE_BEGUN_COMMIT((last, text) -> last.contains("INTO millrace.ddl") && text.endsWith(COMMIT)),
    CHANGE((last, text) -> last.contains("set autocommit=1")),
    NOTE_DONE((last, text) -> text.contains("UPDATE millrace.ddl SET done=1")),
    NOTE_DONE_COMMIT(
        (last, text) -> last.contains("DELETE FROM millrace.watermark") && text.endsWith(COMMIT));

    @SuppressWarnings("ImmutableEnumChecker") // the predicates hold nothing
    private final BiPredicate<String, String> met;

    Step(BiPredicate<String, String> met) {
      this.met = met;
    }
  }

  /** Schema changes that do harm when they are done twice, or not. */
  private static final List<List<String>> CHANGES =
      List.of(
          List.of("TRUNCATE TABLE emptied", "INSERT INTO emptied VALUES (1)"),
          List.of("RENAME TABLE a TO tmp, b TO a, tmp TO b", "INSERT INTO a VALUES (77, 'in a')"),
          List.of("ALTER TABLE nokey ADD COLUMN (x INT, y INT)", "INSERT INTO nokey(n) VALUES (9)"),
          List.of("CREATE TABLE made SELECT * FROM a", "INSERT INTO made VALUES (5, 'made')"),
          List.of("DROP TABLE b", "CREATE TABLE b(id INT)", "INSERT INTO b VALUES (1), (1)"),
          List.of("ALTER TABLE a RENAME COLUMN v TO w, ADD UNIQUE(w)", "DELETE FROM a LIMIT 1"));

  private Path work;
  private DbServer upstream;
  private NodeProcess node;
  private int number;

  @BeforeAll
  void startUp(@TempDir Path directory) {
    work = directory;
    upstream = Servers.mysql();
    node = NodeProcess.replicating(work, upstream);
  }

  @AfterAll
  void close() {
    node.close();
  }

  static Stream<Arguments> points() {
    List<Arguments> points = new ArrayList<>();
    for (Step step : Step.values()) {
      for (boolean before : new boolean[] {true, false}) {
        int turn = points.size();
        if (SCALE == 1) {
          boolean mariaDb = (turn / 2 + turn) % 2 == 0;
          points.add(Arguments.of(step, before, mariaDb, turn % CHANGES.size()));
        }
        for (int change = 0; SCALE > 1 && change < CHANGES.size(); change++) {
          points.add(Arguments.of(step, before, true, change));
          points.add(Arguments.of(step, before, false, change));
        }
      }
    }
    return points.stream();
  }

  @ParameterizedTest
  @MethodSource("points")
  void isAsTheUpstreamAfterAHalt(Step step, boolean before, boolean mariaDb, int first)
      throws Exception {
    DbServer downstream =
        mariaDb ? Servers.mariaDb("--server-id=32") : Servers.mysql("--server-id=31");
    String schema = upstream.freshSchema();
    downstream.execute("CREATE DATABASE " + schema);
    for (DbServer each : List.of(upstream, downstream)) {
      each.executeIn(
          schema,
          "CREATE TABLE nokey(n INT)",
          "CREATE TABLE keyed(id INT PRIMARY KEY, v INT)",
          "CREATE TABLE emptied(id INT)",
          "CREATE TABLE a(id INT, v VARCHAR(20))",
          "CREATE TABLE b(id INT, v VARCHAR(20))");
    }
    String id = "halt-" + number++;
    AtomicReference<NodeProcess> victim = new AtomicReference<>(node);
    try (StatementCutter cutter =
        new StatementCutter(
            downstream.port(),
            (last, text) -> step.met.test(last, text) && victim.get() != null,
            before,
            () -> {
              NodeProcess alive = victim.getAndSet(null);
              if (alive != null) {
                alive.kill();
              }
            })) {
      node.create(
          """
          {"changefeed_id":"%s","force_replicate":true,"filter_rules":["%s.*"],
           "sink_uri":"mysql://root@127.0.0.1:%d/?worker-count=3&multi-stmt-enable=false"}"""
              .formatted(id, schema, cutter.port()));
      upstream.executeIn(
          schema, "INSERT INTO a VALUES (1,'a'),(2,'c')", "INSERT INTO b VALUES (1,'b')");
      work(schema, first, victim);
      node.kill();
      node = NodeProcess.replicating(work, upstream);
      work(schema, first + 1, new AtomicReference<>());
      node.awaitCheckpoint(id, System.currentTimeMillis(), LIMIT);
      assertThat(cutter.cuts()).isPositive();
    }
    assertThat(Contents.described(downstream, schema))
        .isEqualTo(Contents.described(upstream, schema));
    assertThat(node.post("/changefeeds/" + id + "/pause", "").statusCode()).isEqualTo(202);
  }

  /** Writes rows and changes of the schema, at least some, and until the replicator has died. */
  private void work(String schema, int change, AtomicReference<NodeProcess> victim) {
    long end = System.nanoTime() + LIMIT.toNanos();
    for (int i = 0; i < 5 || victim.get() != null; i++) {
      assertThat(System.nanoTime()).as("still alive").isLessThan(end);
      upstream.executeIn(
          schema,
          "INSERT INTO nokey(n) VALUES (1), (1), (%d)".formatted(i),
          "INSERT INTO keyed VALUES (%d, 0) ON DUPLICATE KEY UPDATE v=v+1".formatted(i % 7),
          "INSERT INTO emptied(id) VALUES (%d), (%d)".formatted(i, i),
          "SELECT SLEEP(0.02)");
      if (i == 3) {
        upstream.executeIn(schema, CHANGES.get(change % CHANGES.size()).toArray(String[]::new));
      }
    }
  }
}
