package io.millrace.core.connector;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import java.util.Optional;
import java.util.Set;

/**
 * What becomes of a row whose message would be larger than allowed.
 *
 * @param keyOnly whether its handle key is sent instead
 * @param claims where the whole message is written; only with {@code keyOnly}
 * @param rawValue whether only the value is written there
 * @param compression what all values are compressed by, before their sizes count
 */
public record LargeMessages(
    boolean keyOnly, Optional<ClaimStore> claims, boolean rawValue, Compression compression) {
  private static final String OPTION = "large-message-handle-option";

  /**
   * Reads the options.
   *
   * @throws CdcException {@link StandardErrorCode#CODEC_INVALID_CONFIG}; {@link
   *     StandardErrorCode#CONNECTOR_MISSING} if the compression needs a library
   */
  public static LargeMessages of(Params params) {
    Compression compression = Compression.of(params);
    return switch (params.word(OPTION, "none", Set.of("none", "handle-key-only", "claim-check"))) {
      case "handle-key-only" -> new LargeMessages(true, Optional.empty(), false, compression);
      case "claim-check" ->
          new LargeMessages(
              true,
              Optional.of(ClaimStore.of(params.text("claim-check-storage-uri").orElse(""))),
              params.flag("claim-check-raw-value", false),
              compression);
      default -> new LargeMessages(false, Optional.empty(), false, compression);
    };
  }
}
