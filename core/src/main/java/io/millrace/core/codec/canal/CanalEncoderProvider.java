package io.millrace.core.codec.canal;

import io.millrace.api.StandardErrorCode;
import io.millrace.api.codec.EncoderProvider;
import io.millrace.api.codec.EncoderRequest;
import io.millrace.api.codec.EventEncoder;
import io.millrace.core.connector.Params;
import io.millrace.core.text.Messages;

/**
 * Makes encoders of the protocol {@code canal}.
 *
 * <p>Parameters: {@code max-message-bytes}, {@code delete-only-output-handle-key-columns}.
 * <i>Source:</i> protocol specification, section 6, later version; Canal 1.1.4.
 */
public final class CanalEncoderProvider implements EncoderProvider {
  /** The protocol's name. */
  public static final String PROTOCOL = "canal";

  /** Creates a provider. */
  public CanalEncoderProvider() {}

  @Override
  public EventEncoder open(EncoderRequest request) {
    Params params = new Params(request.params(), StandardErrorCode.CODEC_INVALID_CONFIG);
    return new CanalEncoder(
        params.number("max-message-bytes", Messages.DEFAULT_MAX_BYTES, 1, Long.MAX_VALUE),
        params.flag(CanalJsonOptions.ONLY_KEY_IN_DELETES, false),
        request.zone());
  }
}
