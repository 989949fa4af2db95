package io.millrace.core.owner;

import io.millrace.core.owner.BarrierModel.Limits;
import io.millrace.core.owner.BarrierModel.Step;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Goes through all states that a model can reach, depth first: a state is reached again by doing
 * its steps from the start, and entered once.
 */
final class Exploration {
  private final Supplier<BarrierModel> start;
  private final Limits limits;
  private final Limits probed;
  private final int mostStates;
  private final Set<UUID> seen = new HashSet<>();
  private int steps;
  private int ends;
  private int probes;
  private int longest;
  private boolean whole = true;

  /**
   * Creates an exploration.
   *
   * @param start makes the model in its first state
   * @param limits the faults that the paths explored may have
   * @param probed the faults of which each is tried in every state, all work following in turn;
   *     within {@code limits} none is
   * @param mostStates where to stop
   */
  Exploration(Supplier<BarrierModel> start, Limits limits, Limits probed, int mostStates) {
    this.start = start;
    this.limits = limits;
    this.probed = probed;
    this.mostStates = mostStates;
  }

  /** Explores. */
  void run() {
    BarrierModel model = start.get();
    seen.add(hash(model.fingerprint()));
    explore(model, new ArrayList<>());
  }

  /** Returns whether there were no more states than wanted. */
  boolean isWhole() {
    return whole;
  }

  private static UUID hash(String text) {
    return UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8));
  }

  private void explore(BarrierModel at, List<Step> path) {
    longest = Math.max(longest, path.size());
    String here = at.fingerprint();
    boolean works = false;
    BarrierModel model = at;
    boolean fresh = true;
    for (Step step : at.steps(limits)) {
      if (seen.size() >= mostStates) {
        whole = false;
        return;
      }
      if (!fresh) {
        model = replay(path);
        fresh = true;
      }
      path.add(step);
      apply(model, step, path);
      String next = model.fingerprint();
      steps++;
      if (!next.equals(here)) {
        works |= step.kind().isWork();
        fresh = false;
        if (seen.add(hash(next))) {
          explore(model, path);
        }
      }
      path.remove(path.size() - 1);
    }
    if (!probed.equals(limits)) {
      probe(path);
    }
    if (!works) {
      ends++;
      end(fresh ? model : replay(path), path);
    }
  }

  /** Tries each fault here, one to a copy of this state. */
  private void probe(List<Step> path) {
    List<Step> faults =
        replay(path).steps(probed).stream().filter(step -> !step.kind().isWork()).toList();
    for (Step fault : faults) {
      BarrierModel model = replay(path);
      path.add(fault);
      apply(model, fault, path);
      end(model, path);
      path.remove(path.size() - 1);
      probes++;
    }
  }

  private BarrierModel replay(List<Step> path) {
    BarrierModel model = start.get();
    path.forEach(model::apply);
    return model;
  }

  private static void apply(BarrierModel model, Step step, List<Step> path) {
    try {
      model.apply(step);
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("after " + path, e);
    }
  }

  private static void end(BarrierModel model, List<Step> path) {
    try {
      model.finish();
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("at the end of " + path, e);
    }
  }

  @Override
  public String toString() {
    return "%d states, %d steps, %d ends, %d faults probed, longest path %d%s"
        .formatted(seen.size(), steps, ends, probes, longest, whole ? "" : ", cut off");
  }
}
