package io.millrace.core.codec;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.codec.EncoderProvider;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/**
 * The message protocols there are.
 *
 * @param encoders by name, in lower case
 */
public record Protocols(Map<String, EncoderProvider> encoders) {
  /** Copies the map. */
  public Protocols {
    encoders = Map.copyOf(encoders);
  }

  /**
   * Returns the encoders of a protocol.
   *
   * @param name the protocol's name, in any letter case
   * @throws CdcException {@link StandardErrorCode#SINK_UNKNOWN_PROTOCOL}, naming those there are
   */
  public EncoderProvider of(String name) {
    EncoderProvider provider = encoders.get(name.toLowerCase(Locale.ROOT));
    if (provider == null) {
      throw new CdcException(
          StandardErrorCode.SINK_UNKNOWN_PROTOCOL,
          "unknown '"
              + name
              + "' message protocol for sink, known are "
              + String.join(", ", new TreeSet<>(encoders.keySet())));
    }
    return provider;
  }
}
