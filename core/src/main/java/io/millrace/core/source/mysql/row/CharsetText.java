package io.millrace.core.source.mysql.row;

import io.millrace.api.event.ByteSink;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Character strings of one of MySQL's charsets, as UTF-8 and as text. Bytes that are no character
 * of the charset become U+FFFD.
 *
 * <p><i>Threads:</i> any.
 */
abstract class CharsetText {
  private static final Map<String, String> JAVA_NAMES =
      Map.ofEntries(
          Map.entry("big5", "Big5"),
          Map.entry("cp850", "IBM850"),
          Map.entry("cp852", "IBM852"),
          Map.entry("cp866", "IBM866"),
          Map.entry("cp932", "windows-31j"),
          Map.entry("cp1250", "windows-1250"),
          Map.entry("cp1251", "windows-1251"),
          Map.entry("cp1256", "windows-1256"),
          Map.entry("cp1257", "windows-1257"),
          Map.entry("eucjpms", "x-eucJP-Open"),
          Map.entry("euckr", "x-windows-949"),
          Map.entry("gb2312", "GB2312"),
          Map.entry("gb18030", "GB18030"),
          Map.entry("gbk", "GBK"),
          Map.entry("greek", "ISO-8859-7"),
          Map.entry("hebrew", "ISO-8859-8"),
          Map.entry("koi8r", "KOI8-R"),
          Map.entry("koi8u", "KOI8-U"),
          Map.entry("latin2", "ISO-8859-2"),
          Map.entry("latin5", "ISO-8859-9"),
          Map.entry("latin7", "ISO-8859-13"),
          Map.entry("macce", "x-MacCentralEurope"),
          Map.entry("macroman", "x-MacRoman"),
          Map.entry("sjis", "Shift_JIS"),
          Map.entry("tis620", "TIS-620"),
          Map.entry("ucs2", "UTF-16BE"),
          Map.entry("ujis", "EUC-JP"),
          Map.entry("utf16", "UTF-16BE"),
          Map.entry("utf16le", "UTF-16LE"),
          Map.entry("utf32", "UTF-32BE"));

  private static final Map<String, CharsetText> KNOWN = new ConcurrentHashMap<>();

  /** Returns the charset of MySQL's name; one that is not known fails when a text is asked for. */
  static CharsetText of(String charset) {
    return KNOWN.computeIfAbsent(charset, CharsetText::create);
  }

  /** Returns the most bytes a character takes. */
  static int maxBytes(String charset) {
    return switch (charset) {
      case "big5", "cp932", "euckr", "gb2312", "gbk", "sjis", "ucs2" -> 2;
      case "eucjpms", "ujis", "utf8mb3", "utf8" -> 3;
      case "gb18030", "utf16", "utf16le", "utf32", "utf8mb4" -> 4;
      default -> 1;
    };
  }

  private static CharsetText create(String charset) {
    switch (charset) {
      case "utf8mb4", "utf8mb3", "utf8", "ascii", "binary" -> {
        return new Utf8();
      }
      default -> {
        SingleBytes table = SingleBytes.of(charset);
        if (table != null) {
          return table;
        }
        String name = JAVA_NAMES.get(charset);
        if (name == null || !Charset.isSupported(name)) {
          return new Unknown(charset);
        }
        Charset java = Charset.forName(name);
        return maxBytes(charset) == 1 ? SingleBytes.of(java) : new Coded(java);
      }
    }
  }

  /** Writes the characters of a stretch of bytes in UTF-8. */
  abstract void write(byte[] bytes, int offset, int length, ByteSink out);

  /** Returns the characters of a stretch of bytes. */
  abstract String text(byte[] bytes, int offset, int length);

  /** What is UTF-8 already. */
  private static final class Utf8 extends CharsetText {
    @Override
    void write(byte[] bytes, int offset, int length, ByteSink out) {
      out.write(bytes, offset, length);
    }

    @Override
    String text(byte[] bytes, int offset, int length) {
      return new String(bytes, offset, length, StandardCharsets.UTF_8);
    }
  }

  /** What the JDK knows. */
  private static final class Coded extends CharsetText {
    private final Charset charset;

    Coded(Charset charset) {
      this.charset = charset;
    }

    @Override
    void write(byte[] bytes, int offset, int length, ByteSink out) {
      Utf8Writer.write(text(bytes, offset, length), out);
    }

    @Override
    String text(byte[] bytes, int offset, int length) {
      return new String(bytes, offset, length, charset);
    }
  }

  /** What nobody knows. */
  private static final class Unknown extends CharsetText {
    private final String charset;

    Unknown(String charset) {
      this.charset = charset;
    }

    @Override
    void write(byte[] bytes, int offset, int length, ByteSink out) {
      throw refused();
    }

    @Override
    String text(byte[] bytes, int offset, int length) {
      throw refused();
    }

    private RuntimeException refused() {
      return Unreadable.refused(
          "text in the charset "
              + charset
              + " cannot be decoded; convert the column to utf8mb4 or leave its table out of the"
              + " changefeed's filter");
    }
  }

  /** Charsets whose characters are one byte each: a table of 256. */
  private static final class SingleBytes extends CharsetText {
    /** MySQL's latin1 is windows-1252, with the five codes that one leaves open as controls. */
    private static final String LATIN1 = "windows-1252";

    private final char[] table;

    private SingleBytes(char[] table) {
      this.table = table;
    }

    static @Nullable SingleBytes of(String charset) {
      if (!charset.equals("latin1")) {
        return null;
      }
      char[] table = table(Charset.forName(LATIN1));
      for (int code : new int[] {0x81, 0x8d, 0x8f, 0x90, 0x9d}) {
        table[code] = (char) code;
      }
      return new SingleBytes(table);
    }

    static SingleBytes of(Charset charset) {
      return new SingleBytes(table(charset));
    }

    private static char[] table(Charset charset) {
      char[] table = new char[256];
      for (int i = 0; i < table.length; i++) {
        table[i] = new String(new byte[] {(byte) i}, charset).charAt(0);
      }
      return table;
    }

    @Override
    void write(byte[] bytes, int offset, int length, ByteSink out) {
      int end = offset + length;
      int from = offset;
      for (int at = offset; at < end; at++) {
        int code = bytes[at] & 0xff;
        char c = table[code];
        if (c == code && c < 0x80) {
          continue;
        }
        if (at > from) {
          out.write(bytes, from, at - from);
        }
        Utf8Writer.write(c, out);
        from = at + 1;
      }
      if (end > from) {
        out.write(bytes, from, end - from);
      }
    }

    @Override
    String text(byte[] bytes, int offset, int length) {
      char[] chars = new char[length];
      for (int i = 0; i < length; i++) {
        chars[i] = table[bytes[offset + i] & 0xff];
      }
      return new String(chars);
    }
  }
}
