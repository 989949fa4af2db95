package io.millrace.core.sink.consumer;

import io.millrace.api.event.Resolved;
import io.millrace.core.connector.OpenTransaction;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What was handed over, what of it is acknowledged, and which resolved events that covers.
 *
 * <p>Slices are numbered from 1 in order of delivery. To acknowledge one acknowledges all before
 * it. <i>Threads:</i> one; the sink's lock guards it.
 */
final class Acknowledgements {
  private final Deque<Ended> pending = new ArrayDeque<>();
  private final Deque<Mark> marks = new ArrayDeque<>();
  private long delivered;
  private long lastEnded;
  private long acknowledged;
  private long bytes;
  private long openBytes;
  private @Nullable Resolved durable;

  /** The last slice of a transaction that is not acknowledged, and the whole transaction's size. */
  private record Ended(long number, long bytes) {}

  /** A resolved event that counts as durable once a slice is acknowledged. */
  private record Mark(long number, Resolved resolved) {}

  /** Takes notice of a slice that is about to be handed over; returns its number. */
  long deliver(boolean voids, long size, boolean end) {
    if (voids) {
      openBytes = 0;
    }
    openBytes += size;
    delivered++;
    if (end) {
      lastEnded = delivered;
      bytes += openBytes;
      pending.add(new Ended(delivered, openBytes));
      openBytes = 0;
      release();
    }
    return delivered;
  }

  void acknowledge(long number) {
    acknowledged = Math.max(acknowledged, number);
    release();
  }

  private void release() {
    while (!pending.isEmpty() && pending.getFirst().number() <= acknowledged) {
      bytes -= pending.removeFirst().bytes();
    }
  }

  /** Returns the size of all ended transactions that are not acknowledged. */
  long pendingBytes() {
    return bytes;
  }

  /** Notes that a resolved event covers all transactions that have ended by now. */
  void mark(Resolved resolved) {
    Mark last = marks.peekLast();
    if (last != null && last.number() == lastEnded) {
      marks.removeLast();
      marks.add(new Mark(lastEnded, OpenTransaction.later(last.resolved(), resolved)));
    } else {
      marks.add(new Mark(lastEnded, resolved));
    }
  }

  /** Returns the latest resolved event all of whose rows are acknowledged. */
  Optional<Resolved> durable() {
    while (!marks.isEmpty() && marks.getFirst().number() <= acknowledged) {
      durable = OpenTransaction.later(durable, marks.removeFirst().resolved());
    }
    return Optional.ofNullable(durable);
  }
}
