package io.millrace.core.filter;

import java.util.Optional;
import java.util.function.IntPredicate;

/**
 * A place in the text of a regular expression, and the reading of what stands for one code point
 * there: characters, escapes and classes.
 */
final class RegexCursor {
  private static final int MAX_HEX_DIGITS = 7;

  /** How far names and counts may reach; a bound keeps the reading of long texts linear. */
  private static final int NEAR = 32;

  private static final String BAD_ESCAPE = "invalid escape sequence";
  private static final String BAD_RANGE = "invalid character class range";

  private final String text;
  private int at;

  RegexCursor(String text) {
    this.text = text;
  }

  /** Returns how many characters have been read. */
  int place() {
    return at;
  }

  boolean atEnd() {
    return at == text.length();
  }

  void moveTo(int place) {
    at = place;
  }

  void skip(int characters) {
    at += characters;
  }

  /** Goes over a character if it is the next one. */
  boolean skipIf(char c) {
    boolean there = peek(c);
    at += there ? 1 : 0;
    return there;
  }

  /** Returns what was read from a place on. */
  String since(int begin) {
    return text.substring(begin, at);
  }

  /** Takes {@code \d \pN} and their kin. */
  Optional<IntPredicate> namedSet(boolean ignoreCase) throws RegexSyntaxException {
    if (!peek('\\') || at + 1 == text.length()) {
      return Optional.empty();
    }
    char letter = text.charAt(at + 1);
    if (letter != 'p' && letter != 'P') {
      Optional<IntPredicate> perl = CharSet.perl(letter, ignoreCase);
      at += perl.isPresent() ? 2 : 0;
      return perl;
    }
    int begin = at;
    at += 2;
    String name;
    if (peek('{')) {
      int close = text.indexOf('}', at);
      if (close < 0) {
        throw new RegexSyntaxException(BAD_RANGE, text.substring(begin));
      }
      name = text.substring(at + 1, close);
      at = close + 1;
    } else {
      name = at < text.length() ? Character.toString(next()) : "";
    }
    Optional<IntPredicate> set =
        name.isEmpty() ? Optional.empty() : CharSet.unicode(name, ignoreCase, letter == 'P');
    if (set.isEmpty()) {
      throw new RegexSyntaxException(BAD_RANGE, text.substring(begin, at));
    }
    return set;
  }

  /** Takes a backslash and what it makes of one or more characters: one code point. */
  int escapedChar() throws RegexSyntaxException {
    int begin = at++;
    if (at == text.length()) {
      throw new RegexSyntaxException("trailing backslash at end of expression", "");
    }
    int c = next();
    return switch (c) {
      case 'a' -> 7;
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'v' -> 11;
      case 'x' -> hexadecimal(begin);
      case '0' -> octal(0);
      case '1', '2', '3', '4', '5', '6', '7' -> {
        if (digit(at, 8) < 0) {
          throw new RegexSyntaxException(BAD_ESCAPE, text.substring(begin, at));
        }
        yield octal(c - '0');
      }
      default -> {
        if (c >= 0x80 || (CharSet.isWord(c) && c != '_')) {
          throw new RegexSyntaxException(BAD_ESCAPE, text.substring(begin, at));
        }
        yield c;
      }
    };
  }

  private int octal(int value) {
    int all = value;
    for (int i = 0; i < 2 && digit(at, 8) >= 0; i++) {
      all = all * 8 + digit(at++, 8);
    }
    return all;
  }

  private int hexadecimal(int begin) throws RegexSyntaxException {
    int close = peek('{') ? text.indexOf('}', at) : at + 1;
    int first = peek('{') ? at + 1 : at;
    int last = peek('{') ? close - 1 : close;
    int value = 0;
    boolean good = last >= first && last < text.length() && last - first < MAX_HEX_DIGITS;
    for (int i = first; good && i <= last; i++) {
      good = digit(i, 16) >= 0;
      value = value * 16 + digit(i, 16);
    }
    if (!good || value > Character.MAX_CODE_POINT) {
      throw new RegexSyntaxException(BAD_ESCAPE, text.substring(begin, at));
    }
    at = close + 1;
    return value;
  }

  /** Takes a class in brackets. */
  IntPredicate bracketed(boolean ignoreCase) throws RegexSyntaxException {
    int begin = at++;
    boolean negated = peek('^');
    at += negated ? 1 : 0;
    CharSet.Builder set = new CharSet.Builder();
    boolean first = true;
    while (first || !peek(']')) {
      if (at == text.length()) {
        throw new RegexSyntaxException("missing closing ]", text.substring(begin));
      }
      first = false;
      Optional<IntPredicate> named = posixSet(ignoreCase);
      if (named.isEmpty()) {
        named = namedSet(ignoreCase);
      }
      if (named.isPresent()) {
        set.set(named.get());
      } else {
        range(set, begin);
      }
    }
    at++;
    return set.build(ignoreCase, negated);
  }

  private Optional<IntPredicate> posixSet(boolean ignoreCase) throws RegexSyntaxException {
    int close = text.startsWith("[:", at) ? near(":]", at + 2) : -1;
    if (close < 0) {
      return Optional.empty();
    }
    int begin = at;
    at = close + 2;
    Optional<IntPredicate> set = CharSet.posix(text.substring(begin + 2, close), ignoreCase);
    if (set.isEmpty()) {
      throw new RegexSyntaxException(BAD_RANGE, text.substring(begin, at));
    }
    return set;
  }

  private void range(CharSet.Builder set, int classBegin) throws RegexSyntaxException {
    int begin = at;
    int low = peek('\\') ? escapedChar() : next();
    int high = low;
    if (peek('-') && at + 1 < text.length() && text.charAt(at + 1) != ']') {
      at++;
      if (at == text.length()) {
        throw new RegexSyntaxException("missing closing ]", text.substring(classBegin));
      }
      high = peek('\\') ? escapedChar() : next();
    }
    if (high < low) {
      throw new RegexSyntaxException(BAD_RANGE, text.substring(begin, at));
    }
    set.range(low, high);
  }

  private int digit(int index, int radix) {
    boolean ascii = index < text.length() && text.charAt(index) < 0x80;
    return ascii ? Character.digit(text.charAt(index), radix) : -1;
  }

  /** Returns where a text begins within the next few characters, or -1. */
  int near(String wanted, int from) {
    int limit = Math.min(text.length(), from + NEAR);
    for (int i = from; i < limit; i++) {
      if (text.startsWith(wanted, i)) {
        return i;
      }
    }
    return -1;
  }

  boolean peek(char c) {
    return at < text.length() && text.charAt(at) == c;
  }

  int next() {
    int c = text.codePointAt(at);
    at += Character.charCount(c);
    return c;
  }
}
