package io.millrace.core;

import static io.millrace.core.Fixture.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.CdcException;
import io.millrace.api.ChangefeedId;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.Tso;
import io.millrace.api.changefeed.ChangefeedState;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class WaitsTest {
  private static final Duration LONG = Duration.ofMinutes(10);

  private final Fixture cluster = new Fixture();
  private final ExecutorService other = Executors.newSingleThreadExecutor();

  @AfterEach
  void close() {
    other.shutdownNow();
    cluster.close();
  }

  private void await(ChangefeedId id, long ts, Duration limit) {
    cluster.waits.checkpoint(id, new Tso(ts), limit);
  }

  @Test
  void returnsAtOnceWhereTheCheckpointIs() {
    ChangefeedId id = cluster.create("feed");
    await(id, 1000, Duration.ZERO);
    cluster.status(id, ChangefeedState.FINISHED, 1500);
    await(id, 1500, Duration.ZERO);
  }

  @Test
  void wakesWhenTheCheckpointArrives() throws Exception {
    ChangefeedId id = cluster.create("feed");
    Future<?> waiting = other.submit(() -> await(id, 1500, LONG));
    cluster.status(id, ChangefeedState.NORMAL, 1499);
    cluster.status(id, ChangefeedState.ERROR, 1499);
    cluster.status(id, ChangefeedState.NORMAL, 1500);
    waiting.get(30, TimeUnit.SECONDS);
  }

  @Test
  void givesUpAtItsLimit() {
    ChangefeedId id = cluster.create("feed");
    assertThat(
            assertRefused(
                StandardErrorCode.AWAIT_TIMEOUT, () -> await(id, 1500, Duration.ofMillis(50))))
        .hasMessageContainingAll("feed", "1500");
  }

  @Test
  void givesUpAtOnceWhereItsThreadIsInterrupted() {
    ChangefeedId id = cluster.create("feed");
    Thread.currentThread().interrupt();
    CdcException error =
        assertRefused(StandardErrorCode.AWAIT_TIMEOUT, () -> await(id, 1500, LONG));
    assertThat(Thread.interrupted()).isTrue();
    assertThat(error).hasMessageContainingAll("feed", "1500", "before an interrupt");
  }

  @ParameterizedTest
  @EnumSource(
      value = ChangefeedState.class,
      names = {"STOPPED", "FAILED", "FINISHED"})
  void failsAtOnceInAStateThatCannotReachIt(ChangefeedState state) {
    ChangefeedId id = cluster.create("feed");
    cluster.status(id, state, 1400);
    assertThat(
            assertRefused(StandardErrorCode.CHANGEFEED_ABNORMAL_STATE, () -> await(id, 1500, LONG)))
        .hasMessageContainingAll(state.wireName(), "1400", "1500")
        .hasMessageMatching(state == ChangefeedState.FAILED ? ".*it broke" : ".*1500");
  }

  @Test
  void failsAtOnceBeyondTheTarget() {
    ChangefeedId id =
        cluster.commands.create(
            Fixture.spec("feed").toBuilder().targetTs(new Tso(1400)).build(), Fixture.SELF);
    assertRefused(StandardErrorCode.CHANGEFEED_ABNORMAL_STATE, () -> await(id, 1500, LONG));
  }

  @Test
  void failsWhenTheChangefeedIsPausedOrRemovedMeanwhile() {
    ChangefeedId paused = cluster.create("paused");
    ChangefeedId removed = cluster.create("removed");
    Future<?> commands =
        other.submit(
            () -> {
              cluster.commands.pause(paused);
              cluster.commands.remove(removed);
            });
    assertRefused(StandardErrorCode.CHANGEFEED_ABNORMAL_STATE, () -> await(paused, 1500, LONG));
    assertRefused(StandardErrorCode.CHANGEFEED_NOT_EXISTS, () -> await(removed, 1500, LONG));
    assertThat(commands).succeedsWithin(Duration.ofSeconds(30));
  }
}
