package io.millrace.core.worker;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * Where all threads of one node come from: a factory, whose threads are named {@code
 * millrace-<name>} here.
 *
 * <p><i>Threads:</i> any.
 */
public final class Threads {
  private final ThreadFactory factory;
  private final List<Thread> made = new ArrayList<>();

  /** Creates one that makes daemons. */
  public Threads() {
    this(
        task -> {
          Thread thread = new Thread(task);
          thread.setDaemon(true);
          return thread;
        });
  }

  /** Creates one that takes its threads from a factory. */
  public Threads(ThreadFactory factory) {
    this.factory = factory;
  }

  /**
   * Returns a thread that is not started yet.
   *
   * @param name {@code <changefeed>-<role>}, or what the node needs it for
   */
  public Thread named(String name, Runnable task) {
    Thread thread = factory.newThread(task);
    thread.setName("millrace-" + name);
    synchronized (made) {
      made.removeIf(each -> each.getState() == Thread.State.TERMINATED);
      made.add(thread);
    }
    return thread;
  }

  /**
   * Waits until all threads that were started have ended.
   *
   * @return the names of those that were not in time
   */
  List<String> awaitEnd(long nanos) throws InterruptedException {
    long end = System.nanoTime() + nanos;
    for (Thread each : running()) {
      long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (left > 0) {
        each.join(left);
      }
    }
    return alive();
  }

  /** Returns the names of the threads that have not ended, but for the caller's. */
  List<String> alive() {
    return running().stream().map(Thread::getName).sorted().toList();
  }

  private List<Thread> running() {
    synchronized (made) {
      return made.stream().filter(Thread::isAlive).filter(Threads::isOther).toList();
    }
  }

  private static boolean isOther(Thread thread) {
    return thread != Thread.currentThread();
  }
}
