package io.millrace.core.codec.maxwell;

import io.millrace.api.StandardErrorCode;
import io.millrace.api.codec.EncoderProvider;
import io.millrace.api.codec.EncoderRequest;
import io.millrace.api.codec.EventEncoder;
import io.millrace.core.connector.Params;
import io.millrace.core.text.Messages;

/**
 * Makes encoders of the protocol {@code maxwell}.
 *
 * <p>Parameters: {@code max-message-bytes}, {@code delete-only-output-handle-key-columns}.
 * <i>Source:</i> protocol specification, section 8.
 */
public final class MaxwellEncoderProvider implements EncoderProvider {
  /** The protocol's name. */
  public static final String PROTOCOL = "maxwell";

  /** Creates a provider. */
  public MaxwellEncoderProvider() {}

  @Override
  public EventEncoder open(EncoderRequest request) {
    Params params = new Params(request.params(), StandardErrorCode.CODEC_INVALID_CONFIG);
    return new MaxwellEncoder(
        params.number("max-message-bytes", Messages.DEFAULT_MAX_BYTES, 1, Long.MAX_VALUE),
        params.flag(MaxwellEncoder.ONLY_KEY_IN_DELETES, false),
        request.zone());
  }
}
