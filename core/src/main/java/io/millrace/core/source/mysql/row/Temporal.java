package io.millrace.core.source.mysql.row;

import io.millrace.api.event.ByteSink;
import io.millrace.api.event.TemporalBits;
import io.millrace.core.text.NumberText;

/**
 * Dates and times as row images have them.
 *
 * <p><i>Source:</i> MySQL's my_time packed formats; those without fractions from before MySQL 5.6
 * and with MariaDB's mysql56_temporal_format=OFF.
 */
final class Temporal {
  private static final long MICROS = 1_000_000;
  private static final long DAY_SECONDS = 86_400;

  /** 9999-12-31 23:59:59 as the old DATETIME has it. */
  private static final long LAST_OLD_DATETIME = 99991231235959L;

  private Temporal() {}

  /** Returns a DATE as {@link TemporalBits}. */
  static long date(byte[] b, int at) {
    int packed = BinaryNumbers.u24(b, at);
    return TemporalBits.pack(packed >> 9, packed >> 5 & 0xf, packed & 0x1f, 0, 0, 0, 0);
  }

  /** Returns a DATETIME as {@link TemporalBits}. */
  static long dateTime(byte[] b, int at, int fsp) {
    long whole = BinaryNumbers.big(b, at, 5) - 0x80_0000_0000L;
    if (whole < 0) {
      throw Unreadable.damaged("a DATETIME is negative");
    }
    int date = (int) (whole >> 17);
    int time = (int) whole & 0x1ffff;
    int yearMonth = date >> 5;
    return TemporalBits.pack(
        yearMonth / 13,
        yearMonth % 13,
        date & 0x1f,
        time >> 12,
        time >> 6 & 0x3f,
        time & 0x3f,
        micros(b, at + 5, fsp));
  }

  /** Returns a DATETIME of the old form, which writes its digits as one number. */
  static long oldDateTime(byte[] b, int at) {
    long digits = BinaryNumbers.i64(b, at);
    if (digits < 0 || digits > LAST_OLD_DATETIME) {
      throw Unreadable.damaged("a DATETIME holds " + digits);
    }
    int date = (int) (digits / 1_000_000);
    int time = (int) (digits % 1_000_000);
    return TemporalBits.pack(
        date / 10_000,
        date / 100 % 100 & 0xf,
        date % 100 & 0x1f,
        time / 10_000 & 0x1f,
        time / 100 % 100 & 0x3f,
        time % 100 & 0x3f,
        0);
  }

  /** Returns a TIME in signed microseconds. */
  static long time(byte[] b, int at, int fsp) {
    int fractionBytes = (fsp + 1) / 2;
    // The whole value is one big-endian number around a middle, so fractions of negative times
    // borrow from the seconds.
    long packed = BinaryNumbers.big(b, at, 3 + fractionBytes) - (0x80_0000L << (8 * fractionBytes));
    long size = Math.abs(packed);
    long seconds = size >> (8 * fractionBytes);
    long fraction = size & ((1L << (8 * fractionBytes)) - 1);
    long hours = seconds >> 12 & 0x3ff;
    long micros =
        (hours * 3600 + (seconds >> 6 & 0x3f) * 60 + (seconds & 0x3f)) * MICROS
            + fraction * scale(fractionBytes);
    return packed < 0 ? -micros : micros;
  }

  /** Returns a TIME of the old form in signed microseconds. */
  static long oldTime(byte[] b, int at) {
    int digits = BinaryNumbers.u24(b, at) << 8 >> 8;
    int size = Math.abs(digits);
    long micros = (size / 10_000 * 3600L + size / 100 % 100 * 60L + size % 100) * MICROS;
    return digits < 0 ? -micros : micros;
  }

  /** Returns a TIMESTAMP in microseconds since 1970, {@link TemporalBits#ZERO_TIMESTAMP} for 0. */
  static long timestamp(byte[] b, int at, int fsp) {
    long seconds = BinaryNumbers.big(b, at, 4);
    int micros = micros(b, at + 4, fsp);
    return seconds == 0 && micros == 0 ? TemporalBits.ZERO_TIMESTAMP : seconds * MICROS + micros;
  }

  /** Returns a TIMESTAMP of the old form. */
  static long oldTimestamp(byte[] b, int at) {
    long seconds = BinaryNumbers.little(b, at, 4);
    return seconds == 0 ? TemporalBits.ZERO_TIMESTAMP : seconds * MICROS;
  }

  /** Writes a date. */
  static void writeDate(long bits, ByteSink out) {
    NumberText.writePadded(TemporalBits.year(bits), 4, out);
    out.write('-');
    NumberText.writePadded(TemporalBits.month(bits), 2, out);
    out.write('-');
    NumberText.writePadded(TemporalBits.day(bits), 2, out);
  }

  /** Writes a date and time with {@code fsp} digits of the second's fraction. */
  static void writeDateTime(long bits, int fsp, ByteSink out) {
    writeDate(bits, out);
    out.write(' ');
    writeClock(TemporalBits.hour(bits), TemporalBits.minute(bits), TemporalBits.second(bits), out);
    writeFraction(TemporalBits.micros(bits), fsp, out);
  }

  /** Writes signed microseconds as a time. */
  static void writeTime(long micros, int fsp, ByteSink out) {
    long size = Math.abs(micros);
    if (micros < 0) {
      out.write('-');
    }
    long seconds = size / MICROS;
    long hours = seconds / 3600;
    if (hours < 100) {
      writeClock((int) hours, (int) (seconds / 60 % 60), (int) (seconds % 60), out);
    } else {
      NumberText.writePadded(hours / 100, hours < 1000 ? 1 : 2, out);
      writeClock((int) (hours % 100), (int) (seconds / 60 % 60), (int) (seconds % 60), out);
    }
    writeFraction((int) (size % MICROS), fsp, out);
  }

  /** Writes microseconds since 1970 as a date and time in UTC. */
  static void writeTimestamp(long micros, int fsp, ByteSink out) {
    writeDateTime(micros == TemporalBits.ZERO_TIMESTAMP ? 0 : utc(micros), fsp, out);
  }

  /** Returns microseconds since 1970, not negative, as {@link TemporalBits} in UTC. */
  static long utc(long micros) {
    long seconds = micros / MICROS;
    int second = (int) (seconds % DAY_SECONDS);
    // Civil date of a day number, in years that begin on March 1st so that leap days come last.
    long day = seconds / DAY_SECONDS + 719_468;
    long era = day / 146_097;
    long ofEra = day % 146_097;
    long yearOfEra = (ofEra - ofEra / 1_460 + ofEra / 36_524 - ofEra / 146_096) / 365;
    long ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    int shifted = (int) ((5 * ofYear + 2) / 153);
    int dayOfMonth = (int) (ofYear - (153L * shifted + 2) / 5 + 1);
    int month = shifted < 10 ? shifted + 3 : shifted - 9;
    int year = (int) (yearOfEra + era * 400) + (month <= 2 ? 1 : 0);
    return TemporalBits.pack(
        year,
        month,
        dayOfMonth,
        second / 3600,
        second / 60 % 60,
        second % 60,
        (int) (micros % MICROS));
  }

  private static void writeClock(int hour, int minute, int second, ByteSink out) {
    NumberText.writePadded(hour, 2, out);
    out.write(':');
    NumberText.writePadded(minute, 2, out);
    out.write(':');
    NumberText.writePadded(second, 2, out);
  }

  private static void writeFraction(int micros, int fsp, ByteSink out) {
    if (fsp > 0) {
      out.write('.');
      int digits = micros;
      for (int i = fsp; i < 6; i++) {
        digits /= 10;
      }
      NumberText.writePadded(digits, fsp, out);
    }
  }

  private static int micros(byte[] b, int at, int fsp) {
    int size = (fsp + 1) / 2;
    long micros = BinaryNumbers.big(b, at, size) * scale(size);
    if (micros >= MICROS) {
      throw Unreadable.damaged("a second has " + micros + " microseconds");
    }
    return (int) micros;
  }

  private static int scale(int fractionBytes) {
    return switch (fractionBytes) {
      case 1 -> 10_000;
      case 2 -> 100;
      default -> 1;
    };
  }
}
