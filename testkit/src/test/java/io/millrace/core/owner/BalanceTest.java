package io.millrace.core.owner;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.CaptureId;
import io.millrace.api.ChangefeedId;
import io.millrace.api.TableId;
import io.millrace.api.TableName;
import io.millrace.api.event.SourcePosition;
import io.millrace.core.meta.ClusterState.Feed;
import io.millrace.core.meta.TaskRecord;
import io.millrace.testkit.TestCluster;
import io.millrace.testkit.sink.Recorded;
import io.millrace.testkit.source.ScriptedSource;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Tables go where captures join, where users want them, and off captures that shall be emptied. */
class BalanceTest {
  private static final ChangefeedId ID = new ChangefeedId("f");
  private static final int TABLES = 100;

  private final ScriptedSource source = new ScriptedSource(100);
  private final TestCluster cluster = new TestCluster(source);
  private final TableName[] names = new TableName[TABLES];
  private long rows;

  private void start(int nodes) {
    for (int i = 0; i < TABLES; i++) {
      names[i] = new TableName("shop", "t%03d".formatted(i));
      source.add(names[i]);
    }
    for (int i = 0; i < nodes; i++) {
      cluster.start();
    }
    cluster.create(ID);
    run(2);
  }

  /** Lets time pass while rows come in; the checkpoint never goes back. */
  private void run(int seconds) {
    for (int i = 0; i < seconds; i++) {
      source.insert(++rows, names);
      SourcePosition before = checkpoint().orElse(null);
      cluster.run(Duration.ofSeconds(1));
      checkpoint()
          .filter(now -> before != null)
          .ifPresent(now -> assertThat(now).isGreaterThanOrEqualTo(before));
    }
  }

  private Optional<SourcePosition> checkpoint() {
    return cluster.feed(ID).status().map(it -> it.value().checkpoint().position());
  }

  private CaptureId id(int node) {
    return cluster.node(node).id();
  }

  private Map<CaptureId, Integer> loads() {
    Feed feed = cluster.feed(ID);
    Map<CaptureId, Integer> loads = new TreeMap<>();
    feed.tasks().forEach((capture, task) -> loads.put(capture, task.value().tables().size()));
    return loads;
  }

  private void assertNothingMissing() {
    cluster.run(Duration.ofSeconds(2));
    Set<String> durable = new HashSet<>();
    cluster.sink().records().stream()
        .filter(it -> it.kind() == Recorded.Kind.DURABLE)
        .forEach(it -> durable.add(it.table() + "#" + it.id()));
    Set<String> written = new HashSet<>();
    for (long row = 1; row <= rows; row++) {
      for (TableName name : names) {
        written.add(name + "#" + row);
      }
    }
    assertThat(durable).isEqualTo(written);
    assertThat(checkpoint()).contains(source.end());
    assertThat(cluster.sink().refused()).isZero();
  }

  @Test
  void aCaptureThatJoinsGetsItsShare() {
    start(1);
    assertThat(loads()).isEqualTo(Map.of(id(0), TABLES));
    cluster.start();
    run(10);
    assertThat(loads()).isEqualTo(Map.of(id(0), TABLES / 2, id(1), TABLES / 2));
    cluster.start();
    run(10);
    assertThat(loads().values()).allMatch(load -> load <= 34);
    assertNothingMissing();
  }

  @Test
  void aCaptureThatJoinedBeforeTheOwnerWasElectedGetsItsShare() {
    start(1);
    cluster.kill(0);
    cluster.start();
    cluster.start();
    run(30);
    assertThat(loads()).isEqualTo(Map.of(id(1), TABLES / 2, id(2), TABLES / 2));
    assertNothingMissing();
  }

  @Test
  void tablesStayWhereTheyWereMovedUntilARebalance() {
    start(2);
    for (TableId table : Set.copyOf(tables(1))) {
      cluster.move(ID, table, id(0));
    }
    run(60);
    assertThat(loads()).isEqualTo(Map.of(id(0), TABLES));
    cluster.rebalance(ID);
    run(10);
    assertThat(loads()).isEqualTo(Map.of(id(0), TABLES / 2, id(1), TABLES / 2));
    assertNothingMissing();
  }

  private Set<TableId> tables(int node) {
    return cluster.feed(ID).tasks().get(id(node)).value().tables().keySet();
  }

  @Test
  void whatCannotBeMovedStaysAndHoldsNothingUp() {
    start(2);
    TableId table = tables(1).iterator().next();
    cluster.move(ID, table, new CaptureId("nobody"));
    cluster.move(ID, new TableId(4711), id(0));
    cluster.move(ID, new TableId(-1), id(0));
    cluster.move(ID, table, id(1));
    cluster.move(ID, table, id(0));
    run(5);
    assertThat(cluster.feed(ID).commands()).isEmpty();
    assertThat(tables(0)).contains(table);
    assertNothingMissing();
  }

  @Test
  void aTableWhoseNewCaptureDiesGoesOnElsewhere() {
    start(3);
    TableId table = tables(1).iterator().next();
    cluster.move(ID, table, id(2));
    cluster.advance(Duration.ofMillis(200));
    cluster.step(0, "control");
    cluster.kill(2);
    run(30);
    assertThat(loads().keySet()).containsExactly(id(0), id(1));
    assertNothingMissing();
  }

  @Test
  void aCaptureIsEmptiedAndStaysEmpty() {
    start(3);
    cluster.drain(id(1));
    run(10);
    assertThat(loads()).isEqualTo(Map.of(id(0), TABLES / 2, id(2), TABLES / 2));
    cluster.rebalance(ID);
    cluster.start();
    run(10);
    assertThat(loads()).doesNotContainKey(id(1)).hasSize(3);
    assertNothingMissing();
    cluster.kill(1);
    run(20);
    assertThat(cluster.state().drains()).isEmpty();
  }

  @Test
  void theOwnerResignsAndTablesStay() {
    start(2);
    CaptureId first = cluster.state().owner().orElseThrow().capture();
    Map<CaptureId, TaskRecord> before = new TreeMap<>();
    cluster.feed(ID).tasks().forEach((capture, task) -> before.put(capture, task.value()));
    cluster.resign();
    run(5);
    assertThat(cluster.state().owner().orElseThrow().capture()).isNotEqualTo(first);
    Map<CaptureId, TaskRecord> after = new TreeMap<>();
    cluster.feed(ID).tasks().forEach((capture, task) -> after.put(capture, task.value()));
    assertThat(after).isEqualTo(before);
    assertNothingMissing();
  }
}
