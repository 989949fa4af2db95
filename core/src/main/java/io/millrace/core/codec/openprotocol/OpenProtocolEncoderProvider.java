package io.millrace.core.codec.openprotocol;

import io.millrace.api.codec.EncoderProvider;
import io.millrace.api.codec.EncoderRequest;
import io.millrace.api.codec.EventEncoder;

/**
 * Makes encoders of the protocol {@code open-protocol}, also called {@code default}.
 *
 * <p>Parameters: {@code max-message-bytes}, {@code max-batch-size}, {@code
 * only-output-updated-columns}, {@code delete-only-output-handle-key-columns}, {@code
 * open.output-old-value}, {@code large-message-handle-option}, {@code
 * large-message-handle-compression}, {@code claim-check-storage-uri}. <i>Source:</i> protocol
 * specification, section 4, later version.
 */
public final class OpenProtocolEncoderProvider implements EncoderProvider {
  /** The protocol's name. */
  public static final String PROTOCOL = "open-protocol";

  /** The protocol's old name. */
  public static final String OLD_NAME = "default";

  /** Creates a provider. */
  public OpenProtocolEncoderProvider() {}

  @Override
  public EventEncoder open(EncoderRequest request) {
    return new OpenProtocolEncoder(OpenProtocolOptions.of(request.params()), request.zone());
  }
}
