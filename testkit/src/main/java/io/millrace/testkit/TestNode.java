package io.millrace.testkit;

import io.millrace.api.CaptureId;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.sink.SinkProvider;
import io.millrace.api.source.ChangeSource;
import io.millrace.core.capture.CaptureNode;
import io.millrace.core.connector.Schemes;
import io.millrace.core.meta.CaptureRecord;
import io.millrace.core.meta.Keys;
import io.millrace.core.metrics.Meters;
import io.millrace.testkit.store.FaultyStore;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/**
 * One process of a {@link TestCluster}: a node, its crew, its clock and its handle of the store.
 *
 * <p><i>Threads:</i> one.
 */
public final class TestNode {
  private static final Duration STALL_AFTER = Duration.ofMinutes(1);

  private final SteppedCrew crew = new SteppedCrew();
  private final ManualClock clock = new ManualClock();
  private final FaultyStore store;
  private final CaptureNode node;
  private CaptureId last;
  private boolean killed;
  private boolean stopped;

  /** Starts a node. */
  TestNode(
      Keys keys,
      FaultyStore store,
      ChangeSource source,
      SinkProvider sink,
      int number,
      Supplier<CaptureId> ids) {
    this.store = store;
    this.node =
        new CaptureNode(
            keys,
            new CaptureRecord(
                "127.0.0.1:" + (8300 + number), "v0.1.0", 1, Set.of(TestCluster.SINK), Set.of()),
            store,
            source,
            new Schemes<>(
                "sink", StandardErrorCode.SINK_URI_INVALID, Map.of(TestCluster.SINK, sink)),
            ZoneOffset.UTC,
            crew,
            clock,
            clock,
            new Meters(clock),
            new SplittableRandom(number),
            STALL_AFTER,
            ids);
    this.last = node.start();
  }

  /** Returns its workers. */
  public SteppedCrew crew() {
    return crew;
  }

  /** Returns its clock. */
  public ManualClock clock() {
    return clock;
  }

  /** Returns the node itself. */
  public CaptureNode node() {
    return node;
  }

  /** Returns its last registration. */
  public CaptureId id() {
    Optional<CaptureId> now = node.id();
    now.ifPresent(id -> last = id);
    return last;
  }

  /** Returns whether it is there and not stopped. */
  public boolean runs() {
    return !killed && !stopped;
  }

  /** Returns whether it was killed. */
  public boolean isKilled() {
    return killed;
  }

  /** Stops it, as SIGSTOP does. */
  public void stop() {
    stopped = true;
  }

  /** Lets it go on, as SIGCONT does. */
  public void resume() {
    stopped = false;
  }

  /** Has its lease end at once; it will find every access to the store failing. */
  public void endLease() {
    store.close();
  }

  /** Has it reach the store no more, until {@link #reconnect}. */
  public void cutOff() {
    store.cutOff();
  }

  /** Has it reach the store again. */
  public void reconnect() {
    store.reconnect();
  }

  /** Has its workers vanish; its lease goes on until it lapses. */
  void kill() {
    killed = true;
    crew.abandon();
  }
}
