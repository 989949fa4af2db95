package io.millrace.core.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Ticker;
import io.millrace.api.ChangefeedId;
import io.millrace.api.TableName;
import io.millrace.api.event.SourcePosition;
import io.millrace.core.meta.ClusterState;
import io.millrace.core.meta.PositionRecord;
import io.millrace.testkit.TestCluster;
import io.millrace.testkit.sink.Recorded;
import io.millrace.testkit.source.ScriptedSource;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A held sink has exactly what lies before one position, whichever captures write to it. */
class SinkHoldTest {
  private static final ChangefeedId ID = new ChangefeedId("f");
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final ScriptedSource source = new ScriptedSource(3);
  private final TestCluster cluster = new TestCluster(source);
  private final TableName[] tables = {
    new TableName("shop", "a"), new TableName("shop", "b"), new TableName("shop", "c")
  };
  private long rows;

  private void start() {
    for (TableName table : tables) {
      source.add(table);
    }
    cluster.start();
    cluster.start();
    cluster.create(ID);
    write(5);
    cluster.run(Duration.ofSeconds(2));
  }

  private void write(int transactions) {
    for (int i = 0; i < transactions; i++) {
      source.insert(++rows, tables);
    }
  }

  private SinkHold hold(String run) {
    return new SinkHold(cluster.store(), cluster.keys(), ID, run, Ticker.systemTicker());
  }

  private Optional<List<PositionRecord>> waiting(SinkHold hold) {
    ClusterState state = cluster.state();
    return hold.waiting(state, cluster.feed(ID));
  }

  private long durable() {
    return cluster.sink().records().stream()
        .filter(it -> it.kind() == Recorded.Kind.DURABLE)
        .count();
  }

  @Test
  void processorsWaitWhereTheyAreThenAtOnePositionThenGoOn() {
    start();
    assertThat(durable()).isEqualTo(15);
    SinkHold hold = hold("run");
    assertThat(waiting(hold)).isEmpty();
    assertThat(hold.begin()).isTrue();
    cluster.run(SECOND);
    assertThat(waiting(hold)).hasValueSatisfying(all -> assertThat(all).hasSize(2));
    write(4);
    cluster.run(SECOND);
    assertThat(durable()).isEqualTo(15);

    SourcePosition at = source.end();
    write(4);
    assertThat(SinkHold.isBefore(waiting(hold).orElseThrow(), at)).isTrue();
    assertThat(SinkHold.durable(waiting(hold).orElseThrow(), at)).isEmpty();
    hold.until(at);
    cluster.run(SECOND);
    assertThat(SinkHold.durable(waiting(hold).orElseThrow(), at)).isPresent();
    assertThat(SinkHold.isBefore(waiting(hold).orElseThrow(), at)).isTrue();
    assertThat(durable()).isEqualTo(27);
    cluster.run(SECOND);
    assertThat(durable()).isEqualTo(27);

    hold.close();
    cluster.run(SECOND);
    assertThat(durable()).isEqualTo(39);
    assertThat(waiting(hold)).isEmpty();
  }

  @Test
  void aSchemaChangeBeforeThePositionTakesItsWay() {
    start();
    SinkHold hold = hold("run");
    hold.begin();
    cluster.run(SECOND);
    write(2);
    source.alter(tables[0]);
    write(2);
    SourcePosition at = source.end();
    source.alter(tables[1]);
    write(2);
    hold.until(at);
    cluster.run(Duration.ofSeconds(3));
    assertThat(SinkHold.durable(waiting(hold).orElseThrow(), at)).isPresent();
    assertThat(durable()).isEqualTo(27);
    assertThat(cluster.sink().executions()).hasSize(1);
    hold.close();
    cluster.run(Duration.ofSeconds(3));
    assertThat(durable()).isEqualTo(33);
    assertThat(cluster.sink().executions()).hasSize(2);
  }

  @Test
  void aTableThatGoesToAnotherCaptureWaitsThereToo() {
    start();
    SinkHold hold = hold("run");
    hold.begin();
    cluster.run(SECOND);
    write(2);
    SourcePosition at = source.end();
    write(2);
    hold.until(at);
    cluster.kill(1);
    cluster.node(1).endLease();
    assertThat(waiting(hold)).isEmpty();
    cluster.run(Duration.ofSeconds(3));
    assertThat(waiting(hold)).hasValueSatisfying(all -> assertThat(all).hasSize(1));
    assertThat(SinkHold.durable(waiting(hold).orElseThrow(), at)).isPresent();
    assertThat(SinkHold.isBefore(waiting(hold).orElseThrow(), at)).isTrue();
    hold.close();
    cluster.run(Duration.ofSeconds(3));
    assertThat(cluster.sink().records().stream().map(Recorded::id)).contains(rows);
  }

  @Test
  void aHoldThatNobodyKeepsEndsByItself() {
    start();
    SinkHold hold = hold("run");
    hold.begin();
    cluster.run(SECOND);
    write(1);
    SinkHold other = hold("other");
    assertThat(other.begin()).isFalse();
    cluster.run(Duration.ofSeconds(12));
    assertThat(durable()).isEqualTo(18);
    assertThat(hold("another").begin()).isTrue();
  }
}
