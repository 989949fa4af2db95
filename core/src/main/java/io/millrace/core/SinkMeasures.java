package io.millrace.core;

import io.millrace.api.ConnectorUri;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.cluster.Metric;
import io.millrace.api.cluster.Metric.Kind;
import io.millrace.api.cluster.Metric.Sample;
import io.millrace.core.meta.ClusterState.Feed;
import io.millrace.core.metrics.FeedMeter;
import io.millrace.core.metrics.Histogram;
import io.millrace.core.metrics.Meters;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What one capture measures of sinks; the label {@code type} is their scheme.
 *
 * <p><i>Source:</i> names, units and buckets of TiCDC's metrics.
 *
 * @param feeds the changefeeds that are shown
 * @param meters measure the capture's work
 */
record SinkMeasures(List<Feed> feeds, Meters meters) {
  List<Metric> all() {
    return List.of(
        histogram("ticdc_sink_batch_row_count", "Rows per batch written.", FeedMeter::batchRows),
        counter(
            "ticdc_sink_write_bytes_total",
            "Bytes of rows written, as the upstream logged them.",
            FeedMeter::bytes),
        histogram(
            "millrace_sink_flush_duration_seconds",
            "How long written rows took to become durable, in seconds.",
            FeedMeter::flushSeconds),
        histogram(
            "ticdc_sink_ddl_exec_duration",
            "How long applying a schema change took, in seconds.",
            FeedMeter::schemaChangeSeconds),
        counter("ticdc_sink_execution_error", "Failures of the sink.", FeedMeter::errors),
        counter(
            "millrace_sink_missed_rows_total",
            "Rows that updates or deletes were to find downstream, and did not.",
            FeedMeter::missedRows));
  }

  private Metric counter(String name, String help, Function<FeedMeter, Long> count) {
    return metric(
        name,
        Kind.COUNTER,
        help,
        (labels, meter) -> new Sample(labels, count.apply(meter).doubleValue()));
  }

  private Metric histogram(String name, String help, Function<FeedMeter, Histogram> histogram) {
    return metric(
        name,
        Kind.HISTOGRAM,
        help,
        (labels, meter) -> {
          Histogram its = histogram.apply(meter);
          return new Sample(labels, its.sum(), its.buckets());
        });
  }

  private interface Sampler {
    Sample sample(Map<String, String> labels, FeedMeter meter);
  }

  private Metric metric(String name, Kind kind, String help, Sampler sampler) {
    List<Sample> samples = new ArrayList<>();
    for (Feed feed : feeds) {
      meters.find(feed.id()).ifPresent(it -> samples.add(sampler.sample(labels(feed), it)));
    }
    return new Metric(name, kind, help, samples);
  }

  private static Map<String, String> labels(Feed feed) {
    Map<String, String> labels = new HashMap<>(Measures.labels(feed));
    String uri = feed.spec().value().spec().sinkUri();
    labels.put("type", ConnectorUri.parse(uri, StandardErrorCode.SINK_URI_INVALID).scheme());
    return labels;
  }
}
