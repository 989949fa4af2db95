package io.millrace.core.text;

import com.fasterxml.jackson.core.io.schubfach.DoubleToDecimal;
import com.fasterxml.jackson.core.io.schubfach.FloatToDecimal;
import io.millrace.api.event.ByteSink;
import java.math.BigDecimal;
import java.math.MathContext;

/** Numbers as decimal digits. */
public final class NumberText {
  /** Below these only so few bits are left that one decimal digit may tell a value. */
  private static final double FEW_BITS_DOUBLE = 1e-320;

  private static final float FEW_BITS_FLOAT = 1e-42f;
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
    writePlain(Double.isFinite(value) ? shortest(value) : "0", out);
  }

  /**
   * Returns the shortest digits that give back the same finite 64-bit value, with a point, and with
   * an exponent where {@link Double#toString} has one.
   */
  public static String shortest(double value) {
    String digits = DoubleToDecimal.toString(value);
    if (value != 0 && Math.abs(value) < FEW_BITS_DOUBLE) {
      String shorter = oneDigit(digits).replace("E", ".0E");
      return Double.parseDouble(shorter) == value ? shorter : digits;
    }
    return digits;
  }

  /**
   * Writes the shortest digits that give back the same 32-bit value, without exponent; NaN and
   * infinities as 0.
   */
  public static void writeFloat(float value, ByteSink out) {
    writePlain(Float.isFinite(value) ? shortest(value) : "0", out);
  }

  private static String shortest(float value) {
    String digits = FloatToDecimal.toString(value);
    if (value != 0 && Math.abs(value) < FEW_BITS_FLOAT) {
      String shorter = oneDigit(digits);
      return Float.parseFloat(shorter) == value ? shorter : digits;
    }
    return digits;
  }

  /**
   * Writes the shortest digits that give back the same 64-bit value as JSON has them: with an
   * exponent below 1e-6 and from 1e21 on; NaN and infinities as 0.
   */
  public static void writeJsonDouble(double value, ByteSink out) {
    double size = Math.abs(value);
    if ((size >= 1e-6 && size < 1e21) || !Double.isFinite(value) || value == 0) {
      writeDouble(value, out);
    } else {
      writeExponent(shortest(value), out);
    }
  }

  /** Writes a 32-bit value as {@link #writeJsonDouble} writes one of 64 bits. */
  public static void writeJsonFloat(float value, ByteSink out) {
    float size = Math.abs(value);
    if ((size >= 1e-6f && size < 1e21f) || !Float.isFinite(value) || value == 0) {
      writeFloat(value, out);
    } else {
      writeExponent(shortest(value), out);
    }
  }

  private static void writeExponent(String digits, ByteSink out) {
    BigDecimal number = new BigDecimal(digits).stripTrailingZeros();
    String mantissa = number.unscaledValue().abs().toString();
    if (number.signum() < 0) {
      out.write('-');
    }
    out.write(mantissa.charAt(0));
    if (mantissa.length() > 1) {
      out.write('.');
    }
    for (int i = 1; i < mantissa.length(); i++) {
      out.write(mantissa.charAt(i));
    }
    int exponent = mantissa.length() - 1 - number.scale();
    out.write('e');
    out.write(exponent < 0 ? '-' : '+');
    writeUnsigned(Math.abs(exponent), out);
  }

  /** Rounds to one digit; the algorithm gives two even where one is enough. */
  private static String oneDigit(String digits) {
    return new BigDecimal(digits).round(new MathContext(1)).toString();
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
