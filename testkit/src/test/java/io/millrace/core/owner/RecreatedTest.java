package io.millrace.core.owner;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.ChangefeedId;
import io.millrace.api.TableName;
import io.millrace.api.changefeed.ChangefeedSpec;
import io.millrace.testkit.TestCluster;
import io.millrace.testkit.source.ScriptedSource;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A changefeed is removed, and one of its name created before its owner looks again. */
class RecreatedTest {
  private static final ChangefeedId ID = new ChangefeedId("f");
  private static final ChangefeedSpec SPEC =
      ChangefeedSpec.builder(TestCluster.SINK + "://").build();

  @Test
  void theTablesAreListedAgain() {
    ScriptedSource source = new ScriptedSource(2);
    TestCluster cluster = new TestCluster(source);
    source.add(new TableName("shop", "a"));
    cluster.start();
    cluster.create(ID, SPEC, "first");
    cluster.run(Duration.ofSeconds(2));
    assertThat(cluster.feed(ID).tables()).hasSize(1);
    cluster.remove(ID);
    while (cluster.state().feed(ID).isPresent()) {
      cluster.advance(Duration.ofMillis(100));
      for (String worker : cluster.node(0).crew().workers()) {
        if (cluster.state().feed(ID).isPresent()) {
          cluster.step(0, worker);
        }
      }
    }
    source.add(new TableName("shop", "b"));
    cluster.create(ID, SPEC, "second");
    cluster.run(Duration.ofSeconds(2));
    assertThat(cluster.feed(ID).tables()).hasSize(2);
  }
}
