package io.millrace.core.text;

import io.millrace.api.event.ByteSink;

/**
 * Takes any bytes and appends each as the character of its number (ISO-8859-1), in UTF-8.
 *
 * <p><i>Threads:</i> one.
 */
public final class Latin1Text implements ByteSink {
  private final ByteBuilder out;

  /** Creates one that appends to {@code out}. */
  public Latin1Text(ByteBuilder out) {
    this.out = out;
  }

  @Override
  public void write(int value) {
    int c = value & 0xff;
    if (c < 0x80) {
      out.write(c);
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
