package io.millrace.core.codec.canal;

import io.millrace.api.StandardErrorCode;
import io.millrace.core.connector.Params;
import java.util.Map;

/**
 * The parameters of an encoder.
 *
 * @param extension whether messages have {@code _tidb}, and watermarks exist
 * @param onlyUpdated whether {@code old} holds only what an update changed
 * @param fullTypes whether {@code mysqlType} shows widths, labels and the like
 * @param onlyKeyInDeletes whether deletes hold only the columns of the handle key
 * @param maxBytes the most a message may take, {@link #OVERHEAD} included
 */
record CanalJsonOptions(
    boolean extension,
    boolean onlyUpdated,
    boolean fullTypes,
    boolean onlyKeyInDeletes,
    long maxBytes) {
  /** What a queue adds to a message at most, in bytes. */
  static final int OVERHEAD = 36;

  private static final long DEFAULT_MAX_BYTES = 10L << 20;

  static CanalJsonOptions of(Map<String, String> values) {
    Params params = new Params(values, StandardErrorCode.SINK_INVALID_CONFIG);
    boolean compatible = params.flag("content-compatible", false);
    boolean onlyUpdated = params.flag("only-output-updated-columns", false);
    return new CanalJsonOptions(
        params.flag("enable-tidb-extension", false),
        onlyUpdated || compatible,
        compatible,
        params.flag("delete-only-output-handle-key-columns", false),
        params.number("max-message-bytes", DEFAULT_MAX_BYTES, 1, Long.MAX_VALUE));
  }
}
