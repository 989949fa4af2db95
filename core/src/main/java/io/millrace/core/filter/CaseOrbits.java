package io.millrace.core.filter;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;

/**
 * The code points that are one letter when case is ignored, such as {@code K}, {@code k} and the
 * Kelvin sign.
 *
 * <p><i>Source:</i> Unicode's simple case folding, as RE2 uses it: the dotted and the dotless i are
 * letters of their own.
 */
final class CaseOrbits {
  private static final int CASED_END = 0x20000;
  private static final int DOTTED_I = 0x130;
  private static final int DOTLESS_I = 0x131;

  private CaseOrbits() {}

  /** Returns the one code point that stands for all of a letter's cases. */
  static int fold(int c) {
    return c == DOTTED_I || c == DOTLESS_I ? c : Character.toLowerCase(Character.toUpperCase(c));
  }

  /** Returns whether a set holds a code point in any of its cases. */
  static boolean anyIn(IntPredicate set, int c) {
    int[] orbit = Table.ORBITS.get(fold(c));
    if (orbit == null) {
      return set.test(c);
    }
    for (int each : orbit) {
      if (set.test(each)) {
        return true;
      }
    }
    return false;
  }

  /** Built on first use: most rules ask for no folding. */
  private static final class Table {
    static final Map<Integer, int[]> ORBITS = orbits();

    private static Map<Integer, int[]> orbits() {
      Map<Integer, List<Integer>> all = new HashMap<>();
      for (int c = 0; c < CASED_END; c++) {
        int fold = fold(c);
        if (fold != c) {
          all.computeIfAbsent(fold, key -> new ArrayList<>(List.of(key))).add(c);
        }
      }
      Map<Integer, int[]> orbits = new HashMap<>();
      all.forEach(
          (fold, members) ->
              orbits.put(fold, members.stream().mapToInt(Integer::intValue).toArray()));
      return orbits;
    }
  }
}
