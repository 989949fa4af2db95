package io.millrace.core.worker;

import java.time.Duration;
import java.util.function.Supplier;

/**
 * Keeps workers at work: with a thread each, or stepped by a test.
 *
 * <p><i>Threads:</i> any.
 */
public interface Crew {
  /**
   * Hires a worker.
   *
   * @param name names the worker and its thread; no two at a time may have the same
   * @param worker makes it, where it will work: it may do I/O
   * @throws IllegalStateException if a worker of that name is not gone yet
   */
  void hire(String name, Supplier<? extends Worker> worker);

  /** Closes a worker and has it do no further step; returns at once. Unknown names do nothing. */
  void dismiss(String name);

  /** Returns whether no step of a worker of this name runs or will run. */
  boolean isGone(String name);

  /** Returns how long a step may wait for something to do. */
  Duration patience();
}
