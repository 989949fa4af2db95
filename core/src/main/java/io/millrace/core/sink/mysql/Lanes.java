package io.millrace.core.sink.mysql;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Queues of units, one for each connection that writes rows. Units that have a hash in common are
 * done in the order of their coming: in one lane, where all that are in front of a unit are in one,
 * else after them.
 *
 * <p><i>Threads:</i> one puts, one a lane takes; {@link #stop} any. <i>Source:</i> MySQL sink
 * specification, 5.
 */
final class Lanes {
  private static final int SLOTS = 1 << 18;

  /** Each lane holds the text of its batch, some times over. */
  private static final long BATCH_BYTES = 1 << 20;

  /** Behind a unit that is stuck, those that are done take little, but not nothing. */
  private static final int MOST_UNITS = 1 << 16;

  private final @Nullable Unit[] last = new Unit[SLOTS];
  private final List<ArrayDeque<Unit>> queues = new ArrayList<>();
  private final int[] queuedRows;
  private final ArrayDeque<Unit> inFlight = new ArrayDeque<>();
  private final ArrayDeque<Unit> movable = new ArrayDeque<>();
  private final int batchRows;
  private final long maxBytes;

  private long numbers;
  private long bytes;
  private int rows;
  private @Nullable RuntimeException failure;
  private boolean stopped;

  /**
   * Creates empty lanes.
   *
   * @param count how many
   * @param batchRows how many rows make a full batch
   * @param maxBytes how much may be in flight before putting blocks
   */
  Lanes(int count, int batchRows, long maxBytes) {
    for (int i = 0; i < count; i++) {
      queues.add(new ArrayDeque<>());
    }
    this.queuedRows = new int[count];
    this.batchRows = batchRows;
    this.maxBytes = maxBytes;
  }

  /** Puts a unit, and waits for room. */
  synchronized void put(Unit unit, long[] hashes) {
    while ((bytes > maxBytes || inFlight.size() >= MOST_UNITS) && !stopped && failure == null) {
      pause(0);
    }
    check();
    unit.number = ++numbers;
    inFlight.add(unit);
    bytes += unit.bytes();
    rows += unit.rows().size();
    for (long hash : hashes) {
      int slot = (int) ((hash ^ (hash >>> 32)) & (SLOTS - 1));
      Unit front = last[slot];
      if (front != null && !front.done && front != unit && !unit.before.contains(front)) {
        unit.before.add(front);
      }
      last[slot] = unit;
    }
    place(unit);
  }

  /** Queues a unit if its lane is decided, else lets it wait; then those that waited for it. */
  private void place(Unit unit) {
    movable.add(unit);
    placeMovable();
  }

  private void placeMovable() {
    for (Unit unit = movable.poll(); unit != null; unit = movable.poll()) {
      if (unit.lane < 0 && isQueued(unit)) {
        movable.addAll(unit.behind);
      }
    }
    notifyAll();
  }

  private boolean isQueued(Unit unit) {
    int lane = -1;
    boolean clear = true;
    for (Unit front : unit.before) {
      if (front.done) {
        continue;
      }
      clear &= front.lane >= 0 && (lane < 0 || lane == front.lane);
      lane = front.lane;
    }
    if (!clear) {
      park(unit);
      return false;
    }
    unit.before.clear();
    unit.lane = lane >= 0 ? lane : freeLane(unit);
    queues.get(unit.lane).add(unit);
    queuedRows[unit.lane] += unit.rows().size();
    return true;
  }

  private static void park(Unit unit) {
    if (!unit.waits) {
      unit.waits = true;
      for (Unit front : unit.before) {
        if (!front.done) {
          front.behind.add(unit);
        }
      }
    }
  }

  /** Returns the table's own lane, or the next that has not a full batch yet, or the emptiest. */
  private int freeLane(Unit unit) {
    int count = queues.size();
    int own = Math.floorMod(Long.hashCode(unit.plan().conflicts().tableHash()), count);
    int emptiest = own;
    for (int i = 0; i < count; i++) {
      int lane = (own + i) % count;
      if (queuedRows[lane] + unit.rows().size() <= batchRows) {
        return lane;
      }
      if (queuedRows[lane] < queuedRows[emptiest]) {
        emptiest = lane;
      }
    }
    return emptiest;
  }

  /**
   * Takes what a lane has, up to a full batch, but at least one unit; waits for it.
   *
   * @return empty where the lanes are stopped
   */
  synchronized List<Unit> take(int lane) {
    ArrayDeque<Unit> queue = queues.get(lane);
    while (queue.isEmpty() && !stopped) {
      pause(0);
    }
    List<Unit> batch = new ArrayList<>();
    int taken = 0;
    long takenBytes = 0;
    while (!stopped && !queue.isEmpty()) {
      Unit next = queue.element();
      int size = next.rows().size();
      if (taken > 0 && (taken + size > batchRows || takenBytes + next.bytes() > BATCH_BYTES)) {
        break;
      }
      batch.add(queue.remove());
      taken += size;
      takenBytes += next.bytes();
    }
    return batch;
  }

  /** Counts units as written. */
  synchronized void done(List<Unit> batch) {
    for (Unit unit : batch) {
      queuedRows[unit.lane] -= unit.rows().size();
      bytes -= unit.bytes();
      rows -= unit.rows().size();
      unit.done = true;
      unit.release();
    }
    for (Unit unit : batch) {
      movable.addAll(unit.behind);
      unit.behind.clear();
    }
    placeMovable();
    while (!inFlight.isEmpty() && inFlight.element().done) {
      inFlight.remove();
    }
  }

  /** Returns the number of the last unit up to which all are written. */
  synchronized long completed() {
    Unit first = inFlight.peek();
    return first == null ? numbers : first.number - 1;
  }

  /** Returns the number of the last unit put. */
  synchronized long put() {
    return numbers;
  }

  /** Returns whether so few rows are in flight that waiting for them costs nothing. */
  synchronized boolean isNearlyIdle() {
    return rows < batchRows;
  }

  /** Waits until all up to a number are written, or for a while. */
  synchronized void await(long number, long nanos) {
    long end = System.nanoTime() + nanos;
    while (completed() < number && !stopped && failure == null) {
      long left = (end - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return;
      }
      pause(left);
    }
  }

  /** Waits until nothing is in flight. */
  synchronized void awaitIdle() {
    while (!inFlight.isEmpty() && !stopped && failure == null) {
      pause(0);
    }
    check();
  }

  /** Lets time pass, less if the lanes are stopped. */
  synchronized void rest(long millis) {
    long end = System.nanoTime() + millis * 1_000_000;
    while (!stopped && failure == null) {
      long left = (end - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return;
      }
      pause(left);
    }
  }

  @SuppressWarnings("WaitNotInLoop") // every caller looks again
  private void pause(long millis) {
    try {
      wait(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stopped = true;
    }
  }

  /** Takes note that a lane can go no further: nothing more is put or taken. */
  synchronized void fail(RuntimeException why) {
    if (failure == null) {
      failure = why;
    }
    stopped = true;
    notifyAll();
  }

  /** Throws what a lane failed with, or that the lanes are stopped. */
  synchronized void check() {
    if (failure != null) {
      throw failure;
    }
    if (stopped) {
      throw new CdcException(
          StandardErrorCode.MYSQL_TXN_ERROR, "MySQL txn error: the sink is closed");
    }
  }

  /** Wakes all that wait; nothing more is taken. */
  synchronized void stop() {
    stopped = true;
    notifyAll();
  }

  synchronized boolean isStopped() {
    return stopped;
  }
}
