package io.millrace.core.worker;

import com.google.common.base.Ticker;
import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Until when a capture may write downstream: from the sending of the last renewal of its lease that
 * worked, on the monotonic and on the wall clock, whichever ends first.
 *
 * <p><i>Threads:</i> any; one extends it.
 */
public final class Mandate {
  private final Ticker ticker;
  private final InstantSource clock;
  private volatile Term term = new Term(Long.MIN_VALUE, Instant.MIN);

  private record Term(long nanos, Instant wall) {}

  /** A moment on both clocks. */
  public record Moment(long nanos, Instant wall) {}

  /** Creates a mandate that has not begun. */
  public Mandate(Ticker ticker, InstantSource clock) {
    this.ticker = ticker;
    this.clock = clock;
  }

  /** Returns this moment. */
  public Moment moment() {
    return new Moment(ticker.read(), clock.instant());
  }

  /** Lets the mandate last for a time from a moment on. */
  public void extend(Moment from, Duration by) {
    term = new Term(from.nanos() + by.toNanos(), from.wall().plus(by));
  }

  /** Ends the mandate now. */
  public void end() {
    term = new Term(Long.MIN_VALUE, Instant.MIN);
  }

  /** Returns whether the capture may act now. */
  public boolean holds() {
    Term now = term;
    return now.nanos() != Long.MIN_VALUE
        && ticker.read() - now.nanos() < 0
        && clock.instant().isBefore(now.wall());
  }

  /**
   * Returns if the capture may act now.
   *
   * @throws CdcException {@link StandardErrorCode#LEASE_LOST}
   */
  public void check() {
    if (!holds()) {
      throw new CdcException(
          StandardErrorCode.LEASE_LOST,
          "this capture could not renew its lease in time, it writes nothing until it has a new"
              + " one");
    }
  }
}
