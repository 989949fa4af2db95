package io.millrace.core.source.mysql;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.event.SourcePosition;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A place of the log with all that is needed to go on from it.
 *
 * @param base the log files' name without the number, for instance {@code binlog}
 * @param file the number of the file
 * @param digits how many digits its name has at least
 * @param offset the offset in the file
 * @param stamp when the file was begun, in seconds since 1970, which tells it from another of the
 *     same name; 0 where not known
 * @param gtids the transactions before this place, those purged included; empty without GTIDs
 * @param mariaState MariaDB's last transaction of each domain and server before this place
 */
record LogPlace(
    String base, long file, int digits, long offset, long stamp, GtidSet gtids, String mariaState) {
  /** The offset of the first event in a file. */
  static final long FIRST = 4;

  /** Returns the beginning of a file. */
  static LogPlace of(String fileName, long offset) {
    int dot = fileName.lastIndexOf('.');
    try {
      String number = fileName.substring(dot + 1);
      long file = Long.parseLong(number);
      if (dot > 0 && file >= 0) {
        return new LogPlace(
            fileName.substring(0, dot), file, number.length(), offset, 0, new GtidSet(), "");
      }
    } catch (NumberFormatException e) {
      throw badName(fileName, e);
    }
    throw badName(fileName, null);
  }

  private static CdcException badName(
      String fileName, @org.jspecify.annotations.Nullable Exception cause) {
    String message = "the upstream names a log file '" + fileName + "' that has no number";
    return cause == null
        ? new CdcException(StandardErrorCode.SOURCE_UNREADABLE, message)
        : new CdcException(StandardErrorCode.SOURCE_UNREADABLE, message, cause);
  }

  /**
   * Reads a position.
   *
   * @throws CdcException {@link StandardErrorCode#SOURCE_CHANGED} if it has not what a stream needs
   */
  static LogPlace of(SourcePosition position) {
    Map<String, String> parts = new LinkedHashMap<>();
    for (String part : position.detail().split(";", -1)) {
      int equals = part.indexOf('=');
      if (equals > 0) {
        parts.put(part.substring(0, equals), part.substring(equals + 1));
      }
    }
    String base = parts.get("base");
    if (base == null) {
      throw new CdcException(
          StandardErrorCode.SOURCE_CHANGED,
          "a stream cannot be opened at " + position + ", which does not name the log file");
    }
    try {
      return new LogPlace(
          base,
          position.file(),
          Integer.parseInt(parts.getOrDefault("digits", "6")),
          position.offset(),
          Long.parseLong(parts.getOrDefault("stamp", "0")),
          GtidSet.parse(parts.getOrDefault("gtids", "")),
          parts.getOrDefault("state", ""));
    } catch (NumberFormatException e) {
      throw new CdcException(
          StandardErrorCode.SOURCE_CHANGED,
          "a stream cannot be opened at " + position + ", its detail is damaged",
          e);
    }
  }

  /** Returns the position, with this place's detail. */
  SourcePosition position(String server, int ordinal) {
    return new SourcePosition(server, file, offset, ordinal, detail());
  }

  private String detail() {
    StringBuilder text = new StringBuilder("base=").append(base);
    if (digits != 6) {
      text.append(";digits=").append(digits);
    }
    if (stamp != 0) {
      text.append(";stamp=").append(stamp);
    }
    if (!gtids.isEmpty()) {
      text.append(";gtids=").append(gtids);
    }
    if (!mariaState.isEmpty()) {
      text.append(";state=").append(mariaState);
    }
    return text.toString();
  }

  /** Returns the file's name. */
  String fileName() {
    String number = Long.toString(file);
    return base + "." + "0".repeat(Math.max(0, digits - number.length())) + number;
  }

  /** Returns {@code file:offset}, as messages name a place. */
  @Override
  public String toString() {
    return fileName() + ":" + offset;
  }
}
