package io.millrace.core.codec.avro;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.core.connector.Params;
import io.millrace.core.text.Messages;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Map;
import java.util.Set;

/**
 * The parameters of an encoder.
 *
 * @param registry the schema registry's address
 * @param decimalsAsText whether DECIMAL is a string instead of bytes
 * @param unsignedAsText whether BIGINT UNSIGNED is a string instead of a long that wraps
 * @param extension whether values tell operation and commit ts
 * @param watermarks whether there are messages of watermarks and schema changes, for tests
 * @param maxBytes the most a message may take, {@link Messages#OVERHEAD} included
 */
record AvroOptions(
    URI registry,
    boolean decimalsAsText,
    boolean unsignedAsText,
    boolean extension,
    boolean watermarks,
    long maxBytes) {
  private static final String REGISTRY = "schema-registry";
  private static final String TEXT = "string";

  static AvroOptions of(Map<String, String> values) {
    Params params = new Params(values, StandardErrorCode.CODEC_INVALID_CONFIG);
    boolean extension = params.flag("enable-tidb-extension", false);
    return new AvroOptions(
        registry(params),
        params.word("avro-decimal-handling-mode", "precise", Set.of("precise", TEXT)).equals(TEXT),
        params
            .word("avro-bigint-unsigned-handling-mode", "long", Set.of("long", TEXT))
            .equals(TEXT),
        extension,
        extension && params.flag("avro-enable-watermark", false),
        params.number("max-message-bytes", Messages.DEFAULT_MAX_BYTES, 1, Long.MAX_VALUE));
  }

  private static URI registry(Params params) {
    String address =
        params
            .text(REGISTRY)
            .orElseThrow(
                () ->
                    new CdcException(
                        StandardErrorCode.PREPARE_AVRO_FAILED,
                        "prepare avro failed: Avro protocol requires parameter \"schema-registry\""));
    try {
      URI uri = new URI(address.replaceFirst("/+$", ""));
      if (uri.getHost() != null && Set.of("http", "https").contains(uri.getScheme())) {
        return uri;
      }
    } catch (URISyntaxException e) {
      throw new CdcException(
          StandardErrorCode.PREPARE_AVRO_FAILED,
          "prepare avro failed: the address in schema-registry cannot be read: " + e.getReason(),
          e);
    }
    throw new CdcException(
        StandardErrorCode.PREPARE_AVRO_FAILED,
        "prepare avro failed: schema-registry must be an address such as http://host:8081");
  }
}
