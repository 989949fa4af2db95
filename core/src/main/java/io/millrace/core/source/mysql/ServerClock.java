package io.millrace.core.source.mysql;

import io.millrace.api.CdcException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;

/**
 * The upstream's clock, asked now and then and carried on by the monotonic clock here, a little
 * late: what was committed just now may still be on its way.
 *
 * <p><i>Threads:</i> one.
 */
final class ServerClock {
  private static final Logger LOG = System.getLogger(ServerClock.class.getName());
  private static final long LATE_MILLIS = 300;
  private static final long TRUSTED_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final LinkPool pool;
  private long millis;
  private long atNanos;

  /** Creates a clock that asks over a pool's connection. */
  ServerClock(LinkPool pool) {
    this.pool = pool;
  }

  /** Notes what the server just said. */
  void set(long serverMillis) {
    millis = serverMillis;
    atNanos = System.nanoTime();
  }

  /** Returns the time there, in milliseconds since 1970. */
  long millis() {
    if (System.nanoTime() - atNanos > TRUSTED_NANOS) {
      try {
        set(pool.ask(ServerFacts::clock));
      } catch (CdcException e) {
        LOG.log(Level.DEBUG, "the upstream's clock was not read error={0}", e.getMessage());
      }
    }
    long passed = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - atNanos);
    return millis + passed - LATE_MILLIS;
  }
}
