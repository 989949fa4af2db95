package io.millrace.core.meta;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * The JSON of stored records: one object each, whose {@code v} names the version of the form.
 * Records are written component by component; ids, timestamps and instants as plain values; what is
 * empty is left out or null.
 *
 * <p><i>Threads:</i> any.
 */
public final class StoredJson {
  /** The version of the form that is written; a later one is refused. */
  static final int VERSION = 1;

  static final String VERSION_FIELD = "v";

  private StoredJson() {}

  /** Returns the text of a record. */
  public static String write(Object record) {
    try {
      return StartRecords.has(record.getClass())
          ? StartRecords.write(record)
          : AnyRecords.write(record);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Returns the record of a text.
   *
   * @param key where it stood, for the error
   * @throws CdcException {@link StandardErrorCode#STORE_FAILED} if it is no such record or of a
   *     later version
   */
  public static <T> T read(String key, String text, Class<T> type) {
    try {
      return type.cast(
          StartRecords.has(type)
              ? StartRecords.read(key, text, type)
              : AnyRecords.read(key, text, type));
    } catch (JsonProcessingException e) {
      throw unreadable(key, e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw unreadable(key, e.toString(), e);
    }
  }

  private static CdcException unreadable(String key, String why, Exception cause) {
    return new CdcException(
        StandardErrorCode.STORE_FAILED,
        "the stored record " + key + " cannot be read: " + why,
        cause);
  }

  /** Refuses a form that this release does not know. */
  static void checkVersion(String key, int version) {
    if (version != VERSION) {
      throw new CdcException(
          StandardErrorCode.STORE_FAILED,
          "the stored record "
              + key
              + " is of version "
              + version
              + ", this release reads version "
              + VERSION
              + "; use the release that wrote it");
    }
  }
}
