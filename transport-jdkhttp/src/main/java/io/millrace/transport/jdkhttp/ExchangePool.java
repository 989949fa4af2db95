package io.millrace.transport.jdkhttp;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The threads that serve exchanges. One that waits for a client past the deadline is interrupted,
 * which closes the connection and frees the thread: else a few slow clients would stop the server.
 *
 * <p>The deadline does not run while the answer is worked out: an interrupt in there would close
 * the files of the store. <i>Threads:</i> any.
 */
final class ExchangePool implements Executor, AutoCloseable {
  private static final int QUEUED_PER_THREAD = 32;
  private static final ThreadLocal<Alarm> CURRENT = new ThreadLocal<>();

  private final ThreadPoolExecutor threads;
  private final ScheduledThreadPoolExecutor alarms;
  private final Duration deadline;

  ExchangePool(int most, Duration deadline) {
    this.deadline = deadline;
    threads =
        new ThreadPoolExecutor(
            most,
            most,
            30,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(most * QUEUED_PER_THREAD),
            named("millrace-http-"));
    threads.allowCoreThreadTimeOut(true);
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
   * Returns what is worked out without a deadline; called by a thread of this pool, whose deadline
   * begins anew afterwards.
   */
  <T> T withoutDeadline(Supplier<T> work) {
    Alarm alarm = CURRENT.get();
    alarm.stop();
    try {
      return work.get();
    } finally {
      alarm.start();
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
