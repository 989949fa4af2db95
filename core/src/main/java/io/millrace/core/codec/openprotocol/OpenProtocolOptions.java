package io.millrace.core.codec.openprotocol;

import io.millrace.api.StandardErrorCode;
import io.millrace.core.connector.LargeMessages;
import io.millrace.core.connector.Params;
import io.millrace.core.text.Messages;
import java.util.Map;

/**
 * The parameters of an encoder.
 *
 * @param maxBytes the most a message may take, {@link Messages#OVERHEAD} included
 * @param maxRows the most rows in one message
 * @param onlyUpdated whether {@code p} holds only what an update changed
 * @param oldValues whether updates have {@code p} at all
 * @param onlyKeyInDeletes whether deletes hold only the columns of the handle key
 * @param large what becomes of rows that are too large
 */
record OpenProtocolOptions(
    long maxBytes,
    long maxRows,
    boolean onlyUpdated,
    boolean oldValues,
    boolean onlyKeyInDeletes,
    LargeMessages large) {
  static final String ONLY_KEY_IN_DELETES = "delete-only-output-handle-key-columns";

  static OpenProtocolOptions of(Map<String, String> values) {
    Params params = new Params(values, StandardErrorCode.CODEC_INVALID_CONFIG);
    return new OpenProtocolOptions(
        params.number("max-message-bytes", Messages.DEFAULT_MAX_BYTES, 1, Long.MAX_VALUE),
        params.number("max-batch-size", 16, 1, Long.MAX_VALUE),
        params.flag("only-output-updated-columns", false),
        params.flag("open.output-old-value", true),
        params.flag(ONLY_KEY_IN_DELETES, false),
        LargeMessages.of(params));
  }
}
