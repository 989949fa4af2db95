package io.millrace.core.text;

import io.millrace.api.event.ByteSink;
import io.millrace.api.event.TemporalBits;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;

/**
 * TIMESTAMP values as text in one zone: {@code 2021-08-31 23:59:59.123}.
 *
 * <p>The zone's offset is looked up once per time between two of its changes, so that values close
 * to each other cost no allocation. <i>Threads:</i> one.
 */
public final class TimestampText {
  private static final int[] MICROS_PER_DIGIT = {1_000_000, 100_000, 10_000, 1_000, 100, 10, 1};
  private static final long SECONDS_PER_DAY = 86_400;

  private final ZoneRules rules;
  private long validFrom = 1;
  private long validBefore;
  private int offset;

  /** Creates the texts of a zone. */
  public TimestampText(ZoneId zone) {
    rules = zone.getRules();
  }

  /**
   * Writes a value.
   *
   * @param micros microseconds since 1970 in UTC, or {@link TemporalBits#ZERO_TIMESTAMP}, which is
   *     the same text in every zone
   * @param fsp how many digits of the fraction, 0 to 6; the rest is cut off
   */
  public void write(long micros, int fsp, ByteSink out) {
    if (micros == TemporalBits.ZERO_TIMESTAMP) {
      writeDate(0, 0, 0, out);
      writeTime(0, out);
      writeFraction(0, fsp, out);
      return;
    }
    long utc = Math.floorDiv(micros, 1_000_000L);
    long local = utc + offsetAt(utc);
    writeDay(Math.floorDiv(local, SECONDS_PER_DAY), out);
    writeTime((int) Math.floorMod(local, SECONDS_PER_DAY), out);
    writeFraction((int) Math.floorMod(micros, 1_000_000L), fsp, out);
  }

  private int offsetAt(long utc) {
    if (utc >= validFrom && utc < validBefore) {
      return offset;
    }
    Instant instant = Instant.ofEpochSecond(utc);
    ZoneOffset found = rules.getOffset(instant);
    offset = found.getTotalSeconds();
    validFrom = Long.MIN_VALUE;
    validBefore = Long.MAX_VALUE;
    if (!rules.isFixedOffset()) {
      // The transition before the next second is the one this second already counts under.
      ZoneOffsetTransition last = rules.previousTransition(instant.plusSeconds(1));
      ZoneOffsetTransition next = rules.nextTransition(instant);
      validFrom = last == null ? Long.MIN_VALUE : last.toEpochSecond();
      validBefore = next == null ? Long.MAX_VALUE : next.toEpochSecond();
    }
    return offset;
  }

  /** The proleptic Gregorian date of a day number, counted in years that begin in March. */
  private static void writeDay(long epochDay, ByteSink out) {
    long day = epochDay + 719_468;
    long era = Math.floorDiv(day, 146_097L);
    int dayOfEra = (int) (day - era * 146_097);
    int yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
    int dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    int shifted = (5 * dayOfYear + 2) / 153;
    int month = shifted < 10 ? shifted + 3 : shifted - 9;
    int dayOfMonth = dayOfYear - (153 * shifted + 2) / 5 + 1;
    long year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0);
    writeDate((int) year, month, dayOfMonth, out);
  }

  private static void writeDate(int year, int month, int day, ByteSink out) {
    NumberText.writePadded(year, 4, out);
    out.write('-');
    NumberText.writePadded(month, 2, out);
    out.write('-');
    NumberText.writePadded(day, 2, out);
    out.write(' ');
  }

  private static void writeTime(int secondOfDay, ByteSink out) {
    NumberText.writePadded(secondOfDay / 3_600, 2, out);
    out.write(':');
    NumberText.writePadded(secondOfDay / 60 % 60, 2, out);
    out.write(':');
    NumberText.writePadded(secondOfDay % 60, 2, out);
  }

  private static void writeFraction(int micros, int fsp, ByteSink out) {
    if (fsp > 0) {
      out.write('.');
      NumberText.writePadded(micros / MICROS_PER_DIGIT[fsp], fsp, out);
    }
  }
}
