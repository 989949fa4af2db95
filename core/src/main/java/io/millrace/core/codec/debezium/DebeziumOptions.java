package io.millrace.core.codec.debezium;

import io.millrace.api.StandardErrorCode;
import io.millrace.core.connector.Params;
import io.millrace.core.text.Messages;
import java.util.Map;

/**
 * The parameters of an encoder.
 *
 * @param schema whether messages hold their schema
 * @param oldValues whether updates have {@code before}
 * @param extension whether the schema's fields tell their {@code tidb_type}
 * @param cluster the name of the cluster, with which schemas' names begin
 * @param maxBytes the most a message may take, {@link Messages#OVERHEAD} included
 */
record DebeziumOptions(
    boolean schema, boolean oldValues, boolean extension, String cluster, long maxBytes) {
  static DebeziumOptions of(Map<String, String> values) {
    Params params = new Params(values, StandardErrorCode.CODEC_INVALID_CONFIG);
    return new DebeziumOptions(
        !params.flag("debezium-disable-schema", false),
        params.flag("debezium.output-old-value", true)
            && params.flag("debezium-output-old-value", true),
        params.flag("enable-tidb-extension", false),
        params.text("cluster-id").orElse("default"),
        params.number("max-message-bytes", Messages.DEFAULT_MAX_BYTES, 1, Long.MAX_VALUE));
  }
}
