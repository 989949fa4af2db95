package io.millrace.transport.jdkhttp.v1;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Searches an order of the calls of a history in which a model could have answered as it was
 * answered, and in which every call takes effect between its beginning and its end.
 *
 * <p><i>Source:</i> Wing and Gong, Testing and Verifying Concurrent Objects (1993), with the memory
 * of visited places that Lowe added (2017).
 *
 * @param <S> the model's state, a value
 * @param <A> what was asked and answered
 */
final class Linearizability<S, A> {
  /** What was called, between two moments of one clock. */
  record Call<A>(long begin, long end, A answered) {}

  /** One object as it should be. */
  interface Model<S, A> {
    /** Returns the state after a call; empty: the answer cannot come from this state. */
    Optional<S> next(S state, A answered);
  }

  private record Visited<S>(BitSet done, S state) {}

  private final Model<S, A> model;
  private final List<Call<A>> calls;
  private final Set<Visited<S>> visited = new HashSet<>();

  private Linearizability(Model<S, A> model, List<Call<A>> calls) {
    this.model = model;
    this.calls = new ArrayList<>(calls);
    this.calls.sort(Comparator.comparingLong(Call::begin));
  }

  /** Returns whether a history fits a model that begins in a state. */
  static <S, A> boolean fits(Model<S, A> model, S first, List<Call<A>> history) {
    return new Linearizability<>(model, history).search(new BitSet(), first);
  }

  private boolean search(BitSet done, S state) {
    int first = done.nextClearBit(0);
    if (first >= calls.size()) {
      return true;
    }
    if (!visited.add(new Visited<>((BitSet) done.clone(), state))) {
      return false;
    }
    long end = Long.MAX_VALUE;
    for (int i = first;
        i < calls.size() && calls.get(i).begin() <= end;
        i = done.nextClearBit(i + 1)) {
      end = Math.min(end, calls.get(i).end());
      Optional<S> next = model.next(state, calls.get(i).answered());
      if (next.isPresent()) {
        done.set(i);
        if (search(done, next.get())) {
          return true;
        }
        done.clear(i);
      }
    }
    return false;
  }
}
