package io.millrace.core.worker;

/**
 * A job done in bounded steps.
 *
 * <p><i>Threads:</i> {@link #work} one at a time; {@link #close} from any thread, also while a step
 * is under way.
 */
public interface Worker extends AutoCloseable {
  /**
   * Does one bounded step, and may wait for something to do for as long as its crew's patience.
   *
   * @return whether anything moved
   */
  boolean work();

  /**
   * Lets go of all that the worker holds; a step under way returns or throws soon. Calling it again
   * does nothing.
   */
  @Override
  void close();
}
