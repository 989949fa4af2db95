package io.millrace.core;

import static io.millrace.core.Fixture.SELF;
import static io.millrace.core.Fixture.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.CdcException;
import io.millrace.api.ChangefeedId;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.Tso;
import io.millrace.api.changefeed.ChangefeedState;
import io.millrace.api.changefeed.ChangefeedUpdate;
import io.millrace.api.changefeed.SinkConfig;
import io.millrace.core.meta.SpecRecord;
import io.millrace.core.meta.SpecRecord.Wish;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Update, pause, resume and remove. */
class UpdateTest {
  private static final ChangefeedId MISSING = new ChangefeedId("missing");
  private static final ChangefeedUpdate MOUNTERS =
      ChangefeedUpdate.builder().mounterWorkerNum(32).build();

  private final Fixture cluster = new Fixture();
  private ChangefeedId id;

  @BeforeEach
  void create() {
    id = cluster.create("feed");
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  private void update(ChangefeedUpdate update) {
    cluster.commands.update(id, update, SELF);
  }

  private void assertUpdateRefused(String message, ChangefeedUpdate update) {
    SpecRecord before = cluster.stored(id);
    assertThat(assertRefused(StandardErrorCode.CHANGEFEED_UPDATE_REFUSED, () -> update(update)))
        .hasMessage(message);
    assertThat(cluster.stored(id)).isEqualTo(before);
  }

  private ChangefeedState shown() {
    return cluster.queries.changefeed(id).state();
  }

  /** C-173, C-200, C-210, C-213. */
  @Test
  void nothingCanBeDoneToAMissingOrRemovedOne() {
    cluster.commands.remove(id);
    for (ChangefeedId gone : List.of(id, MISSING)) {
      for (Runnable command :
          List.<Runnable>of(
              () -> cluster.commands.update(gone, MOUNTERS, SELF),
              () -> cluster.commands.checkUpdatable(gone),
              () -> cluster.commands.pause(gone),
              () -> cluster.commands.resume(gone),
              () -> cluster.commands.remove(gone),
              () -> cluster.queries.changefeed(gone))) {
        assertThat(assertRefused(StandardErrorCode.CHANGEFEED_NOT_EXISTS, command))
            .hasMessage("changefeed not exists, key: " + gone);
      }
    }
    assertThat(cluster.queries.changefeeds()).isEmpty();
  }

  /** C-175. */
  @Test
  void aRunningOneIsNotUpdated() {
    String message =
        "changefeed update error: can only update changefeed config when it is stopped or failed";
    assertUpdateRefused(message, MOUNTERS);
    assertThat(
            assertRefused(
                StandardErrorCode.CHANGEFEED_UPDATE_REFUSED,
                () -> cluster.commands.checkUpdatable(id)))
        .hasMessage(message);
  }

  /** C-176, C-177, C-191: the owner need not have seen the pause. */
  @ParameterizedTest
  @EnumSource(
      value = ChangefeedState.class,
      names = {"STOPPED", "FAILED"})
  void updatingStartsNothing(ChangefeedState state) {
    if (state == ChangefeedState.FAILED) {
      cluster.status(id, state, 1100);
    } else {
      cluster.commands.pause(id);
    }
    SpecRecord before = cluster.stored(id);
    cluster.commands.checkUpdatable(id);

    update(MOUNTERS);

    SpecRecord after = cluster.stored(id);
    assertThat(after)
        .isEqualTo(before.with(before.spec().toBuilder().mounterWorkerNum(32).build()));
    assertThat(after.generation()).isEqualTo(before.generation());
    assertThat(shown()).isEqualTo(state);
    assertThat(cluster.sink.dialled).as("the sink is as it was").hasSize(1);
    assertUpdateRefused(
        "changefeed update error: changefeed config is the same with the old one, do nothing",
        MOUNTERS);
  }

  /** C-181. */
  @Test
  void theTargetMustLieAfterTheStart() {
    cluster.commands.pause(id);
    assertUpdateRefused(
        "can not update target-ts:1000 less than start-ts:1000",
        ChangefeedUpdate.builder().targetTs(new Tso(1000)).build());
  }

  /** C-183. */
  @Test
  void aBadSinkIsRefused() {
    cluster.commands.pause(id);
    assertUpdateRefused(
        "changefeed update error: [CDC:ErrSinkURIInvalid]the sink scheme (bad) is not supported",
        ChangefeedUpdate.builder().sinkUri("bad://").targetTs(Tso.MAX).build());
  }

  /** C-186. */
  @Test
  void aBadRuleIsRefused() {
    cluster.commands.pause(id);
    CdcException e =
        assertRefused(
            StandardErrorCode.CHANGEFEED_UPDATE_REFUSED,
            () -> update(ChangefeedUpdate.builder().filterRules(List.of("nodot")).build()));
    assertThat(e).hasMessageStartingWith("changefeed update error: [CDC:ErrFilterRuleInvalid]");
  }

  /** C-184, C-190: uri or configuration, the sink is tried. */
  @Test
  void aChangedSinkIsTriedUnderTheFeedsIdentity() {
    cluster.commands.pause(id);
    update(ChangefeedUpdate.builder().sinkUri("fake://sink?v=2").build());
    SinkConfig config = new SinkConfig(List.of(), Optional.of("canal-json"), Map.of());
    update(ChangefeedUpdate.builder().sinkConfig(config).build());

    assertThat(cluster.sink.dialled).hasSize(3);
    assertThat(cluster.sink.dialled.get(1).uri().text()).isEqualTo("fake://sink?v=2");
    assertThat(cluster.sink.dialled.get(2).config()).isEqualTo(config);
    assertThat(cluster.sink.dialled)
        .allMatch(request -> request.incarnation().equals(cluster.stored(id).incarnation()));
  }

  @Test
  void anUpdateThatAnotherOvertookIsMadeAgain() {
    cluster.commands.pause(id);
    ChangefeedUpdate other = ChangefeedUpdate.builder().targetTs(Tso.MAX).build();
    cluster.sink.onDial =
        request -> {
          cluster.sink.onDial = again -> {};
          update(other);
        };
    update(ChangefeedUpdate.builder().sinkUri("fake://sink?v=2").build());
    assertThat(cluster.stored(id).spec().targetTs()).isEqualTo(Tso.MAX);
    assertThat(cluster.stored(id).spec().sinkUri()).isEqualTo("fake://sink?v=2");
  }

  @Test
  void anUpdateThatAResumeOvertookIsRefused() {
    cluster.commands.pause(id);
    cluster.sink.onDial = request -> cluster.commands.resume(id);
    assertRefused(
        StandardErrorCode.CHANGEFEED_UPDATE_REFUSED,
        () -> update(ChangefeedUpdate.builder().sinkUri("fake://sink?v=2").build()));
    assertThat(cluster.stored(id).spec().sinkUri()).isEqualTo("fake://sink");
  }

  @Test
  void anUpdateThatIsAlwaysOvertakenGivesUp() {
    cluster.commands.pause(id);
    cluster.sink.onDial =
        request -> {
          SpecRecord now = cluster.stored(id);
          int next = now.spec().mounterWorkerNum() + 1;
          update(ChangefeedUpdate.builder().mounterWorkerNum(next).build());
        };
    assertRefused(
        StandardErrorCode.STORE_FAILED,
        () -> update(ChangefeedUpdate.builder().sinkUri("fake://sink?v=2").build()));
  }

  /** C-194 to C-199, C-203, C-207 and section 2.2: which job fits which state. */
  @ParameterizedTest
  @CsvSource({
    "NORMAL,STOPPED,NORMAL",
    "ERROR,STOPPED,NORMAL",
    "STOPPED,STOPPED,NORMAL",
    "FAILED,FAILED,NORMAL",
    "FINISHED,FINISHED,NORMAL"
  })
  void aJobThatDoesNotFitDoesNothing(
      ChangefeedState state, ChangefeedState paused, ChangefeedState resumed) {
    if (state == ChangefeedState.STOPPED) {
      cluster.commands.pause(id);
    }
    cluster.status(id, state, 1100);
    SpecRecord before = cluster.stored(id);

    cluster.commands.pause(id);
    assertThat(shown()).isEqualTo(paused);
    assertThat(cluster.stored(id).generation())
        .isEqualTo(before.generation() + (state == paused ? 0 : 1));
    cluster.commands.pause(id);
    assertThat(shown()).isEqualTo(paused);

    SpecRecord rested = cluster.stored(id);
    cluster.commands.resume(id);
    assertThat(shown()).isEqualTo(resumed);
    assertThat(cluster.stored(id).generation()).isEqualTo(rested.generation() + 1);
    cluster.commands.resume(id);
    assertThat(cluster.stored(id).generation()).isEqualTo(rested.generation() + 1);
    assertThat(cluster.queries.changefeed(id).checkpoint()).isEqualTo(new Tso(1100));
  }

  @Test
  void resumingOneInErrorMeansRetryNow() {
    cluster.status(id, ChangefeedState.ERROR, 1100);
    cluster.commands.resume(id);
    assertThat(cluster.stored(id).generation()).isEqualTo(2);
    assertThat(cluster.queries.changefeed(id).error()).as("C-204").isEmpty();
  }

  /** C-208, C-209, C-211. */
  @ParameterizedTest
  @EnumSource(
      value = ChangefeedState.class,
      names = {"REMOVED"},
      mode = EnumSource.Mode.EXCLUDE)
  void isRemovedInEveryState(ChangefeedState state) {
    cluster.status(id, state, 1100);
    cluster.commands.remove(id);
    assertThat(cluster.stored(id).wish()).isEqualTo(Wish.REMOVED);
    assertRefused(StandardErrorCode.CHANGEFEED_NOT_EXISTS, () -> cluster.queries.changefeed(id));
    assertRefused(StandardErrorCode.CHANGEFEED_NOT_EXISTS, () -> cluster.commands.remove(id));
  }
}
