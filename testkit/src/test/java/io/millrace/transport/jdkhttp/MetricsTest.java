package io.millrace.transport.jdkhttp;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.cluster.Metric;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is measured: plain values of the service, and their text. */
class MetricsTest {
  private static LiveServer server;

  @BeforeAll
  static void start() {
    server = LiveServer.start();
    server.create("measured");
    server.until(
        () -> server.send("GET", "/metrics", ""),
        answer -> answer.body().contains("ticdc_processor_checkpoint_ts{"));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static double value(String text, String series) {
    Matcher line = Pattern.compile("(?m)^" + Pattern.quote(series) + " (\\S+)$").matcher(text);
    assertThat(line.find()).as(series + " in " + text).isTrue();
    return Double.parseDouble(line.group(1));
  }

  @Test
  void c280SaysWhenTheProcessStarted() {
    HttpResponse<String> answer = server.send("GET", "/metrics", "");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("content-type").orElse(""))
        .startsWith("text/plain; version=0.0.4");
    assertThat(value(answer.body(), "process_start_time_seconds"))
        .isBetween(
            Instant.now().getEpochSecond() - 86_400.0, (double) Instant.now().getEpochSecond());
    assertThat(value(answer.body(), "millrace_node_ready")).isEqualTo(1);
    assertThat(value(answer.body(), "process_cpu_seconds_total")).isPositive();
  }

  @Test
  void measuresChangefeedsByTheNamesOfTicdc() {
    String labels = "{changefeed=\"measured\",namespace=\"default\"}";
    HttpResponse<String> answer =
        server.until(
            () -> server.send("GET", "/metrics", ""),
            each -> value(each.body(), "ticdc_processor_num_of_tables" + labels) == 3);
    assertThat(value(answer.body(), "ticdc_owner_status" + labels)).isZero();
    assertThat(value(answer.body(), "ticdc_owner_checkpoint_ts" + labels))
        .isBetween(
            Instant.now().toEpochMilli() - 60_000.0, Instant.now().toEpochMilli() + 60_000.0);
    assertThat(value(answer.body(), "ticdc_owner_checkpoint_ts_lag" + labels)).isBetween(0.0, 60.0);
    assertThat(value(answer.body(), "ticdc_processor_resolved_ts" + labels))
        .isGreaterThanOrEqualTo(value(answer.body(), "ticdc_processor_checkpoint_ts" + labels));
    assertThat(answer.body())
        .contains("# TYPE ticdc_owner_checkpoint_ts_lag gauge", "ticdc_owner_maintain_table_num{");
  }

  @Test
  void measuresSinksByTheNamesAndTypesOfTicdc() {
    String labels = "{changefeed=\"measured\",namespace=\"default\",type=\"blackhole\"}";
    HttpResponse<String> answer =
        server.until(
            () -> server.send("GET", "/metrics", ""),
            each -> value(each.body(), "ticdc_sink_batch_row_count_count" + labels) > 0);
    assertThat(answer.body())
        .contains(
            "# TYPE ticdc_sink_batch_row_count histogram",
            "# TYPE ticdc_sink_write_bytes_total counter",
            "# TYPE ticdc_sink_execution_error counter",
            "# TYPE ticdc_sink_ddl_exec_duration histogram",
            "# TYPE millrace_sink_flush_duration_seconds histogram")
        .doesNotContain("execution_error_total");
    assertThat(value(answer.body(), "ticdc_sink_write_bytes_total" + labels)).isPositive();
    assertThat(value(answer.body(), "ticdc_sink_execution_error" + labels)).isZero();
    String largest = labels.replace("}", ",le=\"+Inf\"}");
    assertThat(value(answer.body(), "ticdc_sink_batch_row_count_bucket" + largest))
        .isEqualTo(value(answer.body(), "ticdc_sink_batch_row_count_count" + labels));
  }

  @Test
  void givesEmbeddersPlainValues() {
    assertThat(server.service().metrics())
        .extracting(Metric::name)
        .contains("ticdc_owner_checkpoint_ts", "ticdc_processor_num_of_tables")
        .doesNotHaveDuplicates();
    assertThat(server.service().metrics())
        .filteredOn(each -> each.name().equals("ticdc_owner_status"))
        .singleElement()
        .satisfies(
            each ->
                assertThat(each.samples())
                    .singleElement()
                    .satisfies(
                        sample ->
                            assertThat(sample.labels()).containsEntry("changefeed", "measured")));
  }

  @Test
  void measuresTheProcessWhileTheNodeDoesNotAnswer() {
    try (LiveServer other = LiveServer.start()) {
      other.service().close();
      HttpResponse<String> answer = other.send("GET", "/metrics", "");
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(value(answer.body(), "millrace_node_ready")).isZero();
      assertThat(answer.body()).doesNotContain("ticdc_");
    }
  }
}
