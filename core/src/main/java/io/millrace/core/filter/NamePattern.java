package io.millrace.core.filter;

import java.util.function.Predicate;

/**
 * A pattern for the name of a schema, a table or a column.
 *
 * @param text the pattern as written
 * @param test decides about a name, which is in lower case where letter case is ignored
 */
record NamePattern(String text, Predicate<String> test) {
  /** Returns whether a name fits. */
  boolean matches(String name) {
    return test.test(name);
  }

  /** Returns a name in lower case, each code point by itself and without regard to any language. */
  static String lowerCase(String name) {
    StringBuilder lower = new StringBuilder(name.length());
    name.codePoints().map(Character::toLowerCase).forEach(lower::appendCodePoint);
    return lower.toString();
  }
}
