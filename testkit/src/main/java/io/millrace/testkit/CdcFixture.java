package io.millrace.testkit;

import io.millrace.api.changefeed.ChangefeedState;
import io.millrace.api.consumer.ChangeConsumer;
import io.millrace.api.event.SourcePosition;
import io.millrace.api.sink.SinkProvider;
import io.millrace.api.store.Delta;
import io.millrace.api.store.MetaStore;
import io.millrace.api.store.Snapshot;
import io.millrace.api.store.Watch;
import io.millrace.core.CdcService;
import io.millrace.core.CdcServiceBuilder;
import io.millrace.core.meta.ClusterState;
import io.millrace.core.meta.Keys;
import io.millrace.core.meta.SpecRecord.Wish;
import io.millrace.core.meta.StateTracker;
import io.millrace.core.meta.StatusRecord;
import io.millrace.core.store.memory.MemoryStore;
import io.millrace.testkit.sink.RecordingSink;
import io.millrace.testkit.source.ScriptedSource;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A whole service for a test: a {@link ScriptedSource} as upstream, consumers and a {@link
 * RecordingSink} as downstreams, a store in memory and a {@link ManualClock}. The service is the
 * real one; only what surrounds it is made for tests.
 *
 * <p>It serves one test. The node begins with the first call that needs it; the sinks and settings
 * it is to have are given before. At the end everything must be closed that was opened, and every
 * crash asked for must have happened, else {@link #close} fails.
 *
 * <p><i>Threads:</i> any, one at a time.
 */
public abstract sealed class CdcFixture
    implements AutoCloseable, BeforeEachCallback, AfterEachCallback
    permits CdcExtension, CdcServerExtension {
  /** The scheme of {@link #sink()}. */
  public static final String SINK = "recording";

  private static final Keys KEYS = new Keys("default");
  private static final Duration ROUND = Duration.ofMillis(500);
  private static final int ENTRIES_PER_POLL = 16;
  private static final int QUIET_ROUNDS = 4;
  private static final int MOST_ROUNDS = 5_000;
  private static final int MOST_STEPS = 100_000;

  private final Thread owner = Thread.currentThread();
  private final ManualClock clock = new ManualClock();
  private final MemoryStore memory = new MemoryStore(clock);
  private final MetaStore store = memory.open();
  private final StateTracker tracker = new StateTracker(store, KEYS);
  private final ScriptedSource source = new ScriptedSource(ENTRIES_PER_POLL, clock);
  private final RecordingSink sink = new RecordingSink();
  private final Map<String, ChangeConsumer> consumers = new ConcurrentHashMap<>();
  private final Map<String, SinkProvider> sinks = new HashMap<>(Map.of(SINK, sink));
  private final LeakCheck leaks = new LeakCheck();
  private final Border ofTheTest = new Border(leaks, Watch::poll);
  private final long seed;
  private Consumer<CdcServiceBuilder> settings = parts -> {};
  private volatile @Nullable NodeLife life;
  private int lives;
  private boolean stepping;
  private boolean closed;

  CdcFixture(long seed) {
    this.seed = seed;
  }

  // ---- what surrounds the service

  /** Returns the upstream. */
  public final ScriptedSource source() {
    return source;
  }

  /** Returns the downstream {@code recording://}. */
  public final RecordingSink sink() {
    return sink;
  }

  /** Returns the clock; moving it wakes nobody, {@link #advance} does. */
  public final ManualClock clock() {
    return clock;
  }

  /**
   * Gives the service a consumer, the sink {@code consumer://name}, at any time; one that is there
   * is replaced where it is opened next. It is called in the thread that does the steps. An
   * assertion that fails in it fails {@link #runUntilIdle} as well.
   */
  public final synchronized void consumer(String name, ChangeConsumer consumer) {
    consumers.put(name, consumer);
  }

  /**
   * Gives the service a sink of another scheme.
   *
   * @throws IllegalStateException if the node has begun
   */
  public final synchronized void sink(String scheme, SinkProvider provider) {
    checkNotBegun();
    sinks.put(scheme, provider);
  }

  /**
   * Says how else the service is built: zone, encoders, where sinks may be.
   *
   * @throws IllegalStateException if the node has begun
   */
  public final synchronized void settings(Consumer<CdcServiceBuilder> more) {
    checkNotBegun();
    settings = settings.andThen(more);
  }

  private void checkNotBegun() {
    if (life != null) {
      throw new IllegalStateException("the node has begun, call this before it is used");
    }
  }

  /** Returns what the node advertises. */
  abstract String address();

  /** Takes notice that another node serves from now on. */
  void begun(CdcService service) {}

  // ---- the service

  /**
   * Returns the service, registered and at work. What it waits for comes: a call that waits on the
   * thread that made this has the steps done, and the time passed, that it waits for.
   *
   * @throws IllegalStateException if the node was killed, and not started again
   */
  public final CdcService service() {
    NodeLife now = life();
    if (now.border().isDead()) {
      throw new IllegalStateException("the node was killed, restart it");
    }
    return now.service();
  }

  private NodeLife life() {
    NodeLife now = life;
    return now == null ? first() : now;
  }

  private synchronized NodeLife first() {
    NodeLife now = life;
    if (closed) {
      throw new IllegalStateException("it is closed");
    }
    return now == null ? begin() : now;
  }

  private NodeLife begin() {
    lives++;
    Border border = new Border(leaks, this::await);
    CdcServiceBuilder parts =
        CdcService.builder()
            .address(address())
            .zone(ZoneOffset.UTC)
            .version("v0.1.0", "")
            .logLevelHook(level -> {});
    settings.accept(parts);
    sinks.forEach((scheme, each) -> parts.sink(scheme, NodeLife.guarded(border, each)));
    parts.sink("consumer", NodeLife.guarded(border, new LateConsumers(consumers, border)));
    NodeLife next =
        new NodeLife(parts, border, memory.open(), source.handle(), clock, seed * 31 + lives);
    life = next;
    next.start();
    rest();
    begun(next.service());
    return next;
  }

  /** Returns whether the node was killed, and not started again. */
  public final boolean isKilled() {
    NodeLife now = life;
    return now != null && now.border().isDead();
  }

  /** Has the node killed the next time it is at a point. */
  public final void crashBefore(CrashPoint point) {
    crashBefore(point, 1);
  }

  /** Has the node killed the {@code nth} time, from 1, that it is at a point. */
  public final synchronized void crashBefore(CrashPoint point, int nth) {
    life().border().crashBefore(point, nth);
  }

  /**
   * Starts a new node on the same store, after killing the one there is, unless that has happened.
   * What was not flushed is gone, leases have ended; consumers and sinks are the same.
   */
  public final synchronized void restart() {
    NodeLife former = life();
    former.kill();
    former.ids().forEach(sink::killed);
    begin();
  }

  // ---- time and steps

  /**
   * Has the node work, and time pass, until everything committed upstream is durable downstream and
   * recorded; where that cannot be, because of an error, a consumer that does not acknowledge or a
   * stall, until nothing has moved for two seconds of the clock. Returns at once when the node is
   * killed.
   *
   * @throws AssertionError that a consumer has thrown
   * @throws IllegalStateException if things do not come to rest
   */
  public final synchronized void runUntilIdle() {
    NodeLife now = life();
    SourcePosition end = source.end();
    int quiet = 0;
    for (int rounds = 0; quiet < QUIET_ROUNDS; rounds++) {
      rest();
      if (now.border().isDead() || isCaughtUp(end)) {
        break;
      }
      if (rounds > MOST_ROUNDS) {
        throw new IllegalStateException("the service does not come to rest");
      }
      long moves = now.border().moves();
      clock.advance(ROUND);
      rest();
      quiet = now.border().moves() == moves ? quiet + 1 : 0;
    }
    throwBreach(now);
  }

  private static void throwBreach(NodeLife of) {
    of.border()
        .breach()
        .ifPresent(
            breach -> {
              throw breach;
            });
  }

  /** Lets time pass, 500 ms at a time, the node working until nothing moves in each. */
  public final synchronized void advance(Duration time) {
    NodeLife now = life();
    for (Duration left = time; left.toMillis() > 0; left = left.minus(ROUND)) {
      clock.advance(left.compareTo(ROUND) < 0 ? left : ROUND);
      rest();
    }
    throwBreach(now);
  }

  /** Has the node work until nothing moves. */
  final synchronized void rest() {
    if (stepping) {
      throw new IllegalStateException("a consumer or sink must not wait for the service");
    }
    NodeLife now = life;
    stepping = true;
    try {
      for (int steps = 0; now != null && now.step(); steps++) {
        if (steps > MOST_STEPS) {
          throw new IllegalStateException("the service does not come to rest");
        }
      }
    } finally {
      stepping = false;
    }
  }

  private Optional<Delta> await(Watch watch, Duration limit) {
    if (Thread.currentThread() != owner || !isStepped()) {
      return watch.poll(limit);
    }
    Optional<Delta> news = watch.poll(Duration.ZERO);
    for (Duration left = limit; news.isEmpty() && left.toMillis() > 0; left = left.minus(ROUND)) {
      rest();
      news = watch.poll(Duration.ZERO);
      if (news.isEmpty()) {
        clock.advance(left.compareTo(ROUND) < 0 ? left : ROUND);
      }
    }
    return news;
  }

  /** Returns all that is stored. */
  final Snapshot stored() {
    return store.read("");
  }

  /** Returns whether nobody but the test does steps. */
  abstract boolean isStepped();

  private boolean isCaughtUp(SourcePosition end) {
    return tracker.poll(Duration.ZERO).changefeeds().values().stream()
        .allMatch(feed -> isCaughtUp(feed, end));
  }

  private static boolean isCaughtUp(ClusterState.Feed feed, SourcePosition end) {
    Optional<StatusRecord> status = feed.status().map(it -> it.value());
    return feed.spec().value().wish() == Wish.RUNNING
        && status.isPresent()
        && status.get().state() == ChangefeedState.NORMAL
        && status.get().checkpoint().position().server().equals(end.server())
        && !status.get().checkpoint().position().isBefore(end);
  }

  // ---- its end

  /**
   * Returns something the test opened by itself, to be closed before this is.
   *
   * @param type one of the interfaces of the SPIs
   * @param opened what was opened
   * @param what how a failure names it
   */
  public final <T extends AutoCloseable> T tracked(Class<T> type, T opened, String what) {
    return ofTheTest.opened(type, opened, what);
  }

  /** Begins nothing yet. */
  @Override
  public void beforeEach(ExtensionContext context) {
    if (closed) {
      throw new IllegalStateException(
          "it serves one test: register it in a field that is not static");
    }
  }

  @Override
  public final void afterEach(ExtensionContext context) {
    close();
  }

  /**
   * Closes the service, unless it was killed. Calling it again does nothing.
   *
   * @throws AssertionError naming what was left open and where it was opened, a crash that was
   *     asked for and did not happen, or what a consumer threw
   */
  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      NodeLife last = life;
      if (last != null) {
        if (last.border().isDead()) {
          last.kill();
        } else {
          last.service().close();
        }
      }
      tracker.close();
      store.close();
      leaks.check();
      if (last != null) {
        throwBreach(last);
        last.border()
            .planned()
            .ifPresent(
                point -> {
                  throw new AssertionError("the node was never at " + point);
                });
      }
    }
  }
}
