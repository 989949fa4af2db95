package io.millrace.core.owner;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.ChangefeedId;
import io.millrace.api.RunningError;
import io.millrace.api.TableName;
import io.millrace.api.changefeed.ChangefeedState;
import io.millrace.core.meta.StatusRecord;
import io.millrace.testkit.TestCluster;
import io.millrace.testkit.source.ScriptedSource;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A changefeed that stands still says so, and who holds it. */
class StallTest {
  private static final ChangefeedId ID = new ChangefeedId("f");
  private static final TableName A = new TableName("shop", "a");
  private static final TableName B = new TableName("shop", "b");

  private final ScriptedSource source = new ScriptedSource(100);
  private final TestCluster cluster = new TestCluster(source);

  @BeforeEach
  void start() {
    source.add(A);
    source.add(B);
    cluster.start();
    cluster.start();
    cluster.create(ID);
    cluster.run(Duration.ofSeconds(3));
    source.insert(1, A, B);
    cluster.run(Duration.ofSeconds(3));
  }

  private StatusRecord status() {
    StatusRecord status = cluster.feed(ID).status().orElseThrow().value();
    assertThat(status.state()).isEqualTo(ChangefeedState.NORMAL);
    return status;
  }

  private void assertStalled(String... words) {
    cluster.run(Duration.ofSeconds(50));
    assertThat(status().error()).isEmpty();
    cluster.run(Duration.ofSeconds(15));
    RunningError error = status().error().orElseThrow();
    assertThat(error.code()).isEqualTo("CDC:ErrChangefeedStalled");
    assertThat(error.message()).contains(words);
    assertThat(error.address()).startsWith("127.0.0.1:830");
    long written = cluster.feed(ID).status().orElseThrow().modRevision();
    cluster.run(Duration.ofSeconds(60));
    assertThat(cluster.feed(ID).status().orElseThrow().modRevision()).isEqualTo(written);
  }

  private void assertMoves() {
    cluster.run(Duration.ofSeconds(5));
    assertThat(status().checkpoint().position()).isEqualTo(source.end());
    assertThat(status().error()).isEmpty();
  }

  @Test
  void whereNothingHappensNothingStalls() {
    cluster.run(Duration.ofSeconds(200));
    assertThat(status().error()).isEmpty();
  }

  @Test
  void theLogIsNotReadOn() {
    source.stall(true);
    source.insert(2, A, B);
    assertStalled("stage read", "table shop.");
    source.stall(false);
    assertMoves();
  }

  @Test
  void theSinkKeepsRows() {
    cluster.sink().holdFlush(true);
    source.insert(2, A, B);
    assertStalled("stage sink", "table shop.");
    cluster.sink().holdFlush(false);
    assertMoves();
  }

  @Test
  void aSchemaChangeIsNotApplied() {
    source.alter(A);
    String herald = "f-herald";
    Duration all = Duration.ofSeconds(65);
    for (Duration left = all; !left.isNegative(); left = left.minusMillis(200)) {
      cluster.advance(Duration.ofMillis(200));
      for (int node = 0; node < 2; node++) {
        for (String worker : cluster.node(node).crew().workers()) {
          if (!worker.equals(herald)) {
            cluster.step(node, worker);
          }
        }
      }
    }
    RunningError error = status().error().orElseThrow();
    assertThat(error.message()).contains("stage schema change: ADD_COLUMN");
    assertMoves();
  }
}
