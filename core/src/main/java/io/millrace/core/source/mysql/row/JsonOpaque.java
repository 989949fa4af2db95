package io.millrace.core.source.mysql.row;

import io.millrace.api.event.ByteSink;
import io.millrace.api.event.TemporalBits;
import io.millrace.core.text.NumberText;
import java.util.Base64;

/** Values in JSON that are none of JSON's own types: numbers and times of SQL, and bytes. */
final class JsonOpaque {
  private static final int TIMESTAMP = 7;
  private static final int DATE = 10;
  private static final int TIME = 11;
  private static final int DATETIME = 12;
  private static final int DECIMAL = 246;

  /** Nine words of nine digits: the server computes with more digits than a column may have. */
  private static final int MOST_DIGITS = 81;

  private static final int FSP = 6;
  private static final int LINE = 76;

  private JsonOpaque() {}

  /** Writes a value of the type that MySQL numbers so. */
  static void write(byte[] b, int type, int at, int length, ByteSink out) {
    switch (type) {
      case DECIMAL -> writeDecimal(b, at, length, out);
      case DATE, DATETIME, TIMESTAMP, TIME -> {
        if (length != Long.BYTES) {
          throw Unreadable.damaged("a time in JSON has " + length + " bytes");
        }
        out.write('"');
        writeTemporal(type, BinaryNumbers.i64(b, at), out);
        out.write('"');
      }
      default -> {
        out.write('"');
        JsonText.writeAscii("base64:type", out);
        NumberText.writeLong(type, out);
        out.write(':');
        writeBase64(b, at, length, out);
        out.write('"');
      }
    }
  }

  private static void writeDecimal(byte[] b, int at, int length, ByteSink out) {
    int precision = length < 2 ? 0 : b[at] & 0xff;
    int scale = length < 2 ? 0 : b[at + 1] & 0xff;
    if (precision < 1
        || precision > MOST_DIGITS
        || scale > precision
        || WireType.decimalBytes(precision - scale) + WireType.decimalBytes(scale) != length - 2) {
      throw Unreadable.damaged(
          "a DECIMAL(" + precision + "," + scale + ") in JSON has " + length + " bytes");
    }
    PackedDecimal.write(b, at + 2, precision, scale, out);
  }

  /**
   * Writes a packed time: 24 bits of microseconds; above them 17 bits of hour, minute and second;
   * above them the day, and the month counted in years of 13.
   */
  private static void writeTemporal(int type, long packed, ByteSink out) {
    long size = Math.abs(packed);
    int micros = (int) size & 0xffffff;
    long whole = size >> 24;
    if (micros >= 1_000_000 || size < 0) {
      throw Unreadable.damaged("a time in JSON holds " + packed);
    }
    int second = (int) whole & 0x3f;
    int minute = (int) (whole >> 6) & 0x3f;
    if (type == TIME) {
      long hour = whole >> 12 & 0x3ff;
      long time = (hour * 3600 + minute * 60L + second) * 1_000_000L + micros;
      Temporal.writeTime(packed < 0 ? -time : time, FSP, out);
      return;
    }
    int yearMonth = (int) (whole >> 22);
    long bits =
        TemporalBits.pack(
            yearMonth / 13 & 0x3fff,
            yearMonth % 13,
            (int) (whole >> 17) & 0x1f,
            (int) (whole >> 12) & 0x1f,
            minute,
            second,
            micros);
    if (type == DATE) {
      Temporal.writeDate(bits, out);
    } else {
      Temporal.writeDateTime(bits, FSP, out);
    }
  }

  /** Writes bytes in base64, with the server's line break, escaped, after each 76 characters. */
  private static void writeBase64(byte[] b, int at, int length, ByteSink out) {
    byte[] value = new byte[length];
    System.arraycopy(b, at, value, 0, length);
    byte[] text = Base64.getEncoder().encode(value);
    for (int i = 0; i < text.length; i += LINE) {
      if (i > 0) {
        JsonText.writeAscii("\\n", out);
      }
      out.write(text, i, Math.min(LINE, text.length - i));
    }
  }
}
