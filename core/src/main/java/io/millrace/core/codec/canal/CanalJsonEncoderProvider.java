package io.millrace.core.codec.canal;

import io.millrace.api.codec.EncoderProvider;
import io.millrace.api.codec.EncoderRequest;
import io.millrace.api.codec.EventEncoder;

/**
 * Makes encoders of the protocol {@code canal-json}.
 *
 * <p>Parameters: {@code enable-tidb-extension}, {@code only-output-updated-columns}, {@code
 * content-compatible}, {@code delete-only-output-handle-key-columns}, {@code max-message-bytes},
 * {@code large-message-handle-option}, {@code large-message-handle-compression}, {@code
 * claim-check-storage-uri}, {@code claim-check-raw-value}. <i>Source:</i> protocol specification,
 * section 5, later version.
 */
public final class CanalJsonEncoderProvider implements EncoderProvider {
  /** The protocol's name. */
  public static final String PROTOCOL = "canal-json";

  /** Creates a provider. */
  public CanalJsonEncoderProvider() {}

  @Override
  public EventEncoder open(EncoderRequest request) {
    return new CanalJsonEncoder(
        CanalJsonOptions.of(request.params()), request.zone(), request.clock());
  }
}
