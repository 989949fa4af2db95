package io.millrace.core.sink.mysql;

import java.util.Set;

/**
 * Which characters the servers' charsets hold.
 *
 * <p><i>Source:</i> information_schema.character_sets of MySQL 8.0 and MariaDB 11.4.
 */
final class Charsets {
  private static final Set<String> ALL_OF_UNICODE =
      Set.of("utf8mb4", "utf16", "utf16le", "utf32", "gb18030");

  /** What has two or three bytes a character at most: the basic plane. */
  private static final Set<String> BASIC_PLANE = Set.of("utf8mb3", "ucs2");

  private static final Set<String> SMALLER =
      Set.of(
          "armscii8",
          "ascii",
          "big5",
          "cp1250",
          "cp1251",
          "cp1256",
          "cp1257",
          "cp850",
          "cp852",
          "cp866",
          "cp932",
          "dec8",
          "eucjpms",
          "euckr",
          "gb2312",
          "gbk",
          "geostd8",
          "greek",
          "hebrew",
          "hp8",
          "keybcs2",
          "koi8r",
          "koi8u",
          "latin1",
          "latin2",
          "latin5",
          "latin7",
          "macce",
          "macroman",
          "sjis",
          "swe7",
          "tis620",
          "ujis");

  private Charsets() {}

  /** Returns the charset of a collation. */
  static String of(String collation) {
    int end = collation.indexOf('_');
    return end < 0 ? collation : collation.substring(0, end);
  }

  /** Returns whether a charset holds all that another one does; true where one is not known. */
  static boolean holds(String holder, String held) {
    String to = holder.equals("utf8") ? "utf8mb3" : holder;
    String from = held.equals("utf8") ? "utf8mb3" : held;
    if (to.equals(from) || from.equals("ascii") || !isKnown(from) || !isKnown(to)) {
      return true;
    }
    return ALL_OF_UNICODE.contains(to)
        || (BASIC_PLANE.contains(to) && !ALL_OF_UNICODE.contains(from));
  }

  private static boolean isKnown(String charset) {
    return ALL_OF_UNICODE.contains(charset)
        || BASIC_PLANE.contains(charset)
        || SMALLER.contains(charset);
  }
}
