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

  private static final String PERL_SYNTAX = "invalid or unsupported Perl syntax";
  private static final String BAD_COUNT = "invalid repeat count";

  private final String text;
  private final RegexCursor in;
  private int depth;
  private boolean ignoreCase;
  private boolean dotTakesLineFeed;
  private boolean multiLine;

  RegexParser(String text, boolean ignoreCase) {
    this.text = text;
    in = new RegexCursor(text);
    this.ignoreCase = ignoreCase;
  }

  RegexNode parse() throws RegexSyntaxException {
    RegexNode all = choice();
    if (!in.atEnd()) {
      throw new RegexSyntaxException("unexpected )", text);
    }
    return all;
  }

  private RegexNode choice() throws RegexSyntaxException {
    List<RegexNode> parts = new ArrayList<>();
    parts.add(sequence());
    while (in.skipIf('|')) {
      parts.add(sequence());
    }
    return parts.size() == 1 ? parts.get(0) : new RegexNode.Choice(parts);
  }

  private RegexNode sequence() throws RegexSyntaxException {
    List<RegexNode> parts = new ArrayList<>();
    boolean repeated = false;
    while (!in.atEnd() && !in.peek('|') && !in.peek(')')) {
      int begin = in.place();
      Optional<int[]> count = repetition();
      if (count.isPresent()) {
        repeat(parts, count.get(), in.since(begin), repeated);
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
    switch (text.charAt(in.place())) {
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
    in.skip(1);
    skipLazy();
    return Optional.of(count);
  }

  private Optional<int[]> bounds() throws RegexSyntaxException {
    int close = in.near("}", in.place() + 1);
    if (close < 0) {
      return Optional.empty();
    }
    String inside = text.substring(in.place() + 1, close);
    int comma = inside.indexOf(',');
    String low = comma < 0 ? inside : inside.substring(0, comma);
    String high = comma < 0 ? inside : inside.substring(comma + 1);
    if (!isCount(low) || !(isCount(high) || (comma >= 0 && high.isEmpty()))) {
      return Optional.empty();
    }
    int least = count(low);
    int most = high.isEmpty() ? -1 : count(high);
    if (least > MAX_REPEAT || most > MAX_REPEAT || (most >= 0 && least > most)) {
      throw new RegexSyntaxException(BAD_COUNT, text.substring(in.place(), close + 1));
    }
    in.moveTo(close + 1);
    skipLazy();
    return Optional.of(new int[] {least, most});
  }

  private void skipLazy() {
    in.skipIf('?');
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
    switch (text.charAt(in.place())) {
      case '(' -> group(parts);
      case '[' -> parts.add(new RegexNode.One(in.bracketed(ignoreCase)));
      case '\\' -> escaped(parts);
      case '.' -> {
        in.skip(1);
        parts.add(new RegexNode.One(dotTakesLineFeed ? c -> true : c -> c != '\n'));
      }
      case '^' -> {
        in.skip(1);
        parts.add(
            where(multiLine ? RegexNode.Assertion.LINE_BEGIN : RegexNode.Assertion.TEXT_BEGIN));
      }
      case '$' -> {
        in.skip(1);
        parts.add(where(multiLine ? RegexNode.Assertion.LINE_END : RegexNode.Assertion.TEXT_END));
      }
      default -> parts.add(literal(in.next()));
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
    in.skip(1);
    if (in.peek('?') && !openSpecial()) {
      return;
    }
    if (++depth > MAX_DEPTH) {
      throw new RegexSyntaxException("expression nests too deeply", text);
    }
    parts.add(choice());
    depth--;
    if (!in.skipIf(')')) {
      throw new RegexSyntaxException("missing closing )", text);
    }
    ignoreCase = outerCase;
    dotTakesLineFeed = outerDot;
    multiLine = outerLine;
  }

  /** Reads what follows {@code (?}; returns whether a group begins, not just flags for the rest. */
  private boolean openSpecial() throws RegexSyntaxException {
    int begin = in.place() - 1;
    in.skip(1);
    int at = in.place();
    if (text.startsWith("P<", at) || in.peek('<')) {
      int open = text.indexOf('<', at);
      int close = text.indexOf('>', at);
      String name = close < 0 ? "" : text.substring(open + 1, close);
      if (name.isEmpty() || !name.chars().allMatch(CharSet::isWord)) {
        boolean lookBehind = text.startsWith("<=", at) || text.startsWith("<!", at);
        throw lookBehind
            ? new RegexSyntaxException(PERL_SYNTAX, text.substring(begin, at + 2))
            : new RegexSyntaxException("invalid named capture", text.substring(begin));
      }
      in.moveTo(close + 1);
      return true;
    }
    return flags(begin);
  }

  private boolean flags(int begin) throws RegexSyntaxException {
    boolean on = true;
    boolean any = false;
    while (!in.atEnd()) {
      int c = in.next();
      switch (c) {
        case 'i' -> ignoreCase = on;
        case 's' -> dotTakesLineFeed = on;
        case 'm' -> multiLine = on;
        case 'U' -> {}
        case '-' -> {
          if (!on) {
            throw new RegexSyntaxException(PERL_SYNTAX, in.since(begin));
          }
          on = false;
          any = false;
          continue;
        }
        case ':', ')' -> {
          if (!on && !any) {
            throw new RegexSyntaxException(PERL_SYNTAX, in.since(begin));
          }
          return c == ':';
        }
        default -> throw new RegexSyntaxException(PERL_SYNTAX, in.since(begin));
      }
      any = true;
    }
    throw new RegexSyntaxException("missing closing )", text);
  }

  private void escaped(List<RegexNode> parts) throws RegexSyntaxException {
    if (in.place() + 1 == text.length()) {
      throw new RegexSyntaxException("trailing backslash at end of expression", "");
    }
    char letter = text.charAt(in.place() + 1);
    RegexNode.Assertion assertion =
        switch (letter) {
          case 'A' -> RegexNode.Assertion.TEXT_BEGIN;
          case 'z' -> RegexNode.Assertion.TEXT_END;
          case 'b' -> RegexNode.Assertion.WORD_EDGE;
          case 'B' -> RegexNode.Assertion.NO_WORD_EDGE;
          default -> null;
        };
    if (assertion != null) {
      in.skip(2);
      parts.add(where(assertion));
    } else if (letter == 'Q') {
      int begin = in.place() + 2;
      int end = text.indexOf("\\E", begin);
      String quoted = text.substring(begin, end < 0 ? text.length() : end);
      quoted.codePoints().forEach(c -> parts.add(literal(c)));
      in.moveTo(end < 0 ? text.length() : end + 2);
    } else {
      Optional<IntPredicate> named = in.namedSet(ignoreCase);
      parts.add(named.isPresent() ? new RegexNode.One(named.get()) : literal(in.escapedChar()));
    }
  }
}
