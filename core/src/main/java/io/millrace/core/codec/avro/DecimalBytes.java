package io.millrace.core.codec.avro;

import io.millrace.core.text.ByteBuilder;
import java.util.Arrays;

/**
 * Turns decimal digits into the shortest two's complement of the number without its point, most
 * significant byte first.
 *
 * <p><i>Threads:</i> one.
 */
final class DecimalBytes {
  /** Enough for 72 digits; MySQL has at most 65. */
  private static final int WORDS = 8;

  private static final long LOW = 0xffffffffL;

  /** The least significant first. */
  private final int[] words = new int[WORDS];

  /** Appends the number whose text is the content of {@code digits}. */
  void write(ByteBuilder digits, ByteBuilder out) {
    boolean negative = read(digits);
    if (negative) {
      negate();
    }
    int sign = words[WORDS - 1] >> 31;
    int last = WORDS * 4 - 1;
    while (last > 0 && byteAt(last) == (byte) sign && (byteAt(last - 1) < 0) == (sign < 0)) {
      last--;
    }
    for (int i = last; i >= 0; i--) {
      out.write(byteAt(i));
    }
  }

  private boolean read(ByteBuilder digits) {
    Arrays.fill(words, 0);
    boolean negative = false;
    for (int i = 0; i < digits.size(); i++) {
      byte c = digits.array()[i];
      if (c == '-') {
        negative = true;
      } else if (c != '.') {
        append(c - '0');
      }
    }
    return negative;
  }

  private void append(int digit) {
    long carry = digit;
    for (int i = 0; i < WORDS; i++) {
      long product = (words[i] & LOW) * 10 + carry;
      words[i] = (int) product;
      carry = product >>> 32;
    }
  }

  private void negate() {
    long carry = 1;
    for (int i = 0; i < WORDS; i++) {
      long sum = (~words[i] & LOW) + carry;
      words[i] = (int) sum;
      carry = sum >>> 32;
    }
  }

  private byte byteAt(int index) {
    return (byte) (words[index / 4] >> (index % 4 * 8));
  }
}
