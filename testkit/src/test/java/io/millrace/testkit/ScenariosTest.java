package io.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.embedding.ChildJvm;
import io.millrace.rig.QuietLog;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A thousand lives of a changefeed, in one thread and without sockets. */
@ExtendWith(QuietLog.class)
class ScenariosTest {
  private static final int LIVES = 1_000;
  private static final int WARM_UP = 200;
  private static final int LIVED_AGAIN = 100;
  private static final int LIVED_ELSEWHERE = 20;
  private static final Duration LIMIT = Duration.ofSeconds(10);

  @BeforeAll
  static void warmUp() {
    LongStream.range(LIVES, LIVES + WARM_UP).forEach(Scenario::run);
  }

  @TestFactory
  Stream<DynamicTest> everyLifeEndsComplete() {
    List<Long> begun = new ArrayList<>();
    List<Long> times = new ArrayList<>();
    Stream<DynamicTest> lives =
        LongStream.range(0, LIVES)
            .mapToObj(
                seed ->
                    DynamicTest.dynamicTest(
                        "seed " + seed,
                        () -> {
                          begun.add(cpu());
                          times.add(System.nanoTime());
                          Scenario.run(seed);
                        }));
    return Stream.concat(
        lives,
        Stream.of(
            DynamicTest.dynamicTest(
                "all within " + LIMIT,
                () -> {
                  assertThat(begun).hasSize(LIVES);
                  Duration spent = Duration.ofNanos(cpu() - begun.get(0));
                  System.out.printf(
                      "scenarios: %d in %d ms, %d ms of them this thread's work%n",
                      LIVES,
                      Duration.ofNanos(System.nanoTime() - times.get(0)).toMillis(),
                      spent.toMillis());
                  assertThat(spent).isLessThan(LIMIT);
                })));
  }

  /** Returns the time this thread has worked: what else the machine does is not counted. */
  private static long cpu() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  @Test
  void theSameSeedLivesTheSameLife() {
    List<String> digests = new ArrayList<>();
    for (long seed = 0; seed < LIVED_AGAIN; seed++) {
      String digest = Scenario.run(seed);
      assertThat(Scenario.run(seed)).as("seed %d", seed).isEqualTo(digest);
      digests.add(digest);
    }
    assertThat(digests).doesNotHaveDuplicates();
  }

  @Test
  void theSameSeedLivesTheSameLifeInAnotherJvm(@TempDir Path work) {
    ChildJvm.End other =
        ChildJvm.run(
            ChildJvm.THIS,
            work,
            "-cp",
            ChildJvm.ownClassPath(),
            Scenario.class.getName(),
            Integer.toString(LIVED_ELSEWHERE));
    assertThat(other.output().lines().filter(line -> line.startsWith("life ")))
        .containsExactlyElementsOf(
            LongStream.range(0, LIVED_ELSEWHERE)
                .mapToObj(seed -> "life " + Scenario.run(seed))
                .toList());
  }
}
