package io.millrace.core.text;

import com.fasterxml.jackson.core.io.schubfach.DoubleToDecimal;
import com.fasterxml.jackson.core.io.schubfach.FloatToDecimal;
import io.millrace.api.event.ByteSink;
import java.math.BigDecimal;

/** Numbers as decimal digits. */
public final class NumberText {
  private static final long[] POWERS = new long[19];

  static {
    POWERS[0] = 1;
    for (int i = 1; i < POWERS.length; i++) {
      POWERS[i] = POWERS[i - 1] * 10;
    }
  }

  private NumberText() {}

  /** Writes a signed number. */
  public static void writeLong(long value, ByteSink out) {
    if (value < 0) {
      out.write('-');
      writeUnsigned(-value, out);
    } else {
      writeUnsigned(value, out);
    }
  }

  /** Writes an unsigned 64-bit number. */
  public static void writeUnsigned(long value, ByteSink out) {
    if (value < 0) {
      long high = Long.divideUnsigned(value, 10);
      writeUnsigned(high, out);
      out.write('0' + (int) (value - high * 10));
      return;
    }
    int digits = 1;
    while (digits < POWERS.length && value >= POWERS[digits]) {
      digits++;
    }
    writePadded(value, digits, out);
  }

  /**
   * Writes the last {@code digits} digits of a number that is not negative, with zeros in front.
   */
  public static void writePadded(long value, int digits, ByteSink out) {
    long rest = value;
    for (int i = digits - 1; i >= 0; i--) {
      long power = POWERS[i];
      long digit = rest / power;
      out.write('0' + (int) (digit % 10));
      rest -= digit * power;
    }
  }

  /**
   * Writes the shortest digits that give back the same 64-bit value, without exponent; NaN and
   * infinities as 0.
   */
  public static void writeDouble(double value, ByteSink out) {
    writePlain(Double.isFinite(value) ? DoubleToDecimal.toString(value) : "0", out);
  }

  /**
   * Writes the shortest digits that give back the same 32-bit value, without exponent; NaN and
   * infinities as 0.
   */
  public static void writeFloat(float value, ByteSink out) {
    writePlain(Float.isFinite(value) ? FloatToDecimal.toString(value) : "0", out);
  }

  private static void writePlain(String digits, ByteSink out) {
    int exponent = digits.indexOf('E');
    String plain = exponent < 0 ? digits : new BigDecimal(digits).toPlainString();
    int end = plain.length();
    int point = plain.indexOf('.');
    if (point >= 0) {
      while (plain.charAt(end - 1) == '0') {
        end--;
      }
      if (end - 1 == point) {
        end = point;
      }
    }
    for (int i = 0; i < end; i++) {
      out.write(plain.charAt(i));
    }
  }
}
