package io.millrace.core;

import io.millrace.api.CaptureId;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.Tso;
import io.millrace.api.changefeed.ChangefeedState;
import io.millrace.api.cluster.Metric;
import io.millrace.api.cluster.Metric.Sample;
import io.millrace.core.changefeed.LifeCycle;
import io.millrace.core.meta.ClusterState;
import io.millrace.core.meta.ClusterState.Feed;
import io.millrace.core.meta.PositionRecord;
import io.millrace.core.meta.UpstreamRecord;
import io.millrace.core.meta.Versioned;
import io.millrace.core.metrics.FeedMeter;
import io.millrace.core.metrics.Meters;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one capture measures: as owner the changefeeds, else only its own work. So what all captures
 * of a cluster measure, taken together, has each thing once.
 *
 * <p><i>Source:</i> names and units of TiCDC's metrics; a ts is given in milliseconds since 1970.
 */
final class Measures {
  private static final String NAMESPACE = "default";

  private final ClusterState state;
  private final CaptureId self;
  private final Meters meters;
  private final Instant now;
  private final List<Feed> feeds;

  private Measures(ClusterState state, CaptureId self, Meters meters, Instant now) {
    this.state = state;
    this.self = self;
    this.meters = meters;
    this.now = now;
    this.feeds =
        state.changefeeds().values().stream()
            .filter(feed -> LifeCycle.shown(feed) != ChangefeedState.REMOVED)
            .toList();
  }

  /**
   * Returns what a capture measures at a moment.
   *
   * @param meters measure its own work
   */
  static List<Metric> of(ClusterState state, CaptureId self, Meters meters, Instant now) {
    Measures measures = new Measures(state, self, meters, now);
    List<Metric> all = new ArrayList<>(measures.processors());
    all.addAll(new SinkMeasures(measures.feeds, meters).all());
    all.add(
        gauge(
            "millrace_capture_owner",
            "Whether this capture is the owner: 1, else 0.",
            List.of(new Sample(Map.of(), state.isOwner(self) ? 1 : 0))));
    if (state.isOwner(self)) {
      all.addAll(measures.changefeeds());
    }
    return List.copyOf(all);
  }

  private List<Metric> changefeeds() {
    return List.of(
        ofFeeds(
            "ticdc_owner_status",
            "State: 0 normal, 1 error, 2 failed, 3 stopped, 4 finished.",
            feed -> Optional.of(number(LifeCycle.shown(feed)))),
        ofFeeds(
            "ticdc_owner_checkpoint_ts",
            "Everything up to it is durable downstream, in milliseconds since 1970.",
            feed -> Optional.of(millis(Queries.checkpoint(feed)))),
        ofFeeds(
            "ticdc_owner_checkpoint_ts_lag",
            "How far the checkpoint is behind the clock, in seconds.",
            feed -> Optional.of(lag(Queries.checkpoint(feed)))),
        ofFeeds(
            "ticdc_owner_resolved_ts",
            "Everything up to it is read, in milliseconds since 1970.",
            feed -> Optional.of(millis(Queries.resolved(state, feed)))),
        ofFeeds(
            "ticdc_owner_resolved_ts_lag",
            "How far reading is behind the clock, in seconds.",
            feed -> Optional.of(lag(Queries.resolved(state, feed)))),
        ofFeeds(
            "millrace_owner_stalled",
            "Whether the checkpoint stands still while the upstream goes on: 1, else 0.",
            feed -> Optional.of(isStalled(feed) ? 1.0 : 0.0)),
        ofFeeds(
            "millrace_owner_runway_seconds",
            "How much of the upstream's log lies before the checkpoint, in seconds: when the log"
                + " is purged past it, the changefeed fails.",
            feed -> state.upstream().flatMap(UpstreamRecord::oldestTs).map(at -> runway(feed, at))),
        gauge("ticdc_owner_maintain_table_num", "Tables per capture.", tablesPerCapture()));
  }

  private List<Metric> processors() {
    return List.of(
        ofFeeds(
            "ticdc_processor_num_of_tables",
            "Tables of this capture.",
            feed -> Optional.of((double) Queries.tables(feed, self).size())),
        ofFeeds(
            "ticdc_processor_checkpoint_ts",
            "What this capture has made durable, in milliseconds since 1970.",
            feed -> position(feed).map(at -> millis(at.checkpoint().ts()))),
        ofFeeds(
            "ticdc_processor_checkpoint_ts_lag",
            "How far what this capture has made durable is behind the clock, in seconds.",
            feed -> position(feed).map(at -> lag(at.checkpoint().ts()))),
        ofFeeds(
            "ticdc_processor_resolved_ts",
            "What this capture has read, in milliseconds since 1970.",
            feed -> position(feed).map(at -> millis(at.resolved()))),
        ofFeeds(
            "ticdc_processor_resolved_ts_lag",
            "How far reading by this capture is behind the clock, in seconds.",
            feed -> position(feed).map(at -> lag(at.resolved()))),
        gauge(
            "millrace_processor_stage_lag_seconds",
            "The lag of this capture's checkpoint by stage: read, sink, schema_change; they add up.",
            stages()),
        ofFeeds(
            "millrace_processor_schema_change_wait_seconds",
            "For how long this capture has waited before a schema change, in seconds; else 0.",
            feed -> position(feed).map(at -> meters.find(feed.id()).map(this::wait).orElse(0.0))));
  }

  private double wait(FeedMeter meter) {
    return meter.waiting().map(it -> it.toMillis() / 1000.0).orElse(0.0);
  }

  private List<Sample> stages() {
    List<Sample> samples = new ArrayList<>();
    for (Feed feed : feeds) {
      Optional<PositionRecord> position = position(feed);
      if (position.isPresent()) {
        PositionRecord at = position.get();
        boolean waits = at.waiting().isPresent();
        double total = lag(at.checkpoint().ts());
        double ahead = Math.min(total, lag(Tso.max(at.resolved(), at.checkpoint().ts())));
        samples.add(stage(feed, "read", waits ? 0 : ahead));
        samples.add(stage(feed, "sink", total - ahead));
        samples.add(stage(feed, "schema_change", waits ? ahead : 0));
      }
    }
    return samples;
  }

  private static Sample stage(Feed feed, String name, double seconds) {
    Map<String, String> labels = new HashMap<>(labels(feed));
    labels.put("stage", name);
    return new Sample(labels, seconds);
  }

  private static boolean isStalled(Feed feed) {
    return Queries.error(feed)
        .filter(met -> met.code().equals(StandardErrorCode.CHANGEFEED_STALLED.code()))
        .isPresent();
  }

  /** Returns how far a checkpoint is from the beginning of the log; negative: it is purged. */
  private static double runway(Feed feed, Tso oldest) {
    return Duration.between(oldest.instant(), Queries.checkpoint(feed).instant()).toMillis()
        / 1000.0;
  }

  private interface Measure {
    Optional<Double> of(Feed feed);
  }

  private Metric ofFeeds(String name, String help, Measure measure) {
    List<Sample> samples = new ArrayList<>();
    for (Feed feed : feeds) {
      measure.of(feed).ifPresent(value -> samples.add(new Sample(labels(feed), value)));
    }
    return gauge(name, help, samples);
  }

  private static Metric gauge(String name, String help, List<Sample> samples) {
    return new Metric(name, Metric.Kind.GAUGE, help, samples);
  }

  private List<Sample> tablesPerCapture() {
    List<Sample> samples = new ArrayList<>();
    for (Feed feed : feeds) {
      for (CaptureId capture : state.captures().keySet()) {
        Map<String, String> labels = new HashMap<>(labels(feed));
        labels.put("capture", capture.value());
        labels.put("type", "total");
        samples.add(new Sample(labels, Queries.tables(feed, capture).size()));
      }
    }
    return samples;
  }

  static Map<String, String> labels(Feed feed) {
    return Map.of("namespace", NAMESPACE, "changefeed", feed.id().value());
  }

  private Optional<PositionRecord> position(Feed feed) {
    return feed.current(self).map(Versioned::value);
  }

  private double lag(Tso ts) {
    return Math.max(0, Duration.between(ts.instant(), now).toMillis() / 1000.0);
  }

  private static double millis(Tso ts) {
    return ts.instant().toEpochMilli();
  }

  private static double number(ChangefeedState shown) {
    return switch (shown) {
      case NORMAL -> 0;
      case ERROR -> 1;
      case FAILED -> 2;
      case STOPPED -> 3;
      case FINISHED -> 4;
      case REMOVED -> 5;
    };
  }
}
