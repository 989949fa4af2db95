package io.millrace.core.text;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.TableName;
import io.millrace.api.codec.MessageSink;
import io.millrace.core.connector.Compression;
import io.millrace.core.connector.LargeMessages;
import java.util.Arrays;

/**
 * Messages that wait to be handed over, in one run of bytes.
 *
 * <p><i>Threads:</i> one.
 */
public final class Messages {
  /** What a queue adds to a message at most, in bytes; it counts in {@code max-message-bytes}. */
  public static final int OVERHEAD = 36;

  /** The default of {@code max-message-bytes}. */
  public static final long DEFAULT_MAX_BYTES = 10L << 20;

  private static final int KEPT_BYTES = 4 << 20;
  private static final int FIELDS = 5;

  private final ByteBuilder bytes = new ByteBuilder(1 << 16);
  private int[] bounds = new int[64 * FIELDS];
  private int used;

  /** Creates an empty one. */
  public Messages() {}

  /** Returns the run of bytes to which keys and values are appended. */
  public ByteBuilder bytes() {
    return bytes;
  }

  /** Adds a message whose key and value lie in {@link #bytes()}; a length of -1: there is none. */
  public void add(int keyOffset, int keyLength, int valueOffset, int valueLength, int rows) {
    if (used == bounds.length) {
      bounds = Arrays.copyOf(bounds, used * 2);
    }
    bounds[used++] = keyOffset;
    bounds[used++] = keyLength;
    bounds[used++] = valueOffset;
    bounds[used++] = valueLength;
    bounds[used++] = rows;
  }

  /** Adds a message of one row without key, whose value goes on to the end of the bytes. */
  public void add(int valueOffset) {
    add(0, -1, valueOffset, bytes.size() - valueOffset, 1);
  }

  /** Hands all over, in order, and forgets them. */
  public void drain(MessageSink sink) {
    for (int i = 0; i < used; i += FIELDS) {
      sink.accept(
          bytes.array(), bounds[i], bounds[i + 1], bounds[i + 2], bounds[i + 3], bounds[i + 4]);
    }
    used = 0;
    bytes.clear(KEPT_BYTES);
  }

  /** Compresses what was appended from {@code start} on. */
  public static void compress(Compression how, ByteBuilder bytes, int start) {
    if (how != Compression.NONE) {
      byte[] compressed = how.compress(bytes.array(), start, bytes.size() - start);
      bytes.truncate(start);
      bytes.write(compressed);
    }
  }

  /** Hands over what was appended from {@code start} on as a message without rows and key. */
  public void handOver(int start, MessageSink sink) {
    sink.accept(bytes.array(), 0, -1, start, bytes.size() - start, 0);
    bytes.truncate(start);
  }

  /**
   * Returns the JSON members of the message that is sent instead of a large one: where that lies,
   * which was appended from {@code start} on and is written there, or that it is nowhere.
   *
   * @param onlyKey the name of the member that says that only the handle key is sent
   */
  public String instead(LargeMessages large, int start, String onlyKey) {
    return large
        .claims()
        .map(
            store ->
                store.write(
                    Arrays.copyOfRange(bytes.array(), start, bytes.size()), large.rawValue()))
        .map(location -> ",\"claimCheckLocation\":" + JsonText.string(location))
        .orElse(",\"" + onlyKey + "\":true");
  }

  /** Returns the error that a message takes more bytes than allowed. */
  public static CdcException tooLarge(TableName table, long size, long most) {
    return new CdcException(
        StandardErrorCode.MESSAGE_TOO_LARGE,
        "a message of table "
            + table
            + " takes "
            + size
            + " bytes, more than max-message-bytes "
            + most
            + "; raise it, or leave the table out by a filter rule");
  }
}
