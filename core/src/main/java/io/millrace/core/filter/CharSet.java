package io.millrace.core.filter;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** Sets of code points: ranges, and those that RE2 has names for. */
final class CharSet {
  private static final Map<String, String> POSIX =
      Map.ofEntries(
          Map.entry("alnum", "09AZaz"),
          Map.entry("alpha", "AZaz"),
          Map.entry("ascii", "\0\u007f"),
          Map.entry("blank", "\t\t  "),
          Map.entry("cntrl", "\0\u001f\u007f\u007f"),
          Map.entry("digit", "09"),
          Map.entry("graph", "!~"),
          Map.entry("lower", "az"),
          Map.entry("print", " ~"),
          Map.entry("punct", "!/:@[`{~"),
          Map.entry("space", "\t\r  "),
          Map.entry("upper", "AZ"),
          Map.entry("word", "09AZ__az"),
          Map.entry("xdigit", "09AFaf"));
  private static final Map<Character, String> PERL =
      Map.of('d', "09", 's', "\t\n\f\r  ", 'w', "09AZ__az");
  private static final Map<String, int[]> CATEGORIES = categories();

  private CharSet() {}

  /** Returns whether a code point is an ASCII letter, digit or underscore. */
  static boolean isWord(int c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
  }

  /** Returns the set of one code point. */
  static IntPredicate one(int wanted, boolean fold) {
    int folded = CaseOrbits.fold(wanted);
    return fold ? c -> CaseOrbits.fold(c) == folded : c -> c == wanted;
  }

  /** Returns the set behind the letter of an escape, {@code d D s S w W}, or empty. */
  static Optional<IntPredicate> perl(int letter, boolean fold) {
    String pairs = PERL.get((char) Character.toLowerCase(letter));
    return pairs == null
        ? Optional.empty()
        : Optional.of(finish(pairs(pairs), fold, Character.isUpperCase(letter)));
  }

  /** Returns the set of a name between {@code [:} and {@code :]}, or empty. */
  static Optional<IntPredicate> posix(String name, boolean fold) {
    boolean negated = name.startsWith("^");
    String pairs = POSIX.get(negated ? name.substring(1) : name);
    return pairs == null ? Optional.empty() : Optional.of(finish(pairs(pairs), fold, negated));
  }

  /** Returns the set of a Unicode category or script, such as {@code Lu} or {@code Greek}. */
  static Optional<IntPredicate> unicode(String name, boolean fold, boolean negated) {
    if (name.startsWith("^")) {
      return unicode(name.substring(1), fold, !negated);
    }
    if (name.equals("Any")) {
      return Optional.of(c -> !negated);
    }
    int[] types = CATEGORIES.get(name);
    if (types != null) {
      return Optional.of(
          finish(
              c -> Arrays.stream(types).anyMatch(type -> type == Character.getType(c)),
              fold,
              negated));
    }
    for (Character.UnicodeScript script : Character.UnicodeScript.values()) {
      if (script.name().equals(name.toUpperCase(Locale.ROOT))
          && Character.isUpperCase(name.charAt(0))) {
        return Optional.of(finish(c -> Character.UnicodeScript.of(c) == script, fold, negated));
      }
    }
    return Optional.empty();
  }

  private static IntPredicate pairs(String pairs) {
    return c -> {
      for (int i = 0; i < pairs.length(); i += 2) {
        if (c >= pairs.charAt(i) && c <= pairs.charAt(i + 1)) {
          return true;
        }
      }
      return false;
    };
  }

  private static IntPredicate finish(IntPredicate set, boolean fold, boolean negated) {
    IntPredicate folded = fold ? c -> CaseOrbits.anyIn(set, c) : set;
    return negated ? folded.negate() : folded;
  }

  private static Map<String, int[]> categories() {
    Map<String, int[]> all = new java.util.HashMap<>();
    category(all, "Lu", Character.UPPERCASE_LETTER);
    category(all, "Ll", Character.LOWERCASE_LETTER);
    category(all, "Lt", Character.TITLECASE_LETTER);
    category(all, "Lm", Character.MODIFIER_LETTER);
    category(all, "Lo", Character.OTHER_LETTER);
    category(all, "Mn", Character.NON_SPACING_MARK);
    category(all, "Me", Character.ENCLOSING_MARK);
    category(all, "Mc", Character.COMBINING_SPACING_MARK);
    category(all, "Nd", Character.DECIMAL_DIGIT_NUMBER);
    category(all, "Nl", Character.LETTER_NUMBER);
    category(all, "No", Character.OTHER_NUMBER);
    category(all, "Zs", Character.SPACE_SEPARATOR);
    category(all, "Zl", Character.LINE_SEPARATOR);
    category(all, "Zp", Character.PARAGRAPH_SEPARATOR);
    category(all, "Cc", Character.CONTROL);
    category(all, "Cf", Character.FORMAT);
    category(all, "Co", Character.PRIVATE_USE);
    category(all, "Cs", Character.SURROGATE);
    category(all, "Pd", Character.DASH_PUNCTUATION);
    category(all, "Ps", Character.START_PUNCTUATION);
    category(all, "Pe", Character.END_PUNCTUATION);
    category(all, "Pc", Character.CONNECTOR_PUNCTUATION);
    category(all, "Po", Character.OTHER_PUNCTUATION);
    category(all, "Pi", Character.INITIAL_QUOTE_PUNCTUATION);
    category(all, "Pf", Character.FINAL_QUOTE_PUNCTUATION);
    category(all, "Sm", Character.MATH_SYMBOL);
    category(all, "Sc", Character.CURRENCY_SYMBOL);
    category(all, "Sk", Character.MODIFIER_SYMBOL);
    category(all, "So", Character.OTHER_SYMBOL);
    return Map.copyOf(all);
  }

  private static void category(Map<String, int[]> all, String name, byte type) {
    all.put(name, new int[] {type});
    all.merge(
        name.substring(0, 1),
        new int[] {type},
        (a, b) -> IntStream.concat(Arrays.stream(a), Arrays.stream(b)).toArray());
  }

  /** Puts a class between brackets together. */
  static final class Builder {
    private final List<int[]> ranges = new ArrayList<>();
    private final List<IntPredicate> sets = new ArrayList<>();

    void range(int first, int last) {
      ranges.add(new int[] {first, last});
    }

    void set(IntPredicate set) {
      sets.add(set);
    }

    IntPredicate build(boolean fold, boolean negated) {
      int[][] sorted = merged();
      IntPredicate[] others = sets.toArray(IntPredicate[]::new);
      return finish(
          c -> {
            if (inRanges(sorted, c)) {
              return true;
            }
            for (IntPredicate other : others) {
              if (other.test(c)) {
                return true;
              }
            }
            return false;
          },
          fold,
          negated);
    }

    private int[][] merged() {
      ranges.sort((a, b) -> Integer.compare(a[0], b[0]));
      List<int[]> merged = new ArrayList<>();
      for (int[] range : ranges) {
        int[] last = merged.isEmpty() ? null : merged.get(merged.size() - 1);
        if (last != null && range[0] <= last[1] + 1) {
          last[1] = Math.max(last[1], range[1]);
        } else {
          merged.add(range);
        }
      }
      return merged.toArray(int[][]::new);
    }

    private static boolean inRanges(int[][] ranges, int c) {
      int low = 0;
      int high = ranges.length - 1;
      while (low <= high) {
        int middle = (low + high) >>> 1;
        if (c < ranges[middle][0]) {
          high = middle - 1;
        } else if (c > ranges[middle][1]) {
          low = middle + 1;
        } else {
          return true;
        }
      }
      return false;
    }
  }
}
