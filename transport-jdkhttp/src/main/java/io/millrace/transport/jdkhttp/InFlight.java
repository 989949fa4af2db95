package io.millrace.transport.jdkhttp;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Counts the exchanges being answered, because the JDK's server takes as long to stop as it is
 * allowed to, even when nothing is under way. <i>Threads:</i> any.
 */
final class InFlight {
  private int count;
  private boolean ended;

  /** Counts one more, or returns false if none is let in any more. */
  synchronized boolean enter() {
    if (ended) {
      return false;
    }
    count++;
    return true;
  }

  synchronized void leave() {
    count--;
    notifyAll();
  }

  /** Lets no more in, and returns when the last has left or the limit has passed. */
  synchronized void end(Duration limit) {
    ended = true;
    long deadline = System.nanoTime() + limit.toNanos();
    try {
      for (long left = limit.toNanos(); count > 0 && left > 0; ) {
        TimeUnit.NANOSECONDS.timedWait(this, left);
        left = deadline - System.nanoTime();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
