package io.millrace.core.text;

import java.nio.charset.StandardCharsets;

/**
 * What the bytes of a JSON string look like.
 *
 * <p><i>Source:</i> protocol specification, section 2: what Go's encoder escapes with HTML escaping
 * on, lower-case hex, {@code \n \r \t} as such and all other control characters by number.
 */
public final class JsonText {
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] REPLACEMENT = "\\ufffd".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] LINE_SEPARATOR = "\\u2028".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] PARAGRAPH_SEPARATOR = "\\u2029".getBytes(StandardCharsets.US_ASCII);

  /** By unsigned byte: whether it stands for itself without looking at its neighbours. */
  static final boolean[] PLAIN = new boolean[256];

  static {
    for (int i = 0x20; i < 0x80; i++) {
      PLAIN[i] = i != '"' && i != '\\' && i != '<' && i != '>' && i != '&';
    }
  }

  private JsonText() {}

  /** Appends a text as a JSON string with its quotes. */
  public static void writeString(String text, ByteBuilder out) {
    out.write('"');
    JsonEscaper escaper = new JsonEscaper(out);
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    escaper.write(bytes, 0, bytes.length);
    escaper.end();
    out.write('"');
  }

  /** Returns a text as a JSON string with its quotes. */
  public static String string(String text) {
    ByteBuilder out = new ByteBuilder(text.length() + 2);
    writeString(text, out);
    return new String(out.array(), 0, out.size(), StandardCharsets.UTF_8);
  }

  /** Appends an ASCII character that is not {@link #PLAIN}. */
  static void writeEscaped(int c, ByteBuilder out) {
    out.write('\\');
    switch (c) {
      case '"', '\\' -> out.write(c);
      case '\n' -> out.write('n');
      case '\r' -> out.write('r');
      case '\t' -> out.write('t');
      default -> {
        out.write('u');
        out.write('0');
        out.write('0');
        out.write(HEX[c >> 4]);
        out.write(HEX[c & 0xf]);
      }
    }
  }

  static void writeReplacement(ByteBuilder out) {
    out.write(REPLACEMENT);
  }

  /** Returns whether a valid sequence of three bytes is U+2028 or U+2029. */
  static boolean isSeparator(byte[] in, int at) {
    return in[at] == (byte) 0xe2 && in[at + 1] == (byte) 0x80 && (in[at + 2] & 0xfe) == 0xa8;
  }

  static void writeSeparator(byte last, ByteBuilder out) {
    out.write((last & 1) == 0 ? LINE_SEPARATOR : PARAGRAPH_SEPARATOR);
  }

  /**
   * Returns the length of the UTF-8 sequence that begins with a byte above 7F; 0 when {@code end}
   * comes before its end; -1 when it is invalid.
   */
  public static int sequence(byte[] in, int at, int end) {
    int first = in[at] & 0xff;
    int length = first < 0xc2 || first > 0xf4 ? -1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (length < 0) {
      return -1;
    }
    for (int i = 1; i < length; i++) {
      if (at + i == end) {
        return 0;
      }
      int next = in[at + i] & 0xff;
      int least = i > 1 ? 0x80 : first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
      int most = i > 1 ? 0xbf : first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
      if (next < least || next > most) {
        return -1;
      }
    }
    return length;
  }
}
