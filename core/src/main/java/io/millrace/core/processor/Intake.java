package io.millrace.core.processor;

import io.millrace.api.Tso;
import io.millrace.api.event.ChangeEvent;
import io.millrace.api.event.Resolved;
import io.millrace.api.event.RowBatch;
import io.millrace.api.event.SchemaChange;
import io.millrace.api.event.SourcePosition;
import io.millrace.api.source.ChangeStream;
import io.millrace.core.filter.ChangefeedFilter;
import io.millrace.core.schedule.Points;
import io.millrace.core.worker.Worker;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads a stream, keeps what the processor is to deliver, and stops at each schema change that
 * concerns the changefeed until it is released, and at the target ts for good.
 *
 * <p><i>Threads:</i> its worker; {@link #close} any.
 */
final class Intake implements Worker {
  private final Supplier<ChangeStream> opener;
  private final ChangefeedFilter filter;
  private final RowFilter rows;
  private final Tso target;
  private final Handover handover;
  private final Duration patience;
  private final Consumer<Throwable> onFailure;

  private final ArrayDeque<ChangeEvent> pending = new ArrayDeque<>();
  private final SourcePosition start;
  private Resolved last;
  private @Nullable SourcePosition done;
  private @Nullable SourcePosition barrier;
  private @Nullable ChangeEvent promisedBefore;
  private boolean resting;
  private volatile @Nullable ChangeStream stream;
  private volatile boolean closed;

  /**
   * Creates an intake.
   *
   * @param opener opens the stream, on first use
   * @param filter decides on schema changes
   * @param rows decides on rows
   * @param target the last ts wanted; zero: none
   * @param start where the processor begins
   * @param done the last schema change that is applied; empty: none
   * @param handover takes what is kept
   * @param patience how long a step may wait
   * @param onFailure told once what went wrong
   */
  Intake(
      Supplier<ChangeStream> opener,
      ChangefeedFilter filter,
      RowFilter rows,
      Tso target,
      Resolved start,
      Optional<SourcePosition> done,
      Handover handover,
      Duration patience,
      Consumer<Throwable> onFailure) {
    this.opener = opener;
    this.filter = filter;
    this.rows = rows;
    this.target = target;
    this.start = start.position();
    this.last = start;
    this.done = done.orElse(null);
    this.handover = handover;
    this.patience = patience;
    this.onFailure = onFailure;
  }

  @Override
  public boolean work() {
    if (resting || closed) {
      handover.rest(patience);
      return false;
    }
    try {
      return step();
    } catch (RuntimeException | Error e) {
      rest();
      if (!closed) {
        onFailure.accept(e);
      }
      return true;
    }
  }

  private void rest() {
    resting = true;
    pending.clear();
    ChangeStream open = stream;
    if (open != null) {
      open.close();
    }
  }

  private boolean step() {
    SourcePosition waiting = barrier;
    if (waiting != null) {
      if (!handover.isReleased(waiting, patience)) {
        return false;
      }
      done = waiting;
      barrier = null;
      return true;
    }
    boolean moved = false;
    if (pending.isEmpty()) {
      List<ChangeEvent> events = open().poll(patience);
      events.forEach(this::queue);
      moved = !events.isEmpty();
    }
    while (!pending.isEmpty() && barrier == null && !resting) {
      if (!pass(pending.element())) {
        return moved;
      }
      pending.poll();
      moved = true;
    }
    return moved;
  }

  private ChangeStream open() {
    ChangeStream open = stream;
    if (open == null) {
      open = opener.get();
      stream = open;
      if (closed) {
        open.close();
      }
    }
    return open;
  }

  private void queue(ChangeEvent event) {
    if (event instanceof RowBatch batch) {
      rows.keep(batch).ifPresent(pending::add);
    } else if (!(event instanceof Resolved resolved && resolved.position().isBefore(start))) {
      pending.add(event);
    }
  }

  /** Hands an event on if it is wanted; false: there was no room in time. */
  private boolean pass(ChangeEvent event) {
    if (isBehindTarget(event)) {
      boolean ended = handover.offer(atTarget(event), patience);
      if (ended) {
        rest();
      }
      return ended;
    }
    if (event instanceof RowBatch batch) {
      return promised(batch) && handover.offer(batch, patience);
    }
    if (event instanceof Resolved resolved) {
      last = resolved;
      return handover.offer(resolved, patience);
    }
    return meet((SchemaChange) event);
  }

  /**
   * Says of a row or schema change that is kept back that all before it has been handed on, so that
   * it is flushed; false: there was no room in time.
   */
  private boolean promised(ChangeEvent event) {
    if (promisedBefore == event || !handover.isHeld(event)) {
      return true;
    }
    Optional<Resolved> before = Optional.empty();
    if (event instanceof RowBatch batch && batch.slice() == 0) {
      before = Optional.of(Points.before(batch.position(), batch.commitTs(), last));
    } else if (event instanceof SchemaChange change) {
      before = Optional.of(Points.before(change.position(), change.commitTs(), last));
    }
    if (before.isPresent() && !handover.offer(before.get(), patience)) {
      return false;
    }
    promisedBefore = event;
    return true;
  }

  private boolean isBehindTarget(ChangeEvent event) {
    if (target.isZero()) {
      return false;
    }
    if (event instanceof Resolved resolved) {
      return resolved.ts().compareTo(target) >= 0;
    }
    Tso label =
        event instanceof RowBatch batch ? batch.commitTs() : ((SchemaChange) event).commitTs();
    return label.isAfter(target);
  }

  /** Returns the last promise: labels grow, so nothing up to the target follows. */
  private Resolved atTarget(ChangeEvent event) {
    SourcePosition at = event instanceof Resolved resolved ? resolved.position() : last.position();
    return new Resolved(target, at, last.restart());
  }

  private boolean meet(SchemaChange change) {
    SourcePosition at = change.position();
    SourcePosition before = done;
    // where the stream was opened before the start, to read on from an open XA transaction
    boolean old = at.isBefore(start) || (before != null && at.compareTo(before) <= 0);
    if (old || filter.decide(change) == ChangefeedFilter.Decision.IRRELEVANT) {
      return true;
    }
    if (!promised(change) || !handover.offer(change, patience)) {
      return false;
    }
    barrier = change.position();
    return true;
  }

  @Override
  public void close() {
    closed = true;
    ChangeStream open = stream;
    if (open != null) {
      open.close();
    }
    handover.close();
  }
}
