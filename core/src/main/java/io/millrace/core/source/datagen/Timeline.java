package io.millrace.core.source.datagen;

import io.millrace.api.Tso;

/**
 * When the entries of a log come into being: entry n, n / rate seconds after the log's begin.
 *
 * @param begin when the log begins, in milliseconds since 1970
 * @param rate entries a second; 0: all are there from the beginning
 * @param limit how many entries there ever are
 */
record Timeline(long begin, long rate, long limit) {
  private static final long MILLIS = 1000;

  /** Returns how many entries there are at a moment. */
  long entriesAt(long nowMillis) {
    if (nowMillis < begin) {
      return 0;
    }
    if (rate == 0) {
      return limit;
    }
    long times = (nowMillis - begin + 1) * rate;
    return Math.min(limit, (times + MILLIS - 1) / MILLIS);
  }

  /** Returns when an entry comes into being, in milliseconds since 1970. */
  long millisOf(long entry) {
    return rate == 0 ? begin : begin + entry * MILLIS / rate;
  }

  /** Returns the ts of an entry, where there is a rate; each has its own, growing. */
  Tso tsOf(long entry) {
    long millis = millisOf(entry);
    long firstOfMilli = ((millis - begin) * rate + MILLIS - 1) / MILLIS;
    return Tso.ofMillis(millis, (int) (entry - firstOfMilli) + 1);
  }

  /** Returns the first of the first {@code entries} entries that is later than a ts. */
  long firstAfter(Tso ts, long entries) {
    long low = 0;
    long high = entries;
    while (low < high) {
      long middle = (low + high) >>> 1;
      if (tsOf(middle).isAfter(ts)) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }
}
