package io.millrace.core;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What is wrong with what a builder was given, so that one error names all of it. */
final class Faults {
  private final List<CdcException> met = new ArrayList<>();

  /** Returns a value, or notes that it is wrong. */
  <T> Optional<T> read(Supplier<T> value) {
    try {
      return Optional.of(value.get());
    } catch (CdcException e) {
      met.add(e);
      return Optional.empty();
    }
  }

  /** Notes what a check throws. */
  void note(Runnable check) {
    try {
      check.run();
    } catch (CdcException e) {
      met.add(e);
    }
  }

  /** Notes a wrong value. */
  void check(boolean right, String name, Object value, String wanted) {
    if (!right) {
      met.add(
          new CdcException(
              StandardErrorCode.API_INVALID_PARAM,
              "invalid %s '%s', it must be %s".formatted(name, value, wanted)));
    }
  }

  /** Notes those of some names that do not match a pattern. */
  void checkAll(Pattern pattern, String name, Collection<String> values, String wanted) {
    for (String each : values) {
      check(pattern.matcher(each).matches(), name, each, wanted);
    }
  }

  /**
   * Returns if nothing is wrong.
   *
   * @throws CdcException naming all that is, under the code of the first
   */
  void raise() {
    if (met.size() == 1) {
      throw met.get(0);
    }
    if (!met.isEmpty()) {
      CdcException all =
          new CdcException(
              met.get(0).code(),
              met.stream().map(CdcException::getMessage).collect(Collectors.joining("; ")));
      met.forEach(all::addSuppressed);
      throw all;
    }
  }
}
