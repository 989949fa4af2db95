package io.millrace.core.processor;

import io.millrace.api.event.ChangeEvent;
import io.millrace.api.event.RowBatch;
import io.millrace.api.event.SchemaChange;
import io.millrace.api.event.SourcePosition;
import io.millrace.core.meta.HoldRecord;
import io.millrace.core.meta.PositionRecord.Held;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What intake and outlet share: a buffer bounded by bytes, which always admits one event, the gate
 * at which the intake waits behind a schema change, and the place at which it waits for a
 * verification.
 *
 * <p><i>Threads:</i> one puts, one takes, any releases and closes. After {@link #close()} nobody
 * waits any more.
 */
final class Handover {
  private static final long EVENT_BYTES = 256;

  private final long limit;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<ChangeEvent> events = new ArrayDeque<>();
  private long bytes;
  private @Nullable SourcePosition released;
  private Optional<HoldRecord> hold = Optional.empty();
  private Optional<SourcePosition> passed = Optional.empty();
  private boolean closed;

  Handover(long limit) {
    this.limit = limit;
  }

  private static long bytes(ChangeEvent event) {
    return EVENT_BYTES + (event instanceof RowBatch batch ? batch.bytes() : 0);
  }

  /** Returns where a row or schema change is; what is resolved has no place that counts here. */
  private static Optional<SourcePosition> place(ChangeEvent event) {
    if (event instanceof RowBatch batch) {
      return Optional.of(batch.position());
    }
    return event instanceof SchemaChange change ? Optional.of(change.position()) : Optional.empty();
  }

  /** Keeps rows and schema changes back as a hold says; empty: none. */
  void hold(Optional<HoldRecord> next) {
    lock.lock();
    try {
      if (!hold.equals(next)) {
        hold = next;
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Returns what is kept back for, and what had passed; empty: nothing is kept back. */
  Optional<Held> held() {
    lock.lock();
    try {
      return hold.map(it -> new Held(it.run(), passed));
    } finally {
      lock.unlock();
    }
  }

  /** Returns whether an event may not pass now. */
  boolean isHeld(ChangeEvent event) {
    lock.lock();
    try {
      return hold.isPresent()
          && place(event)
              .filter(at -> hold.get().until().map(until -> !at.isBefore(until)).orElse(true))
              .isPresent();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes an event over as soon as it may pass and there is room; false: that was not so in time.
   */
  boolean offer(ChangeEvent event, Duration wait) {
    lock.lock();
    try {
      long left = wait.toNanos();
      while (!closed && (isHeld(event) || (bytes > 0 && bytes + bytes(event) > limit))) {
        if (left <= 0) {
          return false;
        }
        left = changed.awaitNanos(left);
      }
      if (closed) {
        return false;
      }
      events.add(event);
      bytes += bytes(event);
      passed = place(event).or(() -> passed);
      changed.signalAll();
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
    }
  }

  /** Returns the next event, or empty if none came in time. */
  Optional<ChangeEvent> take(Duration wait) {
    lock.lock();
    try {
      long left = wait.toNanos();
      while (!closed && events.isEmpty() && left > 0) {
        left = changed.awaitNanos(left);
      }
      if (closed || events.isEmpty()) {
        return Optional.empty();
      }
      ChangeEvent event = events.remove();
      bytes -= bytes(event);
      changed.signalAll();
      return Optional.of(event);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  /** Returns whether an event can be taken without waiting. */
  boolean hasNext() {
    lock.lock();
    try {
      return !events.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /** Lets the intake pass all schema changes up to a position. */
  void release(SourcePosition upTo) {
    lock.lock();
    try {
      if (released == null || released.compareTo(upTo) < 0) {
        released = upTo;
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Returns whether a schema change may be passed, having waited for it for a time. */
  boolean isReleased(SourcePosition change, Duration wait) {
    lock.lock();
    try {
      long left = wait.toNanos();
      while (!closed && left > 0 && !passed(change)) {
        left = changed.awaitNanos(left);
      }
      return passed(change);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
    }
  }

  private boolean passed(SourcePosition change) {
    return released != null && change.compareTo(released) <= 0;
  }

  /** Waits until the handover is closed, for a time at most. */
  void rest(Duration wait) {
    lock.lock();
    try {
      long left = wait.toNanos();
      while (!closed && left > 0) {
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  void close() {
    lock.lock();
    try {
      closed = true;
      events.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
