package io.millrace.core.owner;

import com.google.common.base.Ticker;
import io.millrace.api.CaptureId;
import io.millrace.api.TableName;
import io.millrace.api.Tso;
import io.millrace.api.event.SchemaChange;
import io.millrace.api.event.SourcePosition;
import io.millrace.api.sink.Sink;
import io.millrace.api.sink.SinkProvider;
import io.millrace.api.sink.SinkRequest;
import io.millrace.core.meta.PositionRecord.Outcome;
import io.millrace.core.meta.PositionRecord.StoppedTurn;
import io.millrace.core.metrics.FeedMeter;
import io.millrace.core.worker.Crew;
import io.millrace.core.worker.Mandate;
import io.millrace.core.worker.Worker;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Speaks downstream for one changefeed: applies schema changes, tells the checkpoint about once a
 * second, fences captures that are gone.
 *
 * <p><i>Threads:</i> its worker; orders and questions come from the control loop.
 */
final class Herald implements Worker {
  private static final Duration TELL_EVERY = Duration.ofSeconds(1);

  private final SinkProvider provider;
  private final SinkRequest request;
  private final Mandate mandate;
  private final Crew crew;
  private final Ticker ticker;
  private final FeedMeter meter;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Set<CaptureId> gone = new HashSet<>();
  private final Set<CaptureId> fenced = new HashSet<>();
  private boolean forgetting;
  private boolean forgotten;
  private boolean hired;
  private @Nullable Order order;
  private Outcome outcome = Outcome.NOT_BEGUN;
  private Tso wanted = Tso.ZERO;
  private Supplier<Set<TableName>> tablesThere = Set::of;
  private Tso told = Tso.ZERO;
  private Optional<Long> toldAt = Optional.empty();
  private @Nullable Throwable failure;
  private Optional<Long> failedAt = Optional.empty();
  private long epoch;
  private volatile @Nullable Sink sink;
  private volatile boolean closed;

  /** A schema change to apply, under a term. */
  private record Order(SchemaChange change, long term) {}

  Herald(
      SinkProvider provider,
      SinkRequest request,
      Mandate mandate,
      Crew crew,
      Ticker ticker,
      FeedMeter meter) {
    this.provider = provider;
    this.request = request;
    this.epoch = request.epoch();
    this.mandate = mandate;
    this.crew = crew;
    this.ticker = ticker;
    this.meter = meter;
  }

  /** Returns whether the crew has it. */
  boolean isHired() {
    return hired;
  }

  /** Takes note that the crew has it. */
  void hired() {
    hired = true;
  }

  /** Orders a schema change to be applied; the same order again does nothing. */
  void apply(SchemaChange change, long term) {
    lock.lock();
    try {
      if (order == null || !order.change().position().equals(change.position())) {
        order = new Order(change, term);
        outcome = Outcome.NOT_BEGUN;
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Returns whether the schema change at a position is applied. */
  boolean hasApplied(SourcePosition position) {
    lock.lock();
    try {
      return order != null && order.change().position().equals(position) && outcome == Outcome.DONE;
    } finally {
      lock.unlock();
    }
  }

  /** Returns what became of the last order. */
  Optional<StoppedTurn> stoppedTurn() {
    lock.lock();
    try {
      return Optional.ofNullable(order)
          .map(it -> new StoppedTurn(it.change().position(), it.term(), outcome));
    } finally {
      lock.unlock();
    }
  }

  /**
   * Has the sink told of a checkpoint, soon.
   *
   * @param tables asked for the tables the changefeed has there, when the time has come
   */
  void tell(Tso checkpoint, Supplier<Set<TableName>> tables) {
    lock.lock();
    try {
      wanted = Tso.max(wanted, checkpoint);
      tablesThere = tables;
    } finally {
      lock.unlock();
    }
  }

  /** Returns whether the sink was told of a checkpoint, or cannot be. */
  boolean hasTold(Tso checkpoint) {
    lock.lock();
    try {
      return failure != null || told.compareTo(checkpoint) >= 0;
    } finally {
      lock.unlock();
    }
  }

  /** Has a capture fenced that is gone; returns whether it is. */
  boolean fence(CaptureId capture) {
    lock.lock();
    try {
      if (gone.add(capture)) {
        changed.signalAll();
      }
      return fenced.contains(capture);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Has what sinks noted downstream of the changefeed deleted, soon; returns whether that was
   * tried.
   */
  boolean forget() {
    lock.lock();
    try {
      if (!forgetting) {
        forgetting = true;
        changed.signalAll();
      }
      return forgotten;
    } finally {
      lock.unlock();
    }
  }

  /** Returns what went wrong, once; the herald tries again by itself after a second. */
  Optional<Throwable> takeFailure() {
    lock.lock();
    try {
      Optional<Throwable> met = Optional.ofNullable(failure);
      failure = null;
      return met;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean work() {
    boolean holds = mandate.holds();
    Runnable next = holds ? next() : null;
    if (next == null) {
      rest(holds);
      return false;
    }
    try {
      next.run();
    } catch (RuntimeException | Error e) {
      fail(e);
    }
    return true;
  }

  private boolean isRecovering() {
    return failedAt.map(at -> ticker.read() - at < TELL_EVERY.toNanos()).orElse(false);
  }

  private boolean hasOrders() {
    return !isRecovering()
        && (!fenced.containsAll(gone)
            || (forgetting && !forgotten)
            || (order != null && outcome == Outcome.NOT_BEGUN));
  }

  private @Nullable Runnable next() {
    lock.lock();
    try {
      if (closed || isRecovering()) {
        return null;
      }
      if (forgetting && !forgotten) {
        return this::doForget;
      }
      for (CaptureId capture : gone) {
        if (!fenced.contains(capture)) {
          return () -> doFence(capture);
        }
      }
      Order it = order;
      if (it != null && outcome == Outcome.NOT_BEGUN) {
        return () -> doApply(it);
      }
      boolean due = toldAt.map(at -> ticker.read() - at >= TELL_EVERY.toNanos()).orElse(true);
      Tso checkpoint = wanted;
      Supplier<Set<TableName>> tables = tablesThere;
      return due && checkpoint.isAfter(told) ? () -> doTell(checkpoint, tables.get()) : null;
    } finally {
      lock.unlock();
    }
  }

  private void doFence(CaptureId capture) {
    provider.fence(request, capture);
    lock.lock();
    try {
      fenced.add(capture);
    } finally {
      lock.unlock();
    }
  }

  private void doForget() {
    try {
      provider.forget(request);
    } finally {
      lock.lock();
      try {
        forgotten = true;
      } finally {
        lock.unlock();
      }
    }
  }

  private void doApply(Order it) {
    setOutcome(Outcome.UNKNOWN);
    // whoever was named executor before has a lower term, and is refused downstream
    long begin = meter.begin();
    open(it.term()).write(it.change());
    meter.applied(begin);
    setOutcome(Outcome.DONE);
  }

  private void setOutcome(Outcome next) {
    lock.lock();
    try {
      outcome = next;
    } finally {
      lock.unlock();
    }
  }

  private void doTell(Tso checkpoint, Set<TableName> tables) {
    open(epoch).checkpoint(checkpoint, tables);
    lock.lock();
    try {
      told = checkpoint;
      toldAt = Optional.of(ticker.read());
    } finally {
      lock.unlock();
    }
  }

  /** Returns a sink of an epoch; one of a lower epoch is closed. */
  private Sink open(long wantedEpoch) {
    Sink open = sink;
    if (open != null && wantedEpoch > epoch) {
      sink = null;
      open.close();
      open = null;
    }
    if (open == null) {
      epoch = Math.max(epoch, wantedEpoch);
      open = provider.open(request.under(epoch));
      sink = open;
      if (closed) {
        open.close();
      }
    }
    return open;
  }

  private void fail(Throwable e) {
    Sink open = sink;
    sink = null;
    if (open != null) {
      open.close();
    }
    lock.lock();
    try {
      failure = closed ? null : e;
      if (!closed) {
        meter.failed();
      }
      failedAt = Optional.of(ticker.read());
      if (outcome == Outcome.UNKNOWN) {
        order = null;
      }
    } finally {
      lock.unlock();
    }
  }

  private void rest(boolean holds) {
    lock.lock();
    try {
      long left = crew.patience().toNanos();
      while (!closed && left > 0 && !(holds && hasOrders())) {
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    closed = true;
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    Sink open = sink;
    if (open != null) {
      open.close();
    }
  }
}
