package io.millrace.core.sink.mysql;

import io.millrace.api.ChangefeedId;
import io.millrace.core.metrics.FeedMeter;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Counts rows that updates or deletes were to find downstream, and did not: it differs from the
 * upstream.
 *
 * <p><i>Threads:</i> any. <i>Source:</i> MySQL sink specification, 6.
 */
final class MissedRows {
  private static final Logger LOG = System.getLogger(MissedRows.class.getName());

  private final ChangefeedId changefeed;
  private final FeedMeter meter;
  private final AtomicBoolean told = new AtomicBoolean();

  MissedRows(ChangefeedId changefeed, FeedMeter meter) {
    this.changefeed = changefeed;
    this.meter = meter;
  }

  /** Adds those of a transaction that is committed; the first are logged. */
  void add(int rows) {
    if (rows == 0) {
      return;
    }
    meter.missed(rows);
    if (told.compareAndSet(false, true)) {
      LOG.log(
          Level.WARNING,
          "rows to update or delete are not there downstream, a verification tells which differ"
              + " changefeed={0} rows={1}",
          changefeed,
          rows);
    }
  }
}
