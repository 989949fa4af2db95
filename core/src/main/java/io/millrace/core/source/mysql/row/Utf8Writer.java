package io.millrace.core.source.mysql.row;

import io.millrace.api.event.ByteSink;

/** Characters as UTF-8. */
final class Utf8Writer {
  private Utf8Writer() {}

  /** Writes a string; a lone surrogate becomes U+FFFD. */
  static void write(String text, ByteSink out) {
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      write(c >= 0xd800 && c <= 0xdfff ? 0xfffd : c, out);
    }
  }

  /** Writes one character. */
  static void write(int c, ByteSink out) {
    if (c < 0x80) {
      out.write(c);
    } else if (c < 0x800) {
      out.write(0xc0 | (c >> 6));
      out.write(0x80 | (c & 0x3f));
    } else if (c < 0x10000) {
      out.write(0xe0 | (c >> 12));
      out.write(0x80 | (c >> 6 & 0x3f));
      out.write(0x80 | (c & 0x3f));
    } else {
      out.write(0xf0 | (c >> 18));
      out.write(0x80 | (c >> 12 & 0x3f));
      out.write(0x80 | (c >> 6 & 0x3f));
      out.write(0x80 | (c & 0x3f));
    }
  }
}
