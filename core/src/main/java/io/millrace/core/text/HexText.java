package io.millrace.core.text;

import io.millrace.api.event.ByteSink;
import java.nio.charset.StandardCharsets;

/**
 * Takes any bytes and appends each as two lower-case hexadecimal digits.
 *
 * <p><i>Threads:</i> one.
 */
public final class HexText implements ByteSink {
  private static final byte[] DIGITS = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private final ByteBuilder out;

  /** Creates one that appends to {@code out}. */
  public HexText(ByteBuilder out) {
    this.out = out;
  }

  @Override
  public void write(int value) {
    out.write(DIGITS[value >> 4 & 0xf]);
    out.write(DIGITS[value & 0xf]);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    for (int i = offset; i < offset + length; i++) {
      write(bytes[i]);
    }
  }
}
