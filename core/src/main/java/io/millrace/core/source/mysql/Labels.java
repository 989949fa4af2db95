package io.millrace.core.source.mysql;

import io.millrace.api.Tso;

/**
 * Gives transactions their timestamps: the log's time, but always later than any given before.
 *
 * <p><i>Threads:</i> one.
 */
final class Labels {
  /** Times beyond this, in the year 2527, are damage. */
  private static final long LATEST = 1L << 44;

  private Tso floor;

  /** Creates labels that are all later than {@code floor}. */
  Labels(Tso floor) {
    this.floor = floor;
  }

  /** Returns the label of the next transaction, by the log's time in milliseconds. */
  Tso transaction(long millis) {
    Tso wanted = Tso.ofMillis(millis < 0 || millis > LATEST ? 0 : millis, 0);
    floor = Tso.max(wanted, floor.next());
    return floor;
  }

  /** Returns a timestamp that no later label will be at or below, by the server's clock. */
  Tso clock(long millis) {
    floor = Tso.max(Tso.ofMillis(millis, 0), floor);
    return floor;
  }

  /** Returns the latest timestamp given. */
  Tso floor() {
    return floor;
  }
}
