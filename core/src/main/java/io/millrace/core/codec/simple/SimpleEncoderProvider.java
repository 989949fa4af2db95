package io.millrace.core.codec.simple;

import io.millrace.api.codec.EncoderProvider;
import io.millrace.api.codec.EncoderRequest;
import io.millrace.api.codec.EventEncoder;

/**
 * Makes encoders of the protocol {@code simple} in JSON.
 *
 * <p>Parameters: {@code max-message-bytes}, {@code send-bootstrap-interval-in-sec} (default 120),
 * {@code send-bootstrap-in-msg-count} (default 10000), {@code large-message-handle-option}, {@code
 * large-message-handle-compression}, {@code claim-check-storage-uri}, {@code
 * claim-check-raw-value}, {@code encoding-format} (only {@code json}). <i>Source:</i> protocol
 * specification, 9.1. Other than there, nothing has a {@code tableID}; the version of a definition
 * is the commit ts of the first row met under it, and each encoder tells a definition before its
 * own rows.
 */
public final class SimpleEncoderProvider implements EncoderProvider {
  /** The protocol's name. */
  public static final String PROTOCOL = "simple";

  /** Creates a provider. */
  public SimpleEncoderProvider() {}

  @Override
  public EventEncoder open(EncoderRequest request) {
    return new SimpleEncoder(SimpleOptions.of(request.params()), request.zone(), request.clock());
  }
}
