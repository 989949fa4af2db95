package io.millrace.api.store;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import java.time.Duration;
import java.util.Optional;

/** A running report of changes. <i>Threads:</i> one at a time. */
public interface Watch extends AutoCloseable {
  /**
   * Returns the changes of the next revision that has some below the prefix. A commit that was
   * acknowledged before the call, through any handle, counts, also without waiting.
   *
   * @param wait how long to wait for one; zero: not at all
   * @return empty if none came in that time
   * @throws CdcException {@link StandardErrorCode#STORE_COMPACTED} if changes were lost: close the
   *     watch and read again
   */
  Optional<Delta> poll(Duration wait);

  /** Ends the watch; a poll under way returns. */
  @Override
  void close();
}
