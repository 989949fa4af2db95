package io.millrace.api.codec;

import io.millrace.api.CdcException;

/** Makes encoders of one protocol. <i>Threads:</i> any. */
public interface EncoderProvider {
  /**
   * Returns a new encoder.
   *
   * @throws CdcException naming the parameter that is wrong
   */
  EventEncoder open(EncoderRequest request);
}
