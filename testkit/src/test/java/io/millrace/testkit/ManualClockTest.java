package io.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ManualClockTest {
  private final ManualClock clock = new ManualClock(Instant.EPOCH);

  @Test
  void standsStillUntilMoved() {
    assertThat(clock.instant()).isEqualTo(Instant.EPOCH);
    assertThat(clock.read()).isZero();

    clock.advance(Duration.ofMillis(1500));

    assertThat(clock.instant()).isEqualTo(Instant.ofEpochMilli(1500));
    assertThat(clock.millis()).isEqualTo(1500);
    assertThat(clock.read()).isEqualTo(1_500_000_000L);
  }

  @Test
  void stepsTheWallClockAloneAlsoBackwards() {
    clock.stepWall(Duration.ofHours(-1));
    assertThat(clock.instant()).isEqualTo(Instant.EPOCH.minusSeconds(3600));
    assertThat(clock.read()).isZero();
  }

  @Test
  void doesNotRunBackwards() {
    assertThatThrownBy(() -> clock.advance(Duration.ofNanos(-1)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
