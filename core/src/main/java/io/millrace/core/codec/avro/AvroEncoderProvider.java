package io.millrace.core.codec.avro;

import io.millrace.api.codec.EncoderProvider;
import io.millrace.api.codec.EncoderRequest;
import io.millrace.api.codec.EventEncoder;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Makes encoders of the protocol {@code avro}, also called {@code flat-avro}.
 *
 * <p>Parameters: {@code schema-registry}, {@code avro-decimal-handling-mode}, {@code
 * avro-bigint-unsigned-handling-mode}, {@code enable-tidb-extension}, {@code
 * avro-enable-watermark}, {@code max-message-bytes}. Encoders of one registry share what they
 * registered. <i>Source:</i> protocol specification, section 7, later version.
 */
public final class AvroEncoderProvider implements EncoderProvider {
  /** The protocol's name. */
  public static final String PROTOCOL = "avro";

  /** The protocol's other name. */
  public static final String OTHER_NAME = "flat-avro";

  private final Map<URI, SchemaRegistry> registries = new ConcurrentHashMap<>();

  /** Creates a provider. */
  public AvroEncoderProvider() {}

  @Override
  public EventEncoder open(EncoderRequest request) {
    AvroOptions options = AvroOptions.of(request.params());
    return new AvroEncoder(options, registry(options), request.topic(), request.zone());
  }

  private SchemaRegistry registry(AvroOptions options) {
    return registries.computeIfAbsent(options.registry(), SchemaRegistry::new);
  }

  @Override
  public void dial(EncoderRequest request, Duration limit) {
    registry(AvroOptions.of(request.params())).check(limit);
  }
}
