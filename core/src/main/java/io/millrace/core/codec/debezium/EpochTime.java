package io.millrace.core.codec.debezium;

import io.millrace.api.event.TemporalBits;

/** Dates and times, packed as {@link TemporalBits} says, as distances from 1970 in UTC. */
final class EpochTime {
  private EpochTime() {}

  /** Returns whether there is such a day; the zero date and partly zero ones are none. */
  static boolean isDay(long packed) {
    int month = TemporalBits.month(packed);
    int day = TemporalBits.day(packed);
    return month > 0 && day > 0 && day <= daysIn(month, year(packed));
  }

  private static int daysIn(int month, int year) {
    return switch (month) {
      case 2 -> year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
      case 4, 6, 9, 11 -> 30;
      default -> 31;
    };
  }

  /** Returns the year; those below 100 count as two digits, as Debezium takes them. */
  private static int year(long packed) {
    int year = TemporalBits.year(packed);
    return year >= 100 ? year : year < 70 ? year + 2_000 : year + 1_900;
  }

  /** Returns the days since 1970, counted in years that begin in March. */
  static long days(long packed) {
    int month = TemporalBits.month(packed);
    long year = year(packed) - (month <= 2 ? 1L : 0L);
    long era = Math.floorDiv(year, 400L);
    long yearOfEra = year - era * 400;
    long dayOfYear =
        (153L * (month > 2 ? month - 3 : month + 9) + 2) / 5 + TemporalBits.day(packed) - 1;
    long dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
    return era * 146_097 + dayOfEra - 719_468;
  }

  /** Returns the microseconds since 1970. */
  static long micros(long packed) {
    long seconds =
        (TemporalBits.hour(packed) * 60L + TemporalBits.minute(packed)) * 60
            + TemporalBits.second(packed);
    return (days(packed) * 86_400 + seconds) * 1_000_000 + TemporalBits.micros(packed);
  }
}
