package io.millrace.core.filter;

import java.util.List;
import java.util.function.IntPredicate;

/** A part of a parsed regular expression. What only matters to captured groups is left out. */
sealed interface RegexNode {
  /** One code point of a set. */
  record One(IntPredicate set) implements RegexNode {}

  /** Nothing, where a condition holds. */
  record Where(Assertion assertion) implements RegexNode {}

  /** One part after the other; none matches the empty text. */
  record Sequence(List<RegexNode> parts) implements RegexNode {}

  /** Any one of the parts. */
  record Choice(List<RegexNode> parts) implements RegexNode {}

  /** A part repeated; {@code most} is -1 for any number of times. */
  record Repeat(RegexNode part, int least, int most) implements RegexNode {}

  /** A condition on the code points before and after a place; -1 stands for the text's ends. */
  enum Assertion {
    TEXT_BEGIN {
      @Override
      boolean holds(int before, int after) {
        return before < 0;
      }
    },
    TEXT_END {
      @Override
      boolean holds(int before, int after) {
        return after < 0;
      }
    },
    LINE_BEGIN {
      @Override
      boolean holds(int before, int after) {
        return before < 0 || before == '\n';
      }
    },
    LINE_END {
      @Override
      boolean holds(int before, int after) {
        return after < 0 || after == '\n';
      }
    },
    WORD_EDGE {
      @Override
      boolean holds(int before, int after) {
        return CharSet.isWord(before) != CharSet.isWord(after);
      }
    },
    NO_WORD_EDGE {
      @Override
      boolean holds(int before, int after) {
        return CharSet.isWord(before) == CharSet.isWord(after);
      }
    };

    abstract boolean holds(int before, int after);
  }
}
