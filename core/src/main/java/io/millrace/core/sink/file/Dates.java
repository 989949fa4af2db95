package io.millrace.core.sink.file;

import io.millrace.api.Tso;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;

/**
 * By which dates of commit files are told apart.
 *
 * @param separator day, month, year or none
 * @param zone where days begin
 */
record Dates(String separator, ZoneId zone) {
  static final String DAY = "day";

  private static final DateTimeFormatter YEAR = DateTimeFormatter.ofPattern("yyyy", Locale.ROOT);
  private static final DateTimeFormatter MONTH =
      DateTimeFormatter.ofPattern("yyyy-MM", Locale.ROOT);

  /** Returns the dates of a separator, or empty if there is none of the name. */
  static Optional<Dates> of(String separator, ZoneId zone) {
    return switch (separator) {
      case DAY, "month", "year", "none" -> Optional.of(new Dates(separator, zone));
      default -> Optional.empty();
    };
  }

  boolean daily() {
    return separator.equals(DAY);
  }

  /** Returns the directory of a commit ts; empty if there is none. */
  String of(Tso ts) {
    return switch (separator) {
      case DAY -> day(ts).toString();
      case "month" -> MONTH.format(day(ts));
      case "year" -> YEAR.format(day(ts));
      default -> "";
    };
  }

  LocalDate day(Tso ts) {
    return LocalDate.ofInstant(ts.instant(), zone);
  }
}
