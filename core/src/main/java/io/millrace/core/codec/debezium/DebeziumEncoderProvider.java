package io.millrace.core.codec.debezium;

import io.millrace.api.codec.EncoderProvider;
import io.millrace.api.codec.EncoderRequest;
import io.millrace.api.codec.EventEncoder;

/**
 * Makes encoders of the protocol {@code debezium}.
 *
 * <p>Parameters: {@code debezium-disable-schema}, {@code debezium.output-old-value} (also {@code
 * debezium-output-old-value}), {@code enable-tidb-extension}, {@code cluster-id} (default {@code
 * default}), {@code max-message-bytes}. <i>Source:</i> protocol specification, 9.2. Other than
 * there, NULL is null even where the column has a default, and binary data has the schema type
 * {@code bytes}.
 */
public final class DebeziumEncoderProvider implements EncoderProvider {
  /** The protocol's name. */
  public static final String PROTOCOL = "debezium";

  /** Creates a provider. */
  public DebeziumEncoderProvider() {}

  @Override
  public EventEncoder open(EncoderRequest request) {
    return new DebeziumEncoder(DebeziumOptions.of(request.params()), request.clock());
  }
}
