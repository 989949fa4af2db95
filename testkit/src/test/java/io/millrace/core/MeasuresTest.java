package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.ChangefeedId;
import io.millrace.api.TableName;
import io.millrace.api.cluster.Metric;
import io.millrace.api.cluster.Metric.Sample;
import io.millrace.testkit.TestCluster;
import io.millrace.testkit.TestNode;
import io.millrace.testkit.source.ScriptedSource;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the captures of a cluster measure. */
class MeasuresTest {
  private static final ChangefeedId FEED = new ChangefeedId("feed");
  private static final int TABLES = 4;
  private static final Duration A_WHILE = Duration.ofSeconds(15);

  private final ScriptedSource source = new ScriptedSource(100);
  private final TestCluster cluster = new TestCluster(source);

  private static TableName table(int number) {
    return new TableName("s", "t" + number);
  }

  @BeforeEach
  void start() {
    for (int i = 0; i < TABLES; i++) {
      source.add(table(i));
    }
    cluster.start();
    cluster.start();
    cluster.create(FEED);
    source.insert(1, table(0));
    cluster.run(A_WHILE);
  }

  private List<Metric> metrics(TestNode node) {
    return Measures.of(cluster.state(), node.id(), node.clock().instant());
  }

  private Stream<Sample> samples(TestNode node, String name) {
    return metrics(node).stream()
        .filter(each -> each.name().equals(name))
        .flatMap(each -> each.samples().stream());
  }

  private double total(String name) {
    return cluster.nodes().stream()
        .flatMap(node -> samples(node, name))
        .mapToDouble(Sample::value)
        .sum();
  }

  @Test
  void onlyTheOwnerMeasuresChangefeeds() {
    for (TestNode node : cluster.nodes()) {
      assertThat(metrics(node).stream().anyMatch(each -> each.name().startsWith("ticdc_owner_")))
          .isEqualTo(cluster.state().isOwner(node.id()));
      assertThat(samples(node, "ticdc_processor_num_of_tables")).hasSize(1);
    }
  }

  @Test
  void countsEachTableOnce() {
    assertThat(total("ticdc_processor_num_of_tables")).isEqualTo(TABLES);
    assertThat(total("ticdc_owner_maintain_table_num")).isEqualTo(TABLES);
  }

  @Test
  void givesTimesInMillisecondsAndLagsInSeconds() {
    double checkpoint =
        (double)
            cluster
                .feed(FEED)
                .status()
                .orElseThrow()
                .value()
                .checkpoint()
                .ts()
                .instant()
                .toEpochMilli();
    assertThat(total("ticdc_owner_checkpoint_ts")).isEqualTo(checkpoint);
    double now = cluster.node(0).clock().instant().toEpochMilli();
    assertThat(total("ticdc_owner_checkpoint_ts_lag"))
        .isEqualTo(Math.max(0, (now - checkpoint) / 1000));
    assertThat(total("ticdc_owner_resolved_ts")).isGreaterThanOrEqualTo(checkpoint);
    assertThat(total("ticdc_owner_status")).isZero();
  }

  @Test
  void leavesOutWhatIsRemoved() {
    cluster.remove(FEED);
    cluster.run(A_WHILE);
    assertThat(cluster.nodes())
        .allSatisfy(node -> assertThat(metrics(node)).flatExtracting(Metric::samples).isEmpty());
  }
}
