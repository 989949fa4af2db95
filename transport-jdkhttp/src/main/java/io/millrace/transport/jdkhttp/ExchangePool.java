package io.millrace.transport.jdkhttp;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The threads that serve exchanges: many, since each client that sends slowly holds one, of which
 * few work at once. One that waits for a client past the deadline is interrupted, which closes the
 * connection and frees the thread. Where all are held, the next connection is reset.
 *
 * <p>The deadline does not run while the answer is worked out: an interrupt in there would close
 * the files of the store. <i>Threads:</i> any.
 */
final class ExchangePool implements Executor, AutoCloseable {
  // clients give up after 5 s
  private static final Duration PATIENCE = Duration.ofSeconds(4);
  private static final ThreadLocal<Alarm> CURRENT = new ThreadLocal<>();

  private final ThreadPoolExecutor threads;
  private final ScheduledThreadPoolExecutor alarms;
  private final Semaphore working;
  private final Duration deadline;
  private final Duration patience;

  /**
   * Creates a pool.
   *
   * @param clients how many threads there are at most
   * @param workers how many of them work at once
   * @param deadline how long each may wait for its client; to work, at most 4 s of it
   */
  ExchangePool(int clients, int workers, Duration deadline) {
    this.deadline = deadline;
    patience = deadline.compareTo(PATIENCE) < 0 ? deadline : PATIENCE;
    working = new Semaphore(workers, true);
    threads =
        new ThreadPoolExecutor(
            0, clients, 30, TimeUnit.SECONDS, new SynchronousQueue<>(), named("millrace-http-"));
    alarms = new ScheduledThreadPoolExecutor(1, named("millrace-http-deadline-"));
    alarms.setRemoveOnCancelPolicy(true);
    alarms.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
  }

  private static ThreadFactory named(String prefix) {
    AtomicInteger number = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, prefix + number.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }

  @Override
  public void execute(Runnable exchange) {
    threads.execute(() -> withDeadline(exchange));
  }

  private void withDeadline(Runnable exchange) {
    Alarm alarm = new Alarm(Thread.currentThread());
    CURRENT.set(alarm);
    alarm.start();
    try {
      exchange.run();
    } finally {
      alarm.stop();
      CURRENT.remove();
      // an interrupt that nothing noticed must not reach the next exchange
      Thread.interrupted();
    }
  }

  /**
   * Returns what is worked out without a deadline, or empty if too many work already; called by a
   * thread of this pool, whose deadline begins anew afterwards.
   */
  <T> Optional<T> withoutDeadline(Supplier<T> work) {
    Alarm alarm = CURRENT.get();
    alarm.stop();
    try {
      return mayWork() ? worked(work) : Optional.empty();
    } finally {
      alarm.start();
    }
  }

  private boolean mayWork() {
    try {
      return working.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private <T> Optional<T> worked(Supplier<T> work) {
    try {
      return Optional.of(work.get());
    } finally {
      working.release();
    }
  }

  /** Lets the threads end when they have nothing to do; they are daemons. */
  @Override
  public void close() {
    threads.shutdown();
    alarms.shutdownNow();
  }

  /** Interrupts a thread, unless it is stopped before the deadline. */
  private final class Alarm {
    private final Thread thread;

    private @Nullable ScheduledFuture<?> pending;

    Alarm(Thread thread) {
      this.thread = thread;
    }

    synchronized void start() {
      pending = alarms.schedule(this::ring, deadline.toNanos(), TimeUnit.NANOSECONDS);
    }

    synchronized void stop() {
      if (pending != null) {
        pending.cancel(false);
        pending = null;
      }
    }

    private synchronized void ring() {
      if (pending != null) {
        thread.interrupt();
      }
    }
  }
}
