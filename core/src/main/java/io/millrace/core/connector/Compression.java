package io.millrace.core.connector;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Set;
import net.jpountz.lz4.LZ4FrameOutputStream;
import org.xerial.snappy.Snappy;

/**
 * How encoders compress the value of each message, whatever the queue does.
 *
 * <p><i>Source:</i> protocol specification, section 10.
 */
public enum Compression {
  /** Not at all. */
  NONE,
  /** Snappy's block format. */
  SNAPPY,
  /** LZ4's frame format. */
  LZ4;

  private static final String OPTION = "large-message-handle-compression";

  /**
   * Reads the option.
   *
   * @throws CdcException {@link StandardErrorCode#CODEC_INVALID_CONFIG}; {@link
   *     StandardErrorCode#CONNECTOR_MISSING}
   */
  static Compression of(Params params) {
    String word = params.word(OPTION, "none", Set.of("none", "snappy", "lz4"));
    String what = OPTION + " '" + word + "'";
    return switch (word) {
      case "snappy" -> {
        Artifacts.require(what, "org.xerial.snappy.Snappy", "org.xerial:snappy-java");
        yield SNAPPY;
      }
      case "lz4" -> {
        Artifacts.require(what, "net.jpountz.lz4.LZ4FrameOutputStream", "at.yawk.lz4:lz4-java");
        yield LZ4;
      }
      default -> NONE;
    };
  }

  /**
   * Returns a run of bytes compressed.
   *
   * @throws CdcException {@link StandardErrorCode#ENCODE_FAILED} if the library fails
   */
  public byte[] compress(byte[] bytes, int offset, int length) {
    try {
      return switch (this) {
        case NONE -> Arrays.copyOfRange(bytes, offset, offset + length);
        case SNAPPY -> snappy(bytes, offset, length);
        case LZ4 -> lz4(bytes, offset, length);
      };
    } catch (IOException e) {
      throw new CdcException(
          StandardErrorCode.ENCODE_FAILED, OPTION + " " + this + " failed: " + e, e);
    }
  }

  private static byte[] snappy(byte[] bytes, int offset, int length) throws IOException {
    byte[] room = new byte[Snappy.maxCompressedLength(length)];
    int size = Snappy.compress(bytes, offset, length, room, 0);
    return Arrays.copyOf(room, size);
  }

  private static byte[] lz4(byte[] bytes, int offset, int length) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream(length / 2 + 64);
    try (LZ4FrameOutputStream frame = new LZ4FrameOutputStream(out)) {
      frame.write(bytes, offset, length);
    }
    return out.toByteArray();
  }
}
