package io.millrace.core.text;

import io.millrace.api.event.ByteSink;
import java.nio.charset.StandardCharsets;

/**
 * Takes any bytes, in pieces of any size, and appends them in base64: standard alphabet, padded.
 *
 * <p><i>Threads:</i> one. Call {@link #end()} after each value.
 */
public final class Base64Text implements ByteSink {
  private static final byte[] DIGITS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
          .getBytes(StandardCharsets.US_ASCII);

  private final ByteBuilder out;
  private int bits;
  private int held;

  /** Creates one that appends to {@code out}. */
  public Base64Text(ByteBuilder out) {
    this.out = out;
  }

  @Override
  public void write(int value) {
    bits = bits << 8 | (value & 0xff);
    if (++held == 3) {
      writeDigits(4);
    }
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    for (int i = offset; i < offset + length; i++) {
      write(bytes[i]);
    }
  }

  private void writeDigits(int digits) {
    for (int i = 0; i < digits; i++) {
      out.write(DIGITS[bits >> (18 - 6 * i) & 0x3f]);
    }
    bits = 0;
    held = 0;
  }

  /** Ends the value. */
  public void end() {
    if (held == 1) {
      bits <<= 16;
      writeDigits(2);
      out.write('=');
      out.write('=');
    } else if (held == 2) {
      bits <<= 8;
      writeDigits(3);
      out.write('=');
    }
  }
}
