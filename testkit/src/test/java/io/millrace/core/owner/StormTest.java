package io.millrace.core.owner;

import io.millrace.rig.QuietLog;
import io.millrace.testkit.ClusterSimulation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Storms of faults and commands, one for each seed; a failure names its seed and its steps. */
@ExtendWith(QuietLog.class)
class StormTest {
  private static final int SEEDS = 2000 * Integer.getInteger("millrace.scale", 1);
  private static final int FIRST = Integer.getInteger("millrace.seed", 0);

  @Test
  void everythingHoldsInEveryStorm() {
    for (int seed = FIRST; seed < FIRST + SEEDS; seed++) {
      ClusterSimulation.run(seed, 400);
    }
  }
}
