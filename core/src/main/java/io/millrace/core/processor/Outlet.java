package io.millrace.core.processor;

import io.millrace.api.event.ChangeEvent;
import io.millrace.api.event.Resolved;
import io.millrace.api.event.RowBatch;
import io.millrace.api.event.SchemaChange;
import io.millrace.api.sink.Durable;
import io.millrace.api.sink.Sink;
import io.millrace.core.metrics.FeedMeter;
import io.millrace.core.schedule.Points;
import io.millrace.core.worker.Mandate;
import io.millrace.core.worker.Worker;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes what the intake hands over, and publishes how far it is durable. Before a schema change it
 * flushes all that lies before it, and says that it waits.
 *
 * <p><i>Threads:</i> its worker; {@link #close} and {@link #progress} any.
 */
final class Outlet implements Worker {
  /** How many events are written at most between two flushes, where more are at hand already. */
  private static final int UNFLUSHED = 256;

  /** How much of rows. */
  private static final long UNFLUSHED_BYTES = 16L << 20;

  private final Supplier<Sink> opener;
  private final Mandate mandate;
  private final Handover handover;
  private final Duration patience;
  private final FeedMeter meter;
  private final Consumer<Throwable> onFailure;

  private Resolved promised;
  private @Nullable SchemaChange change;
  private @Nullable Resolved beforeChange;
  private boolean wrote;
  private int unflushed;
  private long unflushedBytes;
  private @Nullable Resolved asked;
  private long askedAt;
  private boolean failed;
  private volatile Progress progress;
  private volatile @Nullable Sink sink;
  private volatile boolean closed;

  /**
   * Creates an outlet.
   *
   * @param opener opens the sink, on first use
   * @param start where the processor begins
   * @param mandate until when it may write
   * @param handover where events come from
   * @param patience how long a step may wait
   * @param meter measures what it does
   * @param onFailure told once what went wrong
   */
  Outlet(
      Supplier<Sink> opener,
      Resolved start,
      Mandate mandate,
      Handover handover,
      Duration patience,
      FeedMeter meter,
      Consumer<Throwable> onFailure) {
    this.opener = opener;
    this.promised = start;
    this.progress = new Progress(start, start.ts(), Optional.empty(), Optional.empty());
    this.mandate = mandate;
    this.handover = handover;
    this.patience = patience;
    this.meter = meter;
    this.onFailure = onFailure;
  }

  /** Returns how far it is; what it says of failures is not looked at. */
  Progress progress() {
    return progress;
  }

  @Override
  public boolean work() {
    if (failed || closed || !mandate.holds()) {
      handover.rest(patience);
      return false;
    }
    try {
      return step();
    } catch (RuntimeException | Error e) {
      failed = true;
      meter.goesOn();
      closeSink();
      if (!closed) {
        meter.failed();
        onFailure.accept(e);
      }
      return true;
    }
  }

  private boolean step() {
    Sink to = sink;
    if (to == null) {
      // Opening may take the place of a writer downstream: only then is it known who may write.
      open();
      return true;
    }
    SchemaChange waiting = change;
    if (waiting != null && handover.isReleased(waiting.position(), Duration.ZERO)) {
      change = null;
      beforeChange = null;
      progress = progress.waiting(Optional.empty());
      meter.goesOn();
      return true;
    }
    Optional<ChangeEvent> event = handover.take(patience);
    event.ifPresent(it -> take(it, to));
    if (event.isPresent() && change == null && !isMuch() && handover.hasNext()) {
      // what is written together is cheaper than what is waited for one by one
      return true;
    }
    unflushed = 0;
    unflushedBytes = 0;
    boolean flushed = flush(to);
    return event.isPresent() || flushed;
  }

  private boolean isMuch() {
    return unflushed >= UNFLUSHED || unflushedBytes >= UNFLUSHED_BYTES;
  }

  private void open() {
    Sink open = opener.get();
    sink = open;
    if (closed) {
      open.close();
    }
  }

  private void take(ChangeEvent event, Sink to) {
    unflushed++;
    if (event instanceof RowBatch batch) {
      // labels grow: nothing of a lower one comes any more
      progress = progress.read(batch.commitTs().previous());
      to.write(batch);
      meter.wrote(batch.rows().size(), batch.bytes());
      unflushedBytes += batch.bytes();
      wrote = true;
    } else if (event instanceof Resolved resolved) {
      promised = resolved;
      progress = progress.read(resolved.ts());
    } else {
      SchemaChange met = (SchemaChange) event;
      change = met;
      beforeChange = Points.before(met.position(), met.commitTs(), promised);
      progress = progress.read(met.commitTs().previous());
    }
  }

  /** Pushes what was written; true: more of it is durable than before. */
  private boolean flush(Sink to) {
    Resolved wanted = beforeChange == null ? promised : beforeChange;
    Resolved known = progress.checkpoint();
    if (reaches(known, wanted)) {
      return announce();
    }
    if (asked == null && wrote) {
      wrote = false;
      asked = wanted;
      askedAt = meter.begin();
    }
    Optional<Durable> durable = to.flush(wanted);
    if (durable.isEmpty() || reaches(known, durable.get().upTo())) {
      return false;
    }
    progress = progress.at(durable.get().upTo());
    measure();
    announce();
    return true;
  }

  /** Measures how long rows took, from when they were first asked for, to become durable. */
  private void measure() {
    Resolved first = asked;
    if (first != null && reaches(progress.checkpoint(), first)) {
      meter.flushed(askedAt);
      asked = null;
    }
  }

  /** Says that it waits before the schema change, once all before it is durable. */
  private boolean announce() {
    SchemaChange met = change;
    Resolved before = beforeChange;
    boolean news =
        met != null
            && before != null
            && progress.waiting().isEmpty()
            && !progress.checkpoint().position().isBefore(before.position());
    if (news) {
      progress = progress.waiting(Optional.ofNullable(met));
      meter.waits();
    }
    return news;
  }

  private static boolean reaches(Resolved known, Resolved wanted) {
    return !known.position().isBefore(wanted.position()) && !wanted.ts().isAfter(known.ts());
  }

  private void closeSink() {
    Sink open = sink;
    if (open != null) {
      open.close();
    }
  }

  @Override
  public void close() {
    closed = true;
    meter.goesOn();
    handover.close();
    closeSink();
  }
}
