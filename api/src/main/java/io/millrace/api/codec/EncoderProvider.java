package io.millrace.api.codec;

import io.millrace.api.CdcException;
import java.time.Duration;

/** Makes encoders of one protocol. <i>Threads:</i> any. */
public interface EncoderProvider {
  /**
   * Returns a new encoder. It reaches nothing yet: what is wrong with the parameters alone shows
   * here, all else in {@link #dial} or with the first row.
   *
   * @throws CdcException naming the parameter that is wrong
   */
  EventEncoder open(EncoderRequest request);

  /**
   * Reaches what encoders need beside the sink, such as a schema registry; blocks no longer than
   * {@code limit}. Most protocols need nothing.
   *
   * @throws CdcException if it cannot be reached
   */
  default void dial(EncoderRequest request, Duration limit) {}
}
