package io.millrace.core;

import io.millrace.api.CaptureId;
import io.millrace.api.Tso;
import io.millrace.api.changefeed.ChangefeedState;
import io.millrace.api.cluster.Metric;
import io.millrace.api.cluster.Metric.Sample;
import io.millrace.core.changefeed.LifeCycle;
import io.millrace.core.meta.ClusterState;
import io.millrace.core.meta.ClusterState.Feed;
import io.millrace.core.meta.PositionRecord;
import io.millrace.core.meta.Versioned;
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
  private final Instant now;
  private final List<Feed> feeds;

  private Measures(ClusterState state, CaptureId self, Instant now) {
    this.state = state;
    this.self = self;
    this.now = now;
    this.feeds =
        state.changefeeds().values().stream()
            .filter(feed -> LifeCycle.shown(feed) != ChangefeedState.REMOVED)
            .toList();
  }

  /** Returns what a capture measures at a moment. */
  static List<Metric> of(ClusterState state, CaptureId self, Instant now) {
    Measures measures = new Measures(state, self, now);
    List<Metric> all = new ArrayList<>(measures.processors());
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
        new Metric("ticdc_owner_maintain_table_num", "Tables per capture.", tablesPerCapture()));
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
        ofFeeds(
            "millrace_processor_schema_change_wait_seconds",
            "How long ago the schema change was made for which this capture waits; else 0.",
            feed ->
                position(feed)
                    .map(at -> at.waiting().map(change -> lag(change.commitTs())).orElse(0.0))));
  }

  private interface Measure {
    Optional<Double> of(Feed feed);
  }

  private Metric ofFeeds(String name, String help, Measure measure) {
    List<Sample> samples = new ArrayList<>();
    for (Feed feed : feeds) {
      measure.of(feed).ifPresent(value -> samples.add(new Sample(labels(feed), value)));
    }
    return new Metric(name, help, samples);
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

  private static Map<String, String> labels(Feed feed) {
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
