package io.millrace.core.owner;

import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every script on two and on three nodes, in interleavings that seeds choose, with moves,
 * resignations and deaths; a failure names its script, its seed and its steps.
 */
class ClusterSimulationTest {
  private static final int SEEDS = 250 * Integer.getInteger("millrace.scale", 1);

  private final Logger logger = Logger.getLogger("io.millrace");
  private final Level before = logger.getLevel();

  @BeforeEach
  void quiet() {
    logger.setLevel(Level.OFF);
  }

  @AfterEach
  void loud() {
    logger.setLevel(before);
  }

  @ParameterizedTest
  @EnumSource(Scripts.class)
  void everythingArrivesInOrder(Scripts script) {
    for (int seed = 0; seed < SEEDS; seed++) {
      new RandomWalk(script, 2 + seed % 2, seed).run(2);
    }
  }
}
