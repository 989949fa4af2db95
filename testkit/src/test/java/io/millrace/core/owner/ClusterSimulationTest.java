package io.millrace.core.owner;

import io.millrace.rig.QuietLog;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every script on two and on three nodes, in interleavings that seeds choose, with moves,
 * resignations and deaths; a failure names its script, its seed and its steps.
 */
@ExtendWith(QuietLog.class)
class ClusterSimulationTest {
  private static final int SEEDS = 250 * Integer.getInteger("millrace.scale", 1);

  @ParameterizedTest
  @EnumSource(Scripts.class)
  void everythingArrivesInOrder(Scripts script) {
    for (int seed = 0; seed < SEEDS; seed++) {
      new RandomWalk(script, 2 + seed % 2, seed).run(2);
    }
  }
}
