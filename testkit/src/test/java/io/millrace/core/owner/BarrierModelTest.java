package io.millrace.core.owner;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.owner.BarrierModel.Limits;
import io.millrace.rig.QuietLog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Barrier, move, death and resign in every order: the real owner, processors and control loops of
 * two nodes.
 *
 * <p>Steps are coarse where a finer one would only multiply states: one log entry goes through a
 * node's intake and outlet at a time, and the upstream's watch looks just before its control loop's
 * round. All interleavings without faults are gone through; in every state of them each fault is
 * tried, the rest of the work then following in turn. Interleavings behind faults are gone through
 * up to a number of states: at scale 1 few, at scale 10 a hundred times as many, with two moves and
 * resignations. {@link ClusterSimulationTest} takes finer steps and more scripts, at random.
 */
@ExtendWith(QuietLog.class)
class BarrierModelTest {
  private static final int SCALE = Integer.getInteger("millrace.scale", 1);
  private static final int MOST_STATES = 300;

  private static Exploration explore(Limits limits, Limits probed, int mostStates) {
    Exploration exploration =
        new Exploration(() -> new BarrierModel(Scripts.ALTER, 2), limits, probed, mostStates);
    exploration.run();
    System.out.println("explored " + limits + ": " + exploration);
    return exploration;
  }

  @Test
  void everyStateWithoutFaultsAndEachFaultInIt() {
    Limits none = new Limits(0, 0, 0, false);
    Limits each = new Limits(1, 1, 1, false);
    assertThat(explore(none, each, Integer.MAX_VALUE).isWhole()).isTrue();
  }

  @Test
  void statesBehindFaults() {
    int times = SCALE > 1 ? 2 : 1;
    Limits limits = new Limits(times, 1, times, false);
    explore(limits, limits, MOST_STATES * SCALE * SCALE);
  }
}
