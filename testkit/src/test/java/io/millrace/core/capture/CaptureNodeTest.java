package io.millrace.core.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.CaptureId;
import io.millrace.api.ChangefeedId;
import io.millrace.api.ConnectorUri;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.Tso;
import io.millrace.api.changefeed.ChangefeedSpec;
import io.millrace.api.changefeed.ChangefeedState;
import io.millrace.api.event.Resolved;
import io.millrace.api.source.ChangeSource;
import io.millrace.api.source.Head;
import io.millrace.api.source.SourceRequest;
import io.millrace.api.store.MetaStore;
import io.millrace.api.store.Op;
import io.millrace.api.store.Txn;
import io.millrace.core.changefeed.LifeCycle;
import io.millrace.core.connector.Schemes;
import io.millrace.core.meta.CaptureRecord;
import io.millrace.core.meta.ClusterState.Feed;
import io.millrace.core.meta.Keys;
import io.millrace.core.meta.SpecRecord;
import io.millrace.core.meta.StateTracker;
import io.millrace.core.meta.StatusRecord;
import io.millrace.core.meta.StoredJson;
import io.millrace.core.metrics.Meters;
import io.millrace.core.sink.blackhole.BlackholeSinkProvider;
import io.millrace.core.source.datagen.DatagenSourceProvider;
import io.millrace.core.store.memory.MemoryStore;
import io.millrace.testkit.ManualClock;
import io.millrace.testkit.SteppedCrew;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** One node at work on a made-up upstream, stepped. */
class CaptureNodeTest {
  private static final ChangefeedId ID = new ChangefeedId("f");
  private static final Keys KEYS = new Keys("default");

  private final ManualClock clock = new ManualClock();
  private final MemoryStore memory = new MemoryStore(clock);
  private final MetaStore store = memory.open();
  private final SteppedCrew crew = new SteppedCrew();
  private int nodes;

  private CaptureNode node(ChangeSource source) {
    nodes++;
    return new CaptureNode(
        KEYS,
        new CaptureRecord("127.0.0.1:8300", "v0.1.0", 1, Set.of("blackhole"), Set.of()),
        memory.open(),
        source,
        new Schemes<>(
            "sink",
            StandardErrorCode.SINK_URI_INVALID,
            Map.of("blackhole", new BlackholeSinkProvider(Map.of(), clock))),
        ZoneOffset.UTC,
        crew,
        clock,
        clock,
        new Meters(clock),
        new Random(1),
        Duration.ofMinutes(1),
        () -> new CaptureId("c" + nodes));
  }

  private ChangeSource source(String uri) {
    return new DatagenSourceProvider(clock)
        .open(
            new SourceRequest(
                ConnectorUri.parse(uri, StandardErrorCode.SOURCE_URI_INVALID),
                "default",
                Optional.empty()));
  }

  private void create(ChangeSource source, ChangefeedSpec spec) {
    Head head = source.now();
    SpecRecord record =
        new SpecRecord(
            spec.toBuilder().id(ID.value()).startTs(head.ts()).build(),
            "incarnation",
            SpecRecord.Wish.RUNNING,
            1,
            new Resolved(head.ts(), head.end()),
            clock.instant(),
            "v0.1.0");
    store.commit(new Txn(List.of(), List.of(new Op.Put(KEYS.spec(ID), StoredJson.write(record)))));
  }

  private Feed feed() {
    return StateTracker.read(store, KEYS).feed(ID).orElseThrow();
  }

  private StatusRecord status() {
    return feed().status().orElseThrow().value();
  }

  private void run(Duration time) {
    for (long i = 0; i < time.toMillis(); i += 100) {
      clock.advance(Duration.ofMillis(100));
      crew.runUntilIdle(10_000);
    }
  }

  @Test
  void replicatesUntilTheTargetAndFinishes() {
    ChangeSource source = source("datagen:?rate=50&tables=2&ddl-every=20");
    try (CaptureNode node = node(source)) {
      node.start();
      Tso target = Tso.of(clock.instant().plusSeconds(10));
      create(source, ChangefeedSpec.builder("blackhole://").targetTs(target).build());
      run(Duration.ofSeconds(5));
      assertThat(status().state()).isEqualTo(ChangefeedState.NORMAL);
      assertThat(status().checkpoint().ts().instant()).isAfter(clock.instant().minusSeconds(2));
      run(Duration.ofSeconds(8));
      assertThat(LifeCycle.shown(feed())).isEqualTo(ChangefeedState.FINISHED);
      assertThat(status().checkpoint().ts()).isEqualTo(target);
      assertThat(feed().tasks()).isEmpty();
      assertThat(crew.workers()).containsExactly("control", "upstream-watch");
    }
  }
}
