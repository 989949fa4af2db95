package io.millrace.api.source;

import io.millrace.api.CdcException;
import io.millrace.api.event.ChangeEvent;
import java.time.Duration;
import java.util.List;

/**
 * The events of an upstream from one position on, in log order. The stream reconnects by itself; it
 * then goes on with the transaction it was in, from slice 0.
 *
 * <p><i>Threads:</i> {@link #poll} one at a time; {@link #close} from any thread.
 */
public interface ChangeStream extends AutoCloseable {
  /**
   * Returns what is ready, in log order. It wakes on arrival. While nothing happens upstream a
   * {@link io.millrace.api.event.Resolved} comes about once a second.
   *
   * @param wait how long to wait for the first event; zero: not at all
   * @return empty if nothing came in that time
   * @throws CdcException for what reconnecting cannot mend, naming the position; every later call
   *     throws it again
   */
  List<ChangeEvent> poll(Duration wait);

  /** Closes the stream; a poll under way returns or throws soon. Calling it again does nothing. */
  @Override
  void close();
}
