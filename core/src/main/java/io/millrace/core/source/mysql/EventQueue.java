package io.millrace.core.source.mysql;

import io.millrace.api.CdcException;
import io.millrace.api.event.ChangeEvent;
import io.millrace.api.event.Resolved;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Hands events from the thread that reads the log to whoever polls the stream. It is bounded by
 * bytes, but always admits one batch.
 *
 * <p><i>Threads:</i> one puts, one polls, any closes.
 */
final class EventQueue {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition filled = lock.newCondition();
  private final Condition emptied = lock.newCondition();
  private final long limit;
  private List<ChangeEvent> events = new ArrayList<>();
  private long bytes;
  private @Nullable CdcException failure;
  private boolean closed;

  /** Creates a queue that holds about {@code limit} bytes. */
  EventQueue(long limit) {
    this.limit = limit;
  }

  /**
   * Adds events, waiting for room.
   *
   * @return false if the queue was closed
   */
  boolean put(List<ChangeEvent> more, long size) {
    lock.lock();
    try {
      while (!closed && bytes >= limit) {
        emptied.awaitUninterruptibly();
      }
      if (closed) {
        return false;
      }
      for (ChangeEvent event : more) {
        int last = events.size() - 1;
        if (event instanceof Resolved && last >= 0 && events.get(last) instanceof Resolved) {
          events.set(last, event);
        } else {
          events.add(event);
        }
      }
      bytes += size;
      filled.signal();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Ends the queue with an error, thrown when all that came before it was polled. */
  void fail(CdcException error) {
    lock.lock();
    try {
      failure = error;
      filled.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Returns all that is there, having waited for the first; empty in time or when closed. */
  List<ChangeEvent> poll(Duration wait) {
    lock.lock();
    try {
      long nanos = wait.toNanos();
      while (events.isEmpty() && failure == null && !closed && nanos > 0) {
        nanos = filled.awaitNanos(nanos);
      }
      if (events.isEmpty()) {
        if (failure != null && !closed) {
          throw new CdcException(failure.code(), String.valueOf(failure.getMessage()), failure);
        }
        return List.of();
      }
      List<ChangeEvent> taken = events;
      events = new ArrayList<>();
      bytes = 0;
      emptied.signal();
      return taken;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    } finally {
      lock.unlock();
    }
  }

  /** Waits unless or until the queue is closed; returns whether it is. */
  boolean awaitClose(long millis) {
    lock.lock();
    try {
      long nanos = TimeUnit.MILLISECONDS.toNanos(millis);
      while (!closed && nanos > 0) {
        nanos = emptied.awaitNanos(nanos);
      }
      return closed;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Wakes and refuses everybody, and lets go of what is there. */
  void close() {
    lock.lock();
    try {
      closed = true;
      events = new ArrayList<>();
      filled.signalAll();
      emptied.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
