package io.millrace.transport.jdkhttp;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an expression of Prometheus' query language asks for. Every word that is not known to be
 * something else counts as a metric.
 *
 * @param metrics the names of series
 * @param labels the labels that are matched or grouped by
 */
record Expression(Set<String> metrics, Set<String> labels) {
  private static final Pattern STRING = Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"");
  private static final Pattern RANGE = Pattern.compile("\\[[^]]*]");
  private static final Pattern MATCHERS = Pattern.compile("\\{([^}]*)}");
  private static final Pattern GROUPING =
      Pattern.compile("\\b(?:by|without|on|ignoring|group_left|group_right)\\s*\\(([^)]*)\\)");
  private static final Pattern WORD = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");
  private static final Pattern NUMBER = Pattern.compile("\\b[0-9][0-9a-zA-Z_.]*");
  private static final Set<String> OPERATORS = Set.of("and", "or", "unless", "bool", "offset");

  static Expression of(String text) {
    Set<String> labels = new HashSet<>();
    String plain = STRING.matcher(text).replaceAll("");
    plain = RANGE.matcher(plain).replaceAll("");
    plain = take(plain, MATCHERS, labels);
    plain = take(plain, GROUPING, labels);
    plain = NUMBER.matcher(plain).replaceAll("");
    Set<String> metrics = new HashSet<>();
    Matcher word = WORD.matcher(plain);
    while (word.find()) {
      boolean function = plain.substring(word.end()).stripLeading().startsWith("(");
      boolean operator = OPERATORS.contains(word.group().toLowerCase(Locale.ROOT));
      if (operator || (function && !word.group().contains(":"))) {
        continue;
      }
      metrics.add(word.group());
    }
    return new Expression(metrics, labels);
  }

  /** Adds the labels of all parts of a form, and returns what is left. */
  private static String take(String text, Pattern form, Set<String> labels) {
    Matcher part = form.matcher(text);
    StringBuilder rest = new StringBuilder();
    while (part.find()) {
      Matcher word = WORD.matcher(part.group(1));
      while (word.find()) {
        labels.add(word.group());
      }
      part.appendReplacement(rest, " ");
    }
    part.appendTail(rest);
    return rest.toString();
  }
}
