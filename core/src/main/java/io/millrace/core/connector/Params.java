package io.millrace.core.connector;

import io.millrace.api.CdcException;
import io.millrace.api.ErrorCode;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Typed reading of URI parameters.
 *
 * <p>Booleans and durations are written as in Go: {@code 1 t T TRUE true True 0 f F FALSE false
 * False}; {@code 300ms}, {@code 1h30m}. <i>Source:</i> API v1, 4.2.
 */
public final class Params {
  private static final Set<String> TRUE = Set.of("1", "t", "T", "TRUE", "true", "True");
  private static final Set<String> FALSE = Set.of("0", "f", "F", "FALSE", "false", "False");
  private static final Pattern DURATION_PART =
      Pattern.compile("(\\d{1,15}(?:\\.\\d{1,9})?|\\.\\d{1,9})(ns|us|\u00b5s|\u03bcs|ms|s|m|h)");
  private static final Map<String, Long> NANOS =
      Map.of(
          "ns", 1L,
          "us", 1_000L,
          "\u00b5s", 1_000L,
          "\u03bcs", 1_000L,
          "ms", 1_000_000L,
          "s", 1_000_000_000L,
          "m", 60_000_000_000L,
          "h", 3_600_000_000_000L);

  private final Map<String, String> values;
  private final ErrorCode wrong;

  /**
   * Creates a reader.
   *
   * @param values the parameters by name
   * @param wrong the code of the error that names a bad one
   */
  public Params(Map<String, String> values, ErrorCode wrong) {
    this.values = values;
    this.wrong = wrong;
  }

  /** Returns a text, or empty where it is not given or empty. */
  public Optional<String> text(String name) {
    return Optional.ofNullable(values.get(name)).filter(v -> !v.isEmpty());
  }

  /** Returns a boolean. */
  public boolean flag(String name, boolean otherwise) {
    Optional<String> value = text(name);
    if (value.isEmpty()) {
      return otherwise;
    }
    if (TRUE.contains(value.get())) {
      return true;
    }
    if (FALSE.contains(value.get())) {
      return false;
    }
    throw bad(name, value.get(), "true or false");
  }

  /** Returns a whole number from {@code least} to {@code most}, both included. */
  public long number(String name, long otherwise, long least, long most) {
    Optional<String> value = text(name);
    if (value.isEmpty()) {
      return otherwise;
    }
    String wanted = "a whole number from " + least + " to " + most;
    long number;
    try {
      number = Long.parseLong(value.get());
    } catch (NumberFormatException e) {
      throw new CdcException(wrong, message(name, value.get(), wanted), e);
    }
    if (number < least || number > most) {
      throw bad(name, value.get(), wanted);
    }
    return number;
  }

  /** Returns a duration; a bare number is refused except 0. */
  public Duration duration(String name, Duration otherwise) {
    Optional<String> value = text(name);
    return value.isEmpty() ? otherwise : parseDuration(name, value.get());
  }

  private Duration parseDuration(String name, String text) {
    if (text.equals("0")) {
      return Duration.ZERO;
    }
    boolean negative = text.startsWith("-");
    Matcher part = DURATION_PART.matcher(text);
    int at = negative || text.startsWith("+") ? 1 : 0;
    double nanos = 0;
    boolean any = false;
    while (at < text.length() && part.region(at, text.length()).lookingAt()) {
      Long unit = NANOS.get(part.group(2));
      nanos += Double.parseDouble(part.group(1)) * (unit == null ? 0 : unit);
      at = part.end();
      any = true;
    }
    if (!any || at < text.length() || nanos > Long.MAX_VALUE) {
      throw bad(name, text, "a duration such as 300ms, 10s or 1h30m");
    }
    return Duration.ofNanos((long) (negative ? -nanos : nanos));
  }

  /** Returns one of a few words, compared without regard to letter case, in lower case. */
  public String word(String name, String otherwise, Set<String> words) {
    Optional<String> value = text(name);
    if (value.isEmpty()) {
      return otherwise;
    }
    String lower = value.get().toLowerCase(java.util.Locale.ROOT);
    if (!words.contains(lower)) {
      throw bad(name, value.get(), "one of " + String.join(", ", words.stream().sorted().toList()));
    }
    return lower;
  }

  /** Returns the error that a value is wrong. */
  public CdcException bad(String name, String value, String wanted) {
    return new CdcException(wrong, message(name, value, wanted));
  }

  private static String message(String name, String value, String wanted) {
    return "invalid " + name + " '" + value + "', it must be " + wanted;
  }
}
