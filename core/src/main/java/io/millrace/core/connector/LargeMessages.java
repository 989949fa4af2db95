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
 */
public record LargeMessages(boolean keyOnly, Optional<ClaimStore> claims, boolean rawValue) {
  private static final String OPTION = "large-message-handle-option";
  private static final String COMPRESSION = "large-message-handle-compression";

  /**
   * Reads the options.
   *
   * @throws CdcException {@link StandardErrorCode#CODEC_INVALID_CONFIG}
   */
  public static LargeMessages of(Params params) {
    String compression = params.word(COMPRESSION, "none", Set.of("none", "snappy", "lz4"));
    if (!compression.equals("none")) {
      throw params.bad(COMPRESSION, compression, "none, the only one there is here");
    }
    return switch (params.word(OPTION, "none", Set.of("none", "handle-key-only", "claim-check"))) {
      case "handle-key-only" -> new LargeMessages(true, Optional.empty(), false);
      case "claim-check" ->
          new LargeMessages(
              true,
              Optional.of(ClaimStore.of(params.text("claim-check-storage-uri").orElse(""))),
              params.flag("claim-check-raw-value", false));
      default -> new LargeMessages(false, Optional.empty(), false);
    };
  }
}
