package io.millrace.core.codec.simple;

import io.millrace.api.StandardErrorCode;
import io.millrace.core.connector.LargeMessages;
import io.millrace.core.connector.Params;
import io.millrace.core.text.Messages;
import java.util.Map;
import java.util.Set;

/**
 * The parameters of an encoder.
 *
 * @param maxBytes the most a message may take, {@link Messages#OVERHEAD} included
 * @param bootstrapMillis after which time a definition is told again
 * @param bootstrapRows after how many rows a definition is told again
 * @param large what becomes of rows that are too large
 */
record SimpleOptions(long maxBytes, long bootstrapMillis, long bootstrapRows, LargeMessages large) {
  static SimpleOptions of(Map<String, String> values) {
    Params params = new Params(values, StandardErrorCode.CODEC_INVALID_CONFIG);
    params.word("encoding-format", "json", Set.of("json"));
    return new SimpleOptions(
        params.number("max-message-bytes", Messages.DEFAULT_MAX_BYTES, 1, Long.MAX_VALUE),
        1_000 * params.number("send-bootstrap-interval-in-sec", 120, 1, Integer.MAX_VALUE),
        params.number("send-bootstrap-in-msg-count", 10_000, 1, Integer.MAX_VALUE),
        LargeMessages.of(params));
  }
}
