package io.millrace.core.owner;

import io.millrace.core.owner.BarrierModel.Kind;
import io.millrace.core.owner.BarrierModel.Limits;
import io.millrace.core.owner.BarrierModel.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Some steps of a model, chosen by a seed, and then all work until everything has arrived. */
final class RandomWalk {
  private static final long SPREAD = 0x9E3779B97F4A7C15L;
  private static final int WORK_PER_FAULT = 25;

  private final Scripts script;
  private final int nodes;
  private final long seed;
  private final List<Step> path = new ArrayList<>();

  RandomWalk(Scripts script, int nodes, long seed) {
    this.script = script;
    this.nodes = nodes;
    this.seed = seed;
  }

  void run(int faults) {
    Random random = new Random((seed + 1) * SPREAD);
    try {
      BarrierModel model = new BarrierModel(script, nodes);
      Limits limits = new Limits(faults, random.nextInt(nodes), faults, true);
      for (int left = 40 + random.nextInt(160); left > 0; left--) {
        Step step = choose(model.steps(limits), random);
        path.add(step);
        model.apply(step);
      }
      model.finish();
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("script %s, seed %d: %s".formatted(script, seed, path), e);
    }
  }

  private static Step choose(List<Step> steps, Random random) {
    List<Step> work = steps.stream().filter(step -> step.kind().isWork()).toList();
    List<Step> orders = steps.stream().filter(step -> isOrder(step.kind())).toList();
    List<Step> faults = steps.stream().filter(step -> !step.kind().isWork()).toList();
    List<Step> from = work;
    if (random.nextInt(WORK_PER_FAULT) == 0 && !faults.isEmpty()) {
      // deaths have many forms, and end most of what could be tried afterwards
      from = orders.isEmpty() || random.nextInt(4) == 0 ? faults : orders;
    }
    return from.get(random.nextInt(from.size()));
  }

  private static boolean isOrder(Kind kind) {
    return kind == Kind.MOVE || kind == Kind.RESIGN;
  }
}
