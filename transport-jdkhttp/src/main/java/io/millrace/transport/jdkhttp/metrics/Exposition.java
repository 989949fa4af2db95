package io.millrace.transport.jdkhttp.metrics;

import com.sun.management.UnixOperatingSystemMXBean;
import io.millrace.api.cluster.Metric;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Prometheus' text format. */
final class Exposition {
  static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;
  private static final String TOTAL = "_total";
  private static final PrometheusTextFormatWriter WRITER = PrometheusTextFormatWriter.create();

  private Exposition() {}

  /**
   * Returns the text of what is measured, and of the process.
   *
   * @param answers whether the node is registered and its store answers
   */
  static String text(List<Metric> measured, boolean answers) {
    MetricSnapshots.Builder all = MetricSnapshots.builder();
    measured.forEach(each -> all.metricSnapshot(snapshot(each)));
    all.metricSnapshot(
        gauge("millrace_node_ready", "Whether the node answers: 1, else 0.", answers ? 1 : 0));
    addProcess(all);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      WRITER.write(out, all.build(), EscapingScheme.ALLOW_UTF8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return withPlainNames(out.toString(StandardCharsets.UTF_8), measured);
  }

  /** Takes back the ending that the library gives every counter, where TiCDC's name has none. */
  private static String withPlainNames(String text, List<Metric> measured) {
    String plain = text;
    for (Metric each : measured) {
      if (each.kind() == Metric.Kind.COUNTER && !each.name().endsWith(TOTAL)) {
        plain = plain.replace(each.name() + TOTAL, each.name());
      }
    }
    return plain;
  }

  private static void addProcess(MetricSnapshots.Builder all) {
    double start = ManagementFactory.getRuntimeMXBean().getStartTime() / 1000.0;
    all.metricSnapshot(
        gauge("process_start_time_seconds", "Start of the process, in seconds since 1970.", start));
    all.metricSnapshot(
        gauge(
            "jvm_memory_heap_used_bytes",
            "Heap in use.",
            (double) ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed()));
    all.metricSnapshot(
        gauge(
            "jvm_threads_current",
            "Threads.",
            ManagementFactory.getThreadMXBean().getThreadCount()));
    OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
    if (system instanceof UnixOperatingSystemMXBean unix) {
      all.metricSnapshot(
          gauge("process_open_fds", "Open files.", (double) unix.getOpenFileDescriptorCount()));
      all.metricSnapshot(
          CounterSnapshot.builder()
              .name("process_cpu_seconds")
              .help("Processor time, in seconds.")
              .dataPoint(
                  CounterDataPointSnapshot.builder().value(unix.getProcessCpuTime() / 1e9).build())
              .build());
    }
  }

  private static GaugeSnapshot gauge(String name, String help, double value) {
    return gauge(
        new Metric(name, Metric.Kind.GAUGE, help, List.of(new Metric.Sample(Map.of(), value))));
  }

  private static MetricSnapshot snapshot(Metric metric) {
    return switch (metric.kind()) {
      case COUNTER -> counter(metric);
      case GAUGE -> gauge(metric);
      case HISTOGRAM -> histogram(metric);
    };
  }

  private static CounterSnapshot counter(Metric metric) {
    CounterSnapshot.Builder counter =
        CounterSnapshot.builder()
            .name(metric.name().replaceFirst(TOTAL + "$", ""))
            .help(metric.help());
    metric
        .samples()
        .forEach(
            each ->
                counter.dataPoint(
                    CounterDataPointSnapshot.builder()
                        .labels(labels(each.labels()))
                        .value(each.value())
                        .build()));
    return counter.build();
  }

  private static HistogramSnapshot histogram(Metric metric) {
    HistogramSnapshot.Builder histogram =
        HistogramSnapshot.builder().name(metric.name()).help(metric.help());
    metric
        .samples()
        .forEach(
            each ->
                histogram.dataPoint(
                    HistogramDataPointSnapshot.builder()
                        .labels(labels(each.labels()))
                        .sum(each.value())
                        .classicHistogramBuckets(buckets(each))
                        .build()));
    return histogram.build();
  }

  private static ClassicHistogramBuckets buckets(Metric.Sample sample) {
    ClassicHistogramBuckets.Builder buckets = ClassicHistogramBuckets.builder();
    sample.buckets().forEach(each -> buckets.bucket(each.upTo(), each.count()));
    return buckets.build();
  }

  private static GaugeSnapshot gauge(Metric metric) {
    GaugeSnapshot.Builder gauge = GaugeSnapshot.builder().name(metric.name()).help(metric.help());
    metric
        .samples()
        .forEach(
            each ->
                gauge.dataPoint(
                    GaugeDataPointSnapshot.builder()
                        .labels(labels(each.labels()))
                        .value(each.value())
                        .build()));
    return gauge.build();
  }

  private static Labels labels(Map<String, String> labels) {
    Labels.Builder all = Labels.builder();
    labels.forEach(all::label);
    return all.build();
  }
}
