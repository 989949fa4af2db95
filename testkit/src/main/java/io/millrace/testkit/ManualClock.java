package io.millrace.testkit;

import com.google.common.base.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * A clock that a test moves by hand: a wall clock and a monotonic ticker in one.
 *
 * <p>Moving it wakes nobody: what waits in real time looks at the clock when it is next called.
 * <i>Threads:</i> any.
 */
public final class ManualClock extends Ticker implements InstantSource {
  private Instant wall;
  private long nanos;

  /** Creates a clock that shows 2026-01-01T00:00:00Z. */
  public ManualClock() {
    this(Instant.parse("2026-01-01T00:00:00Z"));
  }

  /** Creates a clock that shows a time; its ticker begins at zero. */
  public ManualClock(Instant start) {
    this.wall = start;
  }

  @Override
  public synchronized Instant instant() {
    return wall;
  }

  /** Returns the nanoseconds advanced since the clock was created. */
  @Override
  public synchronized long read() {
    return nanos;
  }

  /**
   * Moves wall clock and ticker.
   *
   * @param by zero or more
   */
  public synchronized void advance(Duration by) {
    if (by.isNegative()) {
      throw new IllegalArgumentException("time does not run backwards: " + by + ", use stepWall");
    }
    wall = wall.plus(by);
    nanos = Math.addExact(nanos, by.toNanos());
  }

  /**
   * Moves the wall clock alone, as an administrator or NTP may do.
   *
   * @param by forwards or, where negative, backwards
   */
  public synchronized void stepWall(Duration by) {
    wall = wall.plus(by);
  }
}
