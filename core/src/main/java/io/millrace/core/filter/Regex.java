package io.millrace.core.filter;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * A regular expression in RE2's dialect that is searched for in time proportional to the text,
 * whatever the expression: all ways to match are followed at once, none is tried again.
 *
 * <p><i>Threads:</i> immutable; any thread. <i>Source:</i> RE2's syntax with Perl's extensions, as
 * Go's {@code regexp} reads it.
 */
final class Regex {
  /** How many characters and steps an expression may have; each takes a few dozen bytes. */
  static final int MAX_SIZE = 100_000;

  private static final String TOO_LARGE = "expression too large";

  private enum Op {
    ONE,
    WHERE,
    FORK,
    GO,
    FOUND
  }

  private record Step(Op op, Object operand, int first, int second) {}

  private final Step[] steps;

  private Regex(Step[] steps) {
    this.steps = steps;
  }

  /**
   * Returns a compiled expression.
   *
   * @param ignoreCase whether letters match in any case from the start, as with {@code (?i)}
   */
  static Regex compile(String text, boolean ignoreCase) throws RegexSyntaxException {
    if (text.length() > MAX_SIZE) {
      throw new RegexSyntaxException(TOO_LARGE, text);
    }
    Compiler compiler = new Compiler(text);
    compiler.emit(new RegexParser(text, ignoreCase).parse());
    compiler.add(new Step(Op.FOUND, Op.FOUND, 0, 0));
    return new Regex(compiler.steps.toArray(Step[]::new));
  }

  /** Returns whether the expression matches any part of a text. */
  boolean find(String text) {
    Search search = new Search(steps);
    int before = -1;
    int at = 0;
    while (true) {
      int after = at < text.length() ? text.codePointAt(at) : -1;
      if (search.spread(before, after)) {
        return true;
      }
      if (after < 0) {
        return false;
      }
      search.take(after);
      before = after;
      at += Character.charCount(after);
    }
  }

  /** The places in the expression that the text read so far may have come to. */
  private static final class Search {
    private final Step[] steps;
    private final int[] seenAt;
    private final int[] waiting;
    private final int[] stack;
    private int waitingCount;
    private int stackCount;
    private int round;

    Search(Step[] steps) {
      this.steps = steps;
      seenAt = new int[steps.length];
      waiting = new int[steps.length];
      stack = new int[steps.length];
    }

    /**
     * Follows all that needs no code point, from the places on the stack and from the beginning.
     *
     * @return whether the expression has matched
     */
    boolean spread(int before, int after) {
      round++;
      waitingCount = 0;
      for (int i = 0; i < stackCount; i++) {
        seenAt[stack[i]] = round;
      }
      push(0);
      while (stackCount > 0) {
        int place = stack[--stackCount];
        Step step = steps[place];
        switch (step.op()) {
          case FOUND -> {
            return true;
          }
          case ONE -> waiting[waitingCount++] = place;
          case GO -> push(step.first());
          case FORK -> {
            push(step.first());
            push(step.second());
          }
          case WHERE -> {
            if (((RegexNode.Assertion) step.operand()).holds(before, after)) {
              push(place + 1);
            }
          }
        }
      }
      return false;
    }

    /** Goes over one code point; the stack holds where that leads. */
    void take(int c) {
      stackCount = 0;
      for (int i = 0; i < waitingCount; i++) {
        if (((IntPredicate) steps[waiting[i]].operand()).test(c)) {
          stack[stackCount++] = waiting[i] + 1;
        }
      }
    }

    private void push(int place) {
      if (seenAt[place] != round) {
        seenAt[place] = round;
        stack[stackCount++] = place;
      }
    }
  }

  /** Turns nodes into steps, each going on with the next unless it says otherwise. */
  private static final class Compiler {
    private final String text;
    private final List<Step> steps = new ArrayList<>();

    Compiler(String text) {
      this.text = text;
    }

    int add(Step step) throws RegexSyntaxException {
      if (steps.size() >= MAX_SIZE) {
        throw new RegexSyntaxException(TOO_LARGE, text);
      }
      steps.add(step);
      return steps.size() - 1;
    }

    void emit(RegexNode node) throws RegexSyntaxException {
      if (node instanceof RegexNode.One one) {
        add(new Step(Op.ONE, one.set(), 0, 0));
      } else if (node instanceof RegexNode.Where where) {
        add(new Step(Op.WHERE, where.assertion(), 0, 0));
      } else if (node instanceof RegexNode.Sequence sequence) {
        for (RegexNode part : sequence.parts()) {
          emit(part);
        }
      } else if (node instanceof RegexNode.Choice choice) {
        emitChoice(choice.parts());
      } else if (node instanceof RegexNode.Repeat repeat) {
        emitRepeat(repeat);
      }
    }

    private void emitChoice(List<RegexNode> parts) throws RegexSyntaxException {
      int[] exits = new int[parts.size() - 1];
      for (int i = 0; i < exits.length; i++) {
        int fork = add(fork(0, 0));
        emit(parts.get(i));
        exits[i] = add(go(0));
        steps.set(fork, fork(fork + 1, steps.size()));
      }
      emit(parts.get(parts.size() - 1));
      for (int exit : exits) {
        steps.set(exit, go(steps.size()));
      }
    }

    private void emitRepeat(RegexNode.Repeat repeat) throws RegexSyntaxException {
      int begin = steps.size();
      for (int i = 0; i < repeat.least(); i++) {
        begin = steps.size();
        emit(repeat.part());
      }
      if (repeat.most() < 0 && repeat.least() > 0) {
        add(fork(begin, steps.size() + 1));
      } else if (repeat.most() < 0) {
        int fork = add(fork(0, 0));
        emit(repeat.part());
        add(go(fork));
        steps.set(fork, fork(fork + 1, steps.size()));
      } else {
        int[] forks = new int[repeat.most() - repeat.least()];
        for (int i = 0; i < forks.length; i++) {
          forks[i] = add(fork(0, 0));
          emit(repeat.part());
        }
        Arrays.stream(forks).forEach(f -> steps.set(f, fork(f + 1, steps.size())));
      }
    }

    private static Step fork(int first, int second) {
      return new Step(Op.FORK, Op.FORK, first, second);
    }

    private static Step go(int to) {
      return new Step(Op.GO, Op.GO, to, 0);
    }
  }
}
