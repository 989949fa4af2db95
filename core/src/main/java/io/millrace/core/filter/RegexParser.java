package io.millrace.core.filter;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;

/**
 * Reads a regular expression of RE2's dialect with Perl's extensions.
 *
 * <p><i>Threads:</i> one at a time, for one text. <i>Source:</i> RE2's syntax as Go's {@code
 * regexp} reads it; its words for errors.
 */
final class RegexParser {
  private static final int MAX_REPEAT = 1000;
  private static final int MAX_DEPTH = 250;
  private static final int MAX_HEX_DIGITS = 7;

  /** How far names and counts may reach; a bound keeps the reading of long texts linear. */
  private static final int NEAR = 32;

  private static final String PERL_SYNTAX = "invalid or unsupported Perl syntax";
  private static final String BAD_ESCAPE = "invalid escape sequence";
  private static final String BAD_RANGE = "invalid character class range";
  private static final String BAD_COUNT = "invalid repeat count";

  private final String text;
  private int at;
  private int depth;
  private boolean ignoreCase;
  private boolean dotTakesLineFeed;
  private boolean multiLine;

  RegexParser(String text, boolean ignoreCase) {
    this.text = text;
    this.ignoreCase = ignoreCase;
  }

  RegexNode parse() throws RegexSyntaxException {
    RegexNode all = choice();
    if (at < text.length()) {
      throw new RegexSyntaxException("unexpected )", text);
    }
    return all;
  }

  private RegexNode choice() throws RegexSyntaxException {
    List<RegexNode> parts = new ArrayList<>();
    parts.add(sequence());
    while (peek('|')) {
      at++;
      parts.add(sequence());
    }
    return parts.size() == 1 ? parts.get(0) : new RegexNode.Choice(parts);
  }

  private RegexNode sequence() throws RegexSyntaxException {
    List<RegexNode> parts = new ArrayList<>();
    boolean repeated = false;
    while (at < text.length() && !peek('|') && !peek(')')) {
      int begin = at;
      Optional<int[]> count = repetition();
      if (count.isPresent()) {
        repeat(parts, count.get(), text.substring(begin, at), repeated);
        repeated = true;
      } else {
        part(parts);
        repeated = false;
      }
    }
    return parts.size() == 1 ? parts.get(0) : new RegexNode.Sequence(parts);
  }

  private static void repeat(List<RegexNode> parts, int[] count, String operator, boolean repeated)
      throws RegexSyntaxException {
    if (parts.isEmpty()) {
      throw new RegexSyntaxException("missing argument to repetition operator", operator);
    }
    if (repeated) {
      throw new RegexSyntaxException("invalid nested repetition operator", operator);
    }
    RegexNode last = parts.remove(parts.size() - 1);
    RegexNode.Repeat repeat = new RegexNode.Repeat(last, count[0], count[1]);
    if (Math.max(count[0], count[1]) > 1 && copies(repeat) > MAX_REPEAT) {
      throw new RegexSyntaxException(BAD_COUNT, operator);
    }
    parts.add(repeat);
  }

  /** Returns how often the most repeated part of a node is written out. */
  private static long copies(RegexNode node) {
    if (node instanceof RegexNode.Repeat repeat) {
      return Math.max(1, Math.max(repeat.least(), repeat.most())) * copies(repeat.part());
    }
    List<RegexNode> parts =
        node instanceof RegexNode.Sequence sequence
            ? sequence.parts()
            : node instanceof RegexNode.Choice choice ? choice.parts() : List.of();
    return parts.stream().mapToLong(RegexParser::copies).max().orElse(1);
  }

  /** Takes {@code * + ? {n} {n,} {n,m}}, lazy or not, which is the same to a search. */
  private Optional<int[]> repetition() throws RegexSyntaxException {
    int[] count;
    switch (text.charAt(at)) {
      case '*' -> count = new int[] {0, -1};
      case '+' -> count = new int[] {1, -1};
      case '?' -> count = new int[] {0, 1};
      case '{' -> {
        return bounds();
      }
      default -> {
        return Optional.empty();
      }
    }
    at++;
    skipLazy();
    return Optional.of(count);
  }

  private Optional<int[]> bounds() throws RegexSyntaxException {
    int close = near("}", at + 1);
    if (close < 0) {
      return Optional.empty();
    }
    String inside = text.substring(at + 1, close);
    int comma = inside.indexOf(',');
    String low = comma < 0 ? inside : inside.substring(0, comma);
    String high = comma < 0 ? inside : inside.substring(comma + 1);
    if (!isCount(low) || !(isCount(high) || (comma >= 0 && high.isEmpty()))) {
      return Optional.empty();
    }
    int least = count(low);
    int most = high.isEmpty() ? -1 : count(high);
    if (least > MAX_REPEAT || most > MAX_REPEAT || (most >= 0 && least > most)) {
      throw new RegexSyntaxException(BAD_COUNT, text.substring(at, close + 1));
    }
    at = close + 1;
    skipLazy();
    return Optional.of(new int[] {least, most});
  }

  private void skipLazy() {
    if (peek('?')) {
      at++;
    }
  }

  private static boolean isCount(String digits) {
    return !digits.isEmpty()
        && digits.chars().allMatch(c -> c >= '0' && c <= '9')
        && (digits.length() == 1 || digits.charAt(0) != '0');
  }

  private static int count(String digits) {
    return digits.length() > 4 ? MAX_REPEAT + 1 : Integer.parseInt(digits);
  }

  private void part(List<RegexNode> parts) throws RegexSyntaxException {
    switch (text.charAt(at)) {
      case '(' -> group(parts);
      case '[' -> parts.add(new RegexNode.One(bracketed()));
      case '\\' -> escaped(parts);
      case '.' -> {
        at++;
        parts.add(new RegexNode.One(dotTakesLineFeed ? c -> true : c -> c != '\n'));
      }
      case '^' -> {
        at++;
        parts.add(
            where(multiLine ? RegexNode.Assertion.LINE_BEGIN : RegexNode.Assertion.TEXT_BEGIN));
      }
      case '$' -> {
        at++;
        parts.add(where(multiLine ? RegexNode.Assertion.LINE_END : RegexNode.Assertion.TEXT_END));
      }
      default -> parts.add(literal(next()));
    }
  }

  private static RegexNode where(RegexNode.Assertion assertion) {
    return new RegexNode.Where(assertion);
  }

  private RegexNode literal(int c) {
    return new RegexNode.One(CharSet.one(c, ignoreCase));
  }

  private void group(List<RegexNode> parts) throws RegexSyntaxException {
    boolean outerCase = ignoreCase;
    boolean outerDot = dotTakesLineFeed;
    boolean outerLine = multiLine;
    at++;
    if (peek('?') && !openSpecial()) {
      return;
    }
    if (++depth > MAX_DEPTH) {
      throw new RegexSyntaxException("expression nests too deeply", text);
    }
    parts.add(choice());
    depth--;
    if (!peek(')')) {
      throw new RegexSyntaxException("missing closing )", text);
    }
    at++;
    ignoreCase = outerCase;
    dotTakesLineFeed = outerDot;
    multiLine = outerLine;
  }

  /** Reads what follows {@code (?}; returns whether a group begins, not just flags for the rest. */
  private boolean openSpecial() throws RegexSyntaxException {
    int begin = at - 1;
    at++;
    if (text.startsWith("P<", at) || peek('<')) {
      int open = text.indexOf('<', at);
      int close = text.indexOf('>', at);
      String name = close < 0 ? "" : text.substring(open + 1, close);
      if (name.isEmpty() || !name.chars().allMatch(CharSet::isWord)) {
        boolean lookBehind = text.startsWith("<=", at) || text.startsWith("<!", at);
        throw lookBehind
            ? new RegexSyntaxException(PERL_SYNTAX, text.substring(begin, at + 2))
            : new RegexSyntaxException("invalid named capture", text.substring(begin));
      }
      at = close + 1;
      return true;
    }
    return flags(begin);
  }

  private boolean flags(int begin) throws RegexSyntaxException {
    boolean on = true;
    boolean any = false;
    while (at < text.length()) {
      char c = text.charAt(at++);
      switch (c) {
        case 'i' -> ignoreCase = on;
        case 's' -> dotTakesLineFeed = on;
        case 'm' -> multiLine = on;
        case 'U' -> {}
        case '-' -> {
          if (!on) {
            throw new RegexSyntaxException(PERL_SYNTAX, text.substring(begin, at));
          }
          on = false;
          any = false;
          continue;
        }
        case ':', ')' -> {
          if (!on && !any) {
            throw new RegexSyntaxException(PERL_SYNTAX, text.substring(begin, at));
          }
          return c == ':';
        }
        default -> throw new RegexSyntaxException(PERL_SYNTAX, text.substring(begin, at));
      }
      any = true;
    }
    throw new RegexSyntaxException("missing closing )", text);
  }

  private void escaped(List<RegexNode> parts) throws RegexSyntaxException {
    if (at + 1 == text.length()) {
      throw new RegexSyntaxException("trailing backslash at end of expression", "");
    }
    char letter = text.charAt(at + 1);
    RegexNode.Assertion assertion =
        switch (letter) {
          case 'A' -> RegexNode.Assertion.TEXT_BEGIN;
          case 'z' -> RegexNode.Assertion.TEXT_END;
          case 'b' -> RegexNode.Assertion.WORD_EDGE;
          case 'B' -> RegexNode.Assertion.NO_WORD_EDGE;
          default -> null;
        };
    if (assertion != null) {
      at += 2;
      parts.add(where(assertion));
    } else if (letter == 'Q') {
      int end = text.indexOf("\\E", at + 2);
      String quoted = text.substring(at + 2, end < 0 ? text.length() : end);
      quoted.codePoints().forEach(c -> parts.add(literal(c)));
      at = end < 0 ? text.length() : end + 2;
    } else {
      Optional<IntPredicate> named = namedSet();
      parts.add(named.isPresent() ? new RegexNode.One(named.get()) : literal(escapedChar()));
    }
  }

  /** Takes {@code \d \pN} and their kin. */
  private Optional<IntPredicate> namedSet() throws RegexSyntaxException {
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
  private int escapedChar() throws RegexSyntaxException {
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
  private IntPredicate bracketed() throws RegexSyntaxException {
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
      Optional<IntPredicate> named = posixSet();
      if (named.isEmpty()) {
        named = namedSet();
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

  private Optional<IntPredicate> posixSet() throws RegexSyntaxException {
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
  private int near(String wanted, int from) {
    int limit = Math.min(text.length(), from + NEAR);
    for (int i = from; i < limit; i++) {
      if (text.startsWith(wanted, i)) {
        return i;
      }
    }
    return -1;
  }

  private boolean peek(char c) {
    return at < text.length() && text.charAt(at) == c;
  }

  private int next() {
    int c = text.codePointAt(at);
    at += Character.charCount(c);
    return c;
  }
}
