package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.api.CdcException;
import io.millrace.api.ChangefeedId;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.TableName;
import io.millrace.api.cluster.Metric;
import io.millrace.api.cluster.Metric.Bucket;
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
    return Measures.of(cluster.state(), node.id(), node.node().meters(), node.clock().instant());
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

  private double stage(String name) {
    return cluster.nodes().stream()
        .flatMap(node -> samples(node, "millrace_processor_stage_lag_seconds"))
        .filter(each -> name.equals(each.labels().get("stage")))
        .mapToDouble(Sample::value)
        .max()
        .orElseThrow();
  }

  private long count(String histogram) {
    return cluster.nodes().stream()
        .flatMap(node -> samples(node, histogram))
        .flatMap(each -> each.buckets().stream())
        .mapToLong(Bucket::count)
        .sum();
  }

  @Test
  void countsWhatSinksTake() {
    long batches = count("ticdc_sink_batch_row_count");
    double rows = total("ticdc_sink_batch_row_count");
    double bytes = total("ticdc_sink_write_bytes_total");
    long flushes = count("millrace_sink_flush_duration_seconds");
    source.insert(2, table(1), table(1), table(1));
    cluster.run(A_WHILE);
    assertThat(count("ticdc_sink_batch_row_count")).isEqualTo(batches + 1);
    assertThat(total("ticdc_sink_batch_row_count")).isEqualTo(rows + 3);
    assertThat(total("ticdc_sink_write_bytes_total")).isGreaterThan(bytes);
    assertThat(count("millrace_sink_flush_duration_seconds")).isEqualTo(flushes + 1);
    assertThat(total("ticdc_sink_execution_error")).isZero();
  }

  @Test
  void aSinkThatHoldsRowsBackIsLateAtItsStage() {
    cluster.sink().holdFlush(true);
    source.insert(2, table(0), table(1), table(2), table(3));
    cluster.run(Duration.ofMinutes(2));
    assertThat(stage("sink")).isGreaterThan(0);
    assertThat(stage("schema_change")).isZero();
    assertThat(total("millrace_owner_stalled")).isOne();
    cluster.sink().holdFlush(false);
    cluster.run(A_WHILE);
    assertThat(total("millrace_owner_stalled")).isZero();
    assertThat(stage("sink")).isZero();
  }

  @Test
  void stagesAddUpToTheLag() {
    cluster.sink().holdFlush(true);
    source.insert(2, table(0), table(1), table(2), table(3));
    cluster.run(A_WHILE);
    assertThat(total("millrace_processor_stage_lag_seconds"))
        .isEqualTo(total("ticdc_processor_checkpoint_ts_lag"), within(0.001));
  }

  @Test
  void aSchemaChangeThatIsNotAppliedIsWaitedFor() {
    assertThat(total("millrace_processor_schema_change_wait_seconds")).isZero();
    source.alter(table(0));
    for (int i = 0; i < 50; i++) {
      cluster.advance(Duration.ofMillis(200));
      stepAllButHeralds();
    }
    assertThat(stage("schema_change")).isPositive();
    assertThat(stage("read")).isZero();
    assertThat(total("millrace_processor_schema_change_wait_seconds")).isBetween(12.0, 20.0);
    cluster.run(A_WHILE);
    assertThat(total("millrace_processor_schema_change_wait_seconds")).isZero();
  }

  private void stepAllButHeralds() {
    for (TestNode node : cluster.nodes()) {
      for (String worker : node.crew().workers()) {
        if (!worker.endsWith("herald")) {
          node.crew().step(worker);
        }
      }
    }
  }

  @Test
  void failuresOfASinkAreCounted() {
    cluster.sink().fail(new CdcException(StandardErrorCode.SINK_URI_INVALID, "broken"));
    source.insert(2, table(0), table(1), table(2), table(3));
    cluster.run(Duration.ofSeconds(5));
    assertThat(total("ticdc_sink_execution_error")).isPositive();
  }

  @Test
  void aSchemaChangeIsTimedWhenItIsApplied() {
    long before = count("ticdc_sink_ddl_exec_duration");
    source.alter(table(0));
    cluster.run(A_WHILE);
    assertThat(count("ticdc_sink_ddl_exec_duration")).isEqualTo(before + 1);
    assertThat(total("millrace_processor_schema_change_wait_seconds")).isZero();
  }

  @Test
  void theRunwayIsFromTheBeginningOfTheLogToTheCheckpoint() {
    double checkpoint = total("ticdc_owner_checkpoint_ts");
    assertThat(total("millrace_owner_runway_seconds"))
        .isEqualTo((checkpoint - ScriptedSource.START.millis()) / 1000, within(0.001));
  }

  @Test
  void oneCaptureIsTheOwner() {
    assertThat(total("millrace_capture_owner")).isOne();
  }

  @Test
  void leavesOutWhatIsRemoved() {
    cluster.remove(FEED);
    cluster.run(A_WHILE);
    assertThat(cluster.nodes())
        .allSatisfy(
            node ->
                assertThat(metrics(node))
                    .filteredOn(each -> !each.name().equals("millrace_capture_owner"))
                    .flatExtracting(Metric::samples)
                    .isEmpty());
  }
}
