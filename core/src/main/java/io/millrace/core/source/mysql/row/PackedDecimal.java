package io.millrace.core.source.mysql.row;

import io.millrace.api.event.ByteSink;
import io.millrace.core.text.NumberText;
import java.math.BigDecimal;

/**
 * DECIMAL as row images have it: groups of up to nine digits, big-endian, the first bit turned and
 * all bits turned once more for negative numbers, so that the bytes order as the numbers do.
 */
final class PackedDecimal {
  private static final int GROUP = 9;

  private PackedDecimal() {}

  /** Writes the number with exactly {@code scale} digits after the point. */
  static void write(byte[] b, int at, int precision, int scale, ByteSink out) {
    // A positive number has its first bit set.
    int turn = b[at] < 0 ? 0 : -1;
    if (turn != 0) {
      out.write('-');
    }
    int whole = precision - scale;
    int position = at;
    boolean started = false;
    int left = whole;
    while (left > 0) {
      int digits = left % GROUP == 0 ? GROUP : left % GROUP;
      int size = WireType.decimalBytes(digits);
      long group = group(b, position, size, turn, position == at, digits);
      if (started) {
        NumberText.writePadded(group, digits, out);
      } else if (group != 0) {
        NumberText.writeLong(group, out);
        started = true;
      }
      position += size;
      left -= digits;
    }
    if (!started) {
      out.write('0');
    }
    if (scale > 0) {
      out.write('.');
      left = scale;
      while (left > 0) {
        int digits = Math.min(GROUP, left);
        int size = WireType.decimalBytes(digits);
        NumberText.writePadded(group(b, position, size, turn, position == at, digits), digits, out);
        position += size;
        left -= digits;
      }
    }
  }

  /** Returns the number. */
  static BigDecimal value(byte[] b, int at, int precision, int scale) {
    ByteCollector text = new ByteCollector();
    write(b, at, precision, scale, text);
    return new BigDecimal(text.text());
  }

  private static long group(byte[] b, int at, int size, int turn, boolean first, int digits) {
    long bits = BinaryNumbers.big(b, at, size);
    if (first) {
      bits ^= 0x80L << (8 * (size - 1));
    }
    long mask = (1L << (8 * size)) - 1;
    long value = (bits ^ turn) & mask;
    if (value > limit(digits)) {
      throw Unreadable.damaged("a DECIMAL has " + value + " in a group of " + digits + " digits");
    }
    return value;
  }

  private static long limit(int digits) {
    long limit = 1;
    for (int i = 0; i < digits; i++) {
      limit *= 10;
    }
    return limit - 1;
  }
}
