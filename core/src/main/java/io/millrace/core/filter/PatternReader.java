package io.millrace.core.filter;

import java.util.function.Predicate;

/**
 * Reads the patterns of one rule from left to right.
 *
 * <p><i>Source:</i> the table filter language of the TiDB tools, as TiCDC reads it.
 */
final class PatternReader {
  private static final String SYNTAX = "syntax error: ";
  private static final String BAD_CLASS = SYNTAX + "failed to parse character class";

  private final String text;
  private final boolean caseSensitive;
  private int at;

  PatternReader(String text, boolean caseSensitive) {
    this.text = text;
    this.caseSensitive = caseSensitive;
  }

  boolean atEnd() {
    return at == text.length();
  }

  /** Goes over a dot if there is one. */
  boolean skipDot() {
    boolean dot = !atEnd() && text.charAt(at) == '.';
    at += dot ? 1 : 0;
    return dot;
  }

  /**
   * Takes one pattern.
   *
   * @param endsAtDot whether a plain pattern ends before a dot; otherwise a dot is an error
   */
  NamePattern next(boolean endsAtDot) throws RuleSyntaxException {
    if (atEnd()) {
      throw new RuleSyntaxException(SYNTAX + "missing pattern");
    }
    int begin = at;
    Predicate<String> test =
        switch (text.charAt(at)) {
          case '/' -> expression();
          case '"', '`' -> literal(quoted(text.charAt(at)));
          default -> plain(endsAtDot);
        };
    return new NamePattern(text.substring(begin, at), test);
  }

  private Predicate<String> literal(String name) {
    return (caseSensitive ? name : NamePattern.lowerCase(name))::equals;
  }

  private Predicate<String> regex(String expression) throws RuleSyntaxException {
    try {
      return Regex.compile(expression, !caseSensitive)::find;
    } catch (RegexSyntaxException e) {
      throw new RuleSyntaxException("invalid pattern: error parsing regexp: " + e.getMessage(), e);
    }
  }

  private Predicate<String> expression() throws RuleSyntaxException {
    StringBuilder expression = new StringBuilder();
    int i = at + 1;
    while (i < text.length() && text.charAt(i) != '/') {
      boolean escape = text.charAt(i) == '\\' && i + 1 < text.length();
      if (escape && text.charAt(i + 1) != '/') {
        expression.append('\\');
      }
      i += escape ? 1 : 0;
      expression.append(text.charAt(i++));
    }
    if (i >= text.length() || expression.isEmpty()) {
      throw new RuleSyntaxException(SYNTAX + "incomplete regexp");
    }
    at = i + 1;
    return regex(expression.toString());
  }

  /**
   * Takes a name in quotes; where pairing all quotes leaves none to close it, the last pair does.
   */
  private String quoted(char quote) throws RuleSyntaxException {
    int lastPair = -1;
    int i = at + 1;
    while (i < text.length()) {
      if (text.charAt(i) != quote) {
        i++;
        continue;
      }
      boolean first = i == at + 1;
      if (i + 1 < text.length() && text.charAt(i + 1) == quote) {
        lastPair = first ? lastPair : i;
        i += 2;
      } else if (first) {
        break;
      } else {
        return unquoted(quote, i);
      }
    }
    if (lastPair < 0) {
      throw new RuleSyntaxException(SYNTAX + "incomplete quoted identifier");
    }
    return unquoted(quote, lastPair);
  }

  private String unquoted(char quote, int close) {
    String inside = text.substring(at + 1, close);
    at = close + 1;
    return inside.replace("" + quote + quote, "" + quote);
  }

  private Predicate<String> plain(boolean endsAtDot) throws RuleSyntaxException {
    StringBuilder name = new StringBuilder();
    StringBuilder expression = new StringBuilder("(?s)^");
    boolean wild = false;
    while (!atEnd() && !(endsAtDot && text.charAt(at) == '.')) {
      char c = text.charAt(at++);
      switch (c) {
        case '*' -> expression.append(".*");
        case '?' -> expression.append('.');
        case '[' -> expression.append(bracketed());
        case '\\' -> appendQuoted(escaped(), name, expression);
        default -> appendQuoted(ordinary(c), name, expression);
      }
      wild |= c == '*' || c == '?' || c == '[';
    }
    return wild ? regex(expression.append('$').toString()) : literal(name.toString());
  }

  private static void appendQuoted(char c, StringBuilder name, StringBuilder expression) {
    name.append(c);
    if (c < 0x80 && !isLetterOrDigit(c)) {
      expression.append('\\');
    }
    expression.append(c);
  }

  private char escaped() throws RuleSyntaxException {
    if (atEnd()) {
      throw new RuleSyntaxException(SYNTAX + "cannot place \\ at end of line");
    }
    char c = text.charAt(at++);
    if (isLetterOrDigit(c)) {
      throw new RuleSyntaxException(
          "cannot escape a letter or number (\\" + c + "), it is reserved for future extension");
    }
    return c;
  }

  private static char ordinary(char c) throws RuleSyntaxException {
    if (c < 0x80 && !isLetterOrDigit(c) && c != '_' && c != '$') {
      throw new RuleSyntaxException("unexpected special character '" + c + "'");
    }
    return c;
  }

  /** Takes a class, of which the opening bracket has been read, as a class of an expression. */
  private String bracketed() throws RuleSyntaxException {
    int begin = at;
    StringBuilder expression = new StringBuilder("[");
    if (!atEnd() && text.charAt(at) == '!') {
      expression.append('^');
      at++;
    } else if (!atEnd() && text.charAt(at) == '^') {
      expression.append("\\^");
      at++;
    }
    while (!atEnd() && text.charAt(at) != ']') {
      char c = text.charAt(at++);
      if (c == '\\') {
        if (atEnd() || isLetterOrDigit(text.charAt(at))) {
          throw new RuleSyntaxException(BAD_CLASS);
        }
        c = text.charAt(at++);
        expression.append(c < 0x80 ? "\\" : "");
      }
      expression.append(c);
    }
    if (atEnd() || at == begin) {
      throw new RuleSyntaxException(BAD_CLASS);
    }
    at++;
    return expression.append(']').toString();
  }

  private static boolean isLetterOrDigit(char c) {
    return c != '_' && CharSet.isWord(c);
  }
}
