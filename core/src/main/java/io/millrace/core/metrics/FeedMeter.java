package io.millrace.core.metrics;

import com.google.common.base.Ticker;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/**
 * Measures the work of this capture on one changefeed, around its sink. Nothing is allocated.
 *
 * <p><i>Threads:</i> any. <i>Source:</i> buckets as those of TiCDC's metrics of the same meaning.
 */
public final class FeedMeter {
  private static final double NANOS = 1e9;
  private static final long NOT_WAITING = Long.MIN_VALUE;

  private final Ticker ticker;
  private final Histogram batchRows = Histogram.doubling(1, 18);
  private final Histogram flushSeconds = Histogram.doubling(0.002, 18);
  private final Histogram schemaChangeSeconds = Histogram.doubling(0.01, 18);
  private final LongAdder bytes = new LongAdder();
  private final LongAdder errors = new LongAdder();
  private final LongAdder missed = new LongAdder();
  private volatile long waitingSince = NOT_WAITING;

  FeedMeter(Ticker ticker) {
    this.ticker = ticker;
  }

  /** Returns the moment from which what ends later is measured. */
  public long begin() {
    return ticker.read();
  }

  /** Takes note of a batch that the sink has taken. */
  public void wrote(int rows, long itsBytes) {
    batchRows.observe(rows);
    bytes.add(itsBytes);
  }

  /** Takes note that what was asked for at a moment is durable. */
  public void flushed(long begin) {
    flushSeconds.observe(secondsSince(begin));
  }

  /** Takes note that the schema change begun at a moment is applied. */
  public void applied(long begin) {
    schemaChangeSeconds.observe(secondsSince(begin));
  }

  /** Takes note that the sink failed. */
  public void failed() {
    errors.increment();
  }

  /** Takes note of rows that updates or deletes were to find downstream, and did not. */
  public void missed(long rows) {
    missed.add(rows);
  }

  /** Takes note that work waits before a schema change from now on. */
  public void waits() {
    waitingSince = ticker.read();
  }

  /** Takes note that work waits no more. */
  public void goesOn() {
    waitingSince = NOT_WAITING;
  }

  private double secondsSince(long begin) {
    return (ticker.read() - begin) / NANOS;
  }

  /** Returns how many rows each batch had. */
  public Histogram batchRows() {
    return batchRows;
  }

  /** Returns how long it took until what was asked for was durable, in seconds. */
  public Histogram flushSeconds() {
    return flushSeconds;
  }

  /** Returns how long applying schema changes took, in seconds. */
  public Histogram schemaChangeSeconds() {
    return schemaChangeSeconds;
  }

  /** Returns how many bytes of rows the sink took, as the upstream logged them. */
  public long bytes() {
    return bytes.sum();
  }

  /** Returns how often the sink failed. */
  public long errors() {
    return errors.sum();
  }

  /** Returns how many rows updates or deletes were to find downstream, and did not. */
  public long missedRows() {
    return missed.sum();
  }

  /** Returns for how long work has waited before a schema change; empty: it does not. */
  public Optional<Duration> waiting() {
    long since = waitingSince;
    return since == NOT_WAITING
        ? Optional.empty()
        : Optional.of(Duration.ofNanos(ticker.read() - since));
  }
}
