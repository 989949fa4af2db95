package io.millrace.core.owner;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.ChangefeedId;
import io.millrace.api.RunningError;
import io.millrace.api.TableName;
import io.millrace.api.changefeed.ChangefeedSpec;
import io.millrace.api.changefeed.ChangefeedState;
import io.millrace.core.meta.ClusterState.Feed;
import io.millrace.core.meta.StatusRecord;
import io.millrace.core.meta.TaskRecord;
import io.millrace.core.meta.Versioned;
import io.millrace.testkit.TestCluster;
import io.millrace.testkit.source.ScriptedSource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Trouble with one changefeed is shown there, and is no trouble to another. */
class TroubleTest {
  private static final ChangefeedId SICK = new ChangefeedId("sick");
  private static final ChangefeedId WELL = new ChangefeedId("well");
  private static final Duration A_WHILE = Duration.ofSeconds(15);

  private final ScriptedSource source = new ScriptedSource(100);
  private final TestCluster cluster = new TestCluster(source);

  private static TableName table(String schema, int number) {
    return new TableName(schema, "t%05d".formatted(number));
  }

  private void add(String schema, int count) {
    for (int i = 0; i < count; i++) {
      source.add(table(schema, i));
    }
  }

  private void create(ChangefeedId id, String schema) {
    cluster.create(
        id,
        ChangefeedSpec.builder(TestCluster.SINK + "://")
            .filterRules(List.of(schema + ".*"))
            .forceReplicate(true)
            .build());
  }

  private StatusRecord status(ChangefeedId id) {
    return cluster.feed(id).status().orElseThrow().value();
  }

  private void assertWell() {
    source.insert(7, table("w", 0));
    cluster.run(A_WHILE);
    assertThat(status(WELL).state()).isEqualTo(ChangefeedState.NORMAL);
    assertThat(status(WELL).checkpoint().position()).isEqualTo(source.end());
  }

  private RunningError error() {
    return status(SICK).error().orElseThrow();
  }

  private void start(int tables) {
    add("s", tables);
    add("w", 1);
    cluster.start();
    create(SICK, "s");
    create(WELL, "w");
    cluster.run(A_WHILE);
    assertWell();
  }

  @Test
  void aStatementTooLargeToStore() {
    start(1);
    source.alter(table("s", 0), "ALTER TABLE t00000 COMMENT '" + "x".repeat(1_200_000) + "'");
    assertWell();
    assertThat(status(SICK).state()).isEqualTo(ChangefeedState.FAILED);
    assertThat(error().code()).isEqualTo("CDC:ErrStoreTxnTooLarge");
    assertThat(cluster.feed(SICK).tasks()).isEmpty();
  }

  @Test
  void aRenameOfTooManyTables() {
    start(60);
    Map<TableName, TableName> names = new TreeMap<>();
    for (int i = 0; i < 60; i++) {
      names.put(table("s", i), table("s", 100 + i));
    }
    source.rename(names);
    assertWell();
    assertThat(status(SICK).state()).isEqualTo(ChangefeedState.FAILED);
    assertThat(error().code()).isEqualTo("CDC:ErrStoreTxnTooLarge");
  }

  @Test
  void aDatabaseOfManyTablesIsDropped() {
    start(100);
    source.dropSchema("s");
    assertWell();
    assertThat(status(SICK).state()).isEqualTo(ChangefeedState.NORMAL);
    assertThat(cluster.feed(SICK).tables()).isEmpty();
    assertThat(cluster.feed(SICK).tasks().values())
        .extracting(Versioned::value)
        .extracting(TaskRecord::tables)
        .allSatisfy(tables -> assertThat(tables).isEmpty());
    assertThat(status(SICK).checkpoint().position()).isEqualTo(source.end());
  }

  @Test
  void thousandsOfTablesMoveOnWhenACaptureDies() {
    add("s", 10_000);
    cluster.start();
    cluster.start();
    create(SICK, "s");
    cluster.run(A_WHILE);
    source.insert(1, table("s", 0), table("s", 9_999));
    // the one that dies is ahead of what the owner has taken note of
    cluster.node(0).stop();
    cluster.run(Duration.ofSeconds(2));
    cluster.node(0).resume();
    cluster.kill(1);
    cluster.run(Duration.ofSeconds(30));
    Feed feed = cluster.feed(SICK);
    assertThat(status(SICK).error()).isEmpty();
    assertThat(feed.tasks()).hasSize(1);
    assertThat(feed.tasks().values().iterator().next().value().tables()).hasSize(10_000);
    assertThat(status(SICK).checkpoint().position()).isEqualTo(source.end());
  }

  @Test
  void anErrorThatSpeaksHalfACharacter() {
    start(1);
    cluster.sink().fail(new IllegalStateException("broken \ud83d text" + "y".repeat(2_000_000)));
    source.insert(1, table("s", 0));
    cluster.run(Duration.ofSeconds(2));
    assertThat(status(SICK).state()).isEqualTo(ChangefeedState.ERROR);
    assertThat(error().message()).contains("broken \ufffd text").hasSizeLessThan(5_000);
    cluster.sink().mend();
    cluster.run(A_WHILE);
    assertWell();
  }

  @Test
  void aClassThatIsMissing() {
    start(1);
    cluster.sink().fail(new NoClassDefFoundError("org/example/Driver"));
    source.insert(1, table("s", 0));
    cluster.run(Duration.ofSeconds(2));
    assertThat(status(SICK).state()).isEqualTo(ChangefeedState.ERROR);
    assertThat(error().message()).contains("NoClassDefFoundError").contains("org/example/Driver");
    cluster.sink().mend();
    cluster.run(A_WHILE);
    assertThat(status(SICK).state()).isEqualTo(ChangefeedState.NORMAL);
    assertThat(status(SICK).checkpoint().position()).isEqualTo(source.end());
  }

  @Test
  void aDownstreamThatIsGoneIsNoReasonToStay() {
    start(1);
    cluster.kill(0);
    cluster.start();
    cluster.sink().fail(new IllegalStateException("gone for good"));
    cluster.remove(SICK);
    cluster.run(Duration.ofSeconds(30));
    assertThat(cluster.state().feed(SICK)).isEmpty();
  }

  @Test
  void whatIsRemovedIsForgottenDownstreamOnce() {
    start(1);
    String incarnation = cluster.feed(SICK).spec().value().incarnation();
    cluster.remove(SICK);
    cluster.run(A_WHILE);
    assertThat(cluster.state().feed(SICK)).isEmpty();
    assertThat(cluster.sink().forgotten()).containsExactly(incarnation);
    cluster.create(SICK, ChangefeedSpec.builder(TestCluster.SINK + "://").build(), "another");
    cluster.run(A_WHILE);
    assertThat(status(SICK).state()).isEqualTo(ChangefeedState.NORMAL);
    cluster.remove(SICK);
    cluster.run(A_WHILE);
    assertThat(cluster.sink().forgotten()).containsExactly(incarnation, "another");
  }
}
