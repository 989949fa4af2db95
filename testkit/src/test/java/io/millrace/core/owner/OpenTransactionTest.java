package io.millrace.core.owner;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.ChangefeedId;
import io.millrace.api.TableName;
import io.millrace.api.event.Resolved;
import io.millrace.api.event.Restart;
import io.millrace.core.meta.StatusRecord;
import io.millrace.testkit.TestCluster;
import io.millrace.testkit.sink.Recorded;
import io.millrace.testkit.source.ScriptedSource;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A transaction is prepared and stays open, so streams are opened before it. */
class OpenTransactionTest {
  private static final ChangefeedId ID = new ChangefeedId("f");
  private static final TableName TABLE = new TableName("shop", "a");

  private final ScriptedSource source = new ScriptedSource(2);
  private final TestCluster cluster = new TestCluster(source);

  private Resolved checkpoint() {
    StatusRecord status = cluster.feed(ID).status().orElseThrow().value();
    return status.checkpoint();
  }

  @Test
  void theCheckpointDoesNotGoBackAtARestart() {
    source.add(TABLE);
    cluster.start();
    cluster.create(ID);
    cluster.run(Duration.ofSeconds(2));
    source.insert(1, TABLE);
    source.holdRestart();
    for (int id = 2; id < 20; id++) {
      source.insert(id, TABLE);
    }
    cluster.run(Duration.ofSeconds(2));
    Resolved before = checkpoint();
    assertThat(before.position()).isEqualTo(source.end());
    assertThat(before.restart().position().isBefore(before.position())).isTrue();
    long delivered = durable();

    cluster.kill(0);
    int second = cluster.start();
    for (int i = 0; i < 100; i++) {
      cluster.advance(Duration.ofMillis(200));
      cluster.node(second).crew().workers().forEach(worker -> cluster.step(second, worker));
      assertThat(checkpoint().ts()).isGreaterThanOrEqualTo(before.ts());
      assertThat(checkpoint().position()).isGreaterThanOrEqualTo(before.position());
    }
    Restart opened = source.opened().orElseThrow();
    assertThat(opened.position()).isEqualTo(before.restart().position());
    assertThat(opened.ts()).isEqualTo(before.ts());
    source.insert(20, TABLE);
    cluster.run(Duration.ofSeconds(2));
    assertThat(durable()).isEqualTo(delivered + 1);
  }

  private long durable() {
    return cluster.sink().records().stream()
        .filter(it -> it.kind() == Recorded.Kind.DURABLE)
        .count();
  }
}
