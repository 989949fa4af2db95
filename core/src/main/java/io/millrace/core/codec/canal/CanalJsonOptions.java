package io.millrace.core.codec.canal;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.core.connector.LargeMessages;
import io.millrace.core.connector.Params;
import io.millrace.core.text.Messages;
import java.util.Map;

/**
 * The parameters of an encoder.
 *
 * @param extension whether messages have {@code _tidb}, and watermarks exist
 * @param onlyUpdated whether {@code old} holds only what an update changed
 * @param fullTypes whether {@code mysqlType} shows widths, labels and the like
 * @param onlyKeyInDeletes whether deletes hold only the columns of the handle key
 * @param maxBytes the most a message may take, {@link Messages#OVERHEAD} included
 * @param large what becomes of rows that are too large
 */
record CanalJsonOptions(
    boolean extension,
    boolean onlyUpdated,
    boolean fullTypes,
    boolean onlyKeyInDeletes,
    long maxBytes,
    LargeMessages large) {
  static final String ONLY_KEY_IN_DELETES = "delete-only-output-handle-key-columns";

  static CanalJsonOptions of(Map<String, String> values) {
    Params params = new Params(values, StandardErrorCode.CODEC_INVALID_CONFIG);
    boolean compatible = params.flag("content-compatible", false);
    boolean onlyUpdated = params.flag("only-output-updated-columns", false);
    boolean extension = params.flag("enable-tidb-extension", false);
    LargeMessages large = LargeMessages.of(params);
    if (large.keyOnly() && !extension) {
      throw new CdcException(
          StandardErrorCode.CODEC_INVALID_CONFIG,
          "large-message-handle-option needs enable-tidb-extension=true with canal-json");
    }
    return new CanalJsonOptions(
        extension,
        onlyUpdated || compatible,
        compatible,
        params.flag(ONLY_KEY_IN_DELETES, false),
        params.number("max-message-bytes", Messages.DEFAULT_MAX_BYTES, 1, Long.MAX_VALUE),
        large);
  }
}
