package io.millrace.core.source.mysql.row;

import io.millrace.api.event.ByteSink;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

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
          Map.entry("latin1", "windows-1252"),
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
      case "armscii8", "dec8", "geostd8", "hp8", "keybcs2", "swe7" -> {
        return new SingleBytes(StandardCharsets.ISO_8859_1, CharsetDifferences.of(charset));
      }
      default -> {
        String name = JAVA_NAMES.get(charset);
        if (name == null || !Charset.isSupported(name)) {
          return new Unknown(charset);
        }
        Charset java = Charset.forName(name);
        Map<Integer, Integer> differences = CharsetDifferences.of(charset);
        if (maxBytes(charset) == 1) {
          return new SingleBytes(java, differences);
        }
        return switch (charset) {
          case "gb18030", "ucs2", "utf16", "utf16le", "utf32" -> new Coded(java);
          default -> new MultiBytes(charset, java, differences);
        };
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

  /** Charsets whose characters are one to three bytes each: a table for each length. */
  private static final class MultiBytes extends CharsetText {
    /** EUC's mark of a character of three bytes. */
    private static final int THREE = 0x8f;

    private final String name;
    private final char[] singles = new char[1 << 8];
    private final char[] pairs = new char[1 << 16];
    private final char[] triples;

    MultiBytes(String name, Charset nearest, Map<Integer, Integer> differences) {
      this.name = name;
      this.triples = new char[size(THREE) == 3 ? 1 << 16 : 0];
      Arrays.fill(pairs, (char) Utf8Writer.UNKNOWN);
      for (int code = 0; code < singles.length; code++) {
        singles[code] = character(new byte[] {(byte) code}, nearest);
      }
      for (int code = 0; code < pairs.length; code++) {
        byte high = (byte) (code >> 8);
        if (size(code >> 8) == 2) {
          pairs[code] = character(new byte[] {high, (byte) code}, nearest);
        }
      }
      for (int code = 0; code < triples.length; code++) {
        byte[] bytes = {(byte) THREE, (byte) (code >> 8), (byte) code};
        triples[code] = character(bytes, nearest);
      }
      differences.forEach(
          (code, character) ->
              (code > 0xffff ? triples : pairs)[code & 0xffff] = (char) character.intValue());
    }

    private static char character(byte[] bytes, Charset charset) {
      String text = new String(bytes, charset);
      return text.length() == 1 ? text.charAt(0) : (char) Utf8Writer.UNKNOWN;
    }

    /** Returns the bytes of a character that begins so. */
    private int size(int first) {
      return switch (name) {
        case "gb2312" -> first >= 0xa1 && first <= 0xf7 ? 2 : 1;
        case "big5" -> first >= 0xa1 && first <= 0xf9 ? 2 : 1;
        case "sjis", "cp932" ->
            (first >= 0x81 && first <= 0x9f) || (first >= 0xe0 && first <= 0xfc) ? 2 : 1;
        case "ujis", "eucjpms" ->
            first == THREE ? 3 : first == 0x8e || (first >= 0xa1 && first <= 0xfe) ? 2 : 1;
        default -> first >= 0x81 && first <= 0xfe ? 2 : 1;
      };
    }

    private char character(byte[] bytes, int at, int size) {
      return switch (size) {
        case 1 -> singles[bytes[at] & 0xff];
        case 2 -> pairs[(int) BinaryNumbers.big(bytes, at, 2)];
        default -> triples[(int) BinaryNumbers.big(bytes, at + 1, 2)];
      };
    }

    @Override
    void write(byte[] bytes, int offset, int length, ByteSink out) {
      int end = offset + length;
      int size;
      for (int at = offset; at < end; at += size) {
        size = size(bytes[at] & 0xff);
        Utf8Writer.write(size > end - at ? Utf8Writer.UNKNOWN : character(bytes, at, size), out);
      }
    }

    @Override
    String text(byte[] bytes, int offset, int length) {
      StringBuilder text = new StringBuilder(length);
      int end = offset + length;
      int size;
      for (int at = offset; at < end; at += size) {
        size = size(bytes[at] & 0xff);
        text.append(size > end - at ? (char) Utf8Writer.UNKNOWN : character(bytes, at, size));
      }
      return text.toString();
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
    private final char[] table = new char[256];

    SingleBytes(Charset nearest, Map<Integer, Integer> differences) {
      for (int i = 0; i < table.length; i++) {
        table[i] = new String(new byte[] {(byte) i}, nearest).charAt(0);
      }
      differences.forEach((code, character) -> table[code] = (char) character.intValue());
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
