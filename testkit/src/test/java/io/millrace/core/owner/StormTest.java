package io.millrace.core.owner;

import io.millrace.testkit.ClusterSimulation;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Storms of faults and commands, one for each seed; a failure names its seed and its steps. */
class StormTest {
  private static final int SEEDS = 2000 * Integer.getInteger("millrace.scale", 1);
  private static final int FIRST = Integer.getInteger("millrace.seed", 0);

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

  @Test
  void everythingHoldsInEveryStorm() {
    for (int seed = FIRST; seed < FIRST + SEEDS; seed++) {
      ClusterSimulation.run(seed, 400);
    }
  }
}
