package io.millrace.core.text;

import io.millrace.api.event.ByteSink;

/**
 * Takes any bytes and appends each as the character of its number (ISO-8859-1), as the inside of a
 * JSON string in UTF-8.
 *
 * <p><i>Threads:</i> one.
 */
public final class Latin1JsonEscaper implements ByteSink {
  private final ByteBuilder out;

  /** Creates an escaper that appends to {@code out}. */
  public Latin1JsonEscaper(ByteBuilder out) {
    this.out = out;
  }

  @Override
  public void write(int value) {
    int c = value & 0xff;
    if (JsonText.PLAIN[c]) {
      out.write(c);
    } else if (c < 0x80) {
      JsonText.writeEscaped(c, out);
    } else {
      out.write(0xc0 | (c >> 6));
      out.write(0x80 | (c & 0x3f));
    }
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    for (int i = offset; i < offset + length; i++) {
      write(bytes[i]);
    }
  }
}
