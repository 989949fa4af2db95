package io.millrace.core.changefeed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.Tso;
import io.millrace.api.changefeed.ChangefeedSpec;
import io.millrace.api.changefeed.ChangefeedState;
import io.millrace.api.changefeed.ChangefeedUpdate;
import io.millrace.api.changefeed.SinkConfig;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class UpdateMergeTest {
  private static final String SAME =
      "changefeed update error: changefeed config is the same with the old one, do nothing";
  private static final ChangefeedSpec OLD =
      ChangefeedSpec.builder("kafka://u:p%40ss@h:9092/t?sasl-password=s%26t&x=1&token=")
          .id("feed")
          .startTs(new Tso(1000))
          .targetTs(new Tso(2000))
          .filterRules(List.of("a.*"))
          .ignoreTxnStartTs(List.of(new Tso(7)))
          .mounterWorkerNum(16)
          .sinkConfig(new SinkConfig(List.of(), Optional.of("canal-json"), Map.of()))
          .build();

  private static void assertRefused(String message, Runnable check) {
    CdcException e = catchThrowableOfType(CdcException.class, check::run);
    assertThat(e).as("nothing was refused").isNotNull();
    assertThat(e.code()).isEqualTo(StandardErrorCode.CHANGEFEED_UPDATE_REFUSED);
    assertThat(e).hasMessage(message);
  }

  private static String uriAfter(String uri) {
    return UpdateMerge.merge(
            OLD, ChangefeedUpdate.builder().sinkUri(uri).mounterWorkerNum(17).build())
        .sinkUri();
  }

  /** C-175, C-192. */
  @ParameterizedTest
  @EnumSource(
      value = ChangefeedState.class,
      names = {"STOPPED", "FAILED"},
      mode = EnumSource.Mode.EXCLUDE)
  void onlyAStoppedOrFailedOneIsUpdated(ChangefeedState state) {
    assertRefused(
        "changefeed update error: can only update changefeed config when it is stopped or failed",
        () -> UpdateMerge.checkState(state));
  }

  /** C-176, C-191. */
  @Test
  void stoppedAndFailedOnesAreUpdated() {
    UpdateMerge.checkState(ChangefeedState.STOPPED);
    UpdateMerge.checkState(ChangefeedState.FAILED);
  }

  @Test
  void whatIsGivenReplacesWhatWasThere() {
    SinkConfig config = new SinkConfig(List.of(), Optional.empty(), Map.of("k", "v"));
    ChangefeedSpec next =
        UpdateMerge.merge(
            OLD,
            ChangefeedUpdate.builder()
                .targetTs(Tso.MAX)
                .sinkUri("blackhole://?v=2")
                .filterRules(List.of("b.*"))
                .ignoreTxnStartTs(List.of(new Tso(8)))
                .mounterWorkerNum(32)
                .sinkConfig(config)
                .build());
    assertThat(next)
        .isEqualTo(
            OLD.toBuilder()
                .targetTs(Tso.MAX)
                .sinkUri("blackhole://?v=2")
                .filterRules(List.of("b.*"))
                .ignoreTxnStartTs(List.of(new Tso(8)))
                .mounterWorkerNum(32)
                .sinkConfig(config)
                .build());
  }

  /** C-178, C-187. */
  @Test
  void zeroAndEmptyChangeNothing() {
    ChangefeedUpdate nothing =
        ChangefeedUpdate.builder()
            .targetTs(Tso.ZERO)
            .sinkUri("")
            .filterRules(List.of())
            .ignoreTxnStartTs(List.of())
            .mounterWorkerNum(0)
            .build();
    assertRefused(SAME, () -> UpdateMerge.merge(OLD, nothing));
    assertRefused(SAME, () -> UpdateMerge.merge(OLD, ChangefeedUpdate.builder().build()));
  }

  /** C-177. */
  @Test
  void theSameAgainIsRefused() {
    assertRefused(
        SAME,
        () -> UpdateMerge.merge(OLD, ChangefeedUpdate.builder().mounterWorkerNum(16).build()));
  }

  /** C-181, C-182. */
  @ParameterizedTest
  @ValueSource(longs = {1, 1000})
  void aTargetNotAfterTheStartIsRefused(long target) {
    assertRefused(
        "can not update target-ts:" + target + " less than start-ts:1000",
        () -> UpdateMerge.merge(OLD, ChangefeedUpdate.builder().targetTs(new Tso(target)).build()));
  }

  @Test
  void aTargetBelowTheCheckpointIsAccepted() {
    assertThat(
            UpdateMerge.merge(OLD, ChangefeedUpdate.builder().targetTs(new Tso(1001)).build())
                .targetTs())
        .isEqualTo(new Tso(1001));
  }

  @Test
  void aNegativeNumberOfMountersIsRefused() {
    CdcException e =
        catchThrowableOfType(
            CdcException.class,
            () -> UpdateMerge.merge(OLD, ChangefeedUpdate.builder().mounterWorkerNum(-1).build()));
    assertThat(e.code()).isEqualTo(StandardErrorCode.API_INVALID_PARAM);
  }

  @ParameterizedTest
  @CsvSource({
    // as it is shown
    "kafka://u:xxxxx@h:9092/t?sasl-password=xxxxx&x=1&token=,"
        + "kafka://u:p%40ss@h:9092/t?sasl-password=s%26t&x=1&token=",
    // other parts changed
    "kafka://w:xxxxx@h:9092/other?x=2&sasl-password=xxxxx,"
        + "kafka://w:p%40ss@h:9092/other?x=2&sasl-password=s%26t",
    // one of two given anew
    "kafka://u:new@h:9092/t?sasl-password=xxxxx,kafka://u:new@h:9092/t?sasl-password=s%26t",
    "kafka://u:xxxxx@h:9092/t?sasl-password=n,kafka://u:p%40ss@h:9092/t?sasl-password=n",
    // what was no secret, or not there, is meant literally
    "kafka://u@h:9092/t?x=xxxxx&token=xxxxx,kafka://u@h:9092/t?x=xxxxx&token=xxxxx",
    "kafka://h:9092/t,kafka://h:9092/t"
  })
  void aMaskedSecretStays(String given, String stored) {
    assertThat(uriAfter(given)).isEqualTo(stored);
  }

  @Test
  void theUriAsItIsShownChangesNothing() {
    ChangefeedUpdate shown =
        ChangefeedUpdate.builder().sinkUri(SpecValidator.sinkUri(OLD.sinkUri()).masked()).build();
    assertRefused(SAME, () -> UpdateMerge.merge(OLD, shown));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "kafka://u:xxxxx@evil:9092/t",
        "kafka://u@h:9092,evil:9092/t?sasl-password=xxxxx",
        "mysql://u:xxxxx@h:9092/t"
      })
  void aMaskedSecretGoesToNoOtherHost(String given) {
    assertRefused(
        "changefeed update error: the new sink uri names another host, write its password and"
            + " secrets in full",
        () -> uriAfter(given));
  }

  @Test
  void theSinkIsTriedWhenItsUriOrConfigurationChanges() {
    assertThat(UpdateMerge.changesSink(OLD, OLD.toBuilder().sinkUri("blackhole:").build()))
        .isTrue();
    assertThat(UpdateMerge.changesSink(OLD, OLD.toBuilder().sinkConfig(SinkConfig.DEFAULT).build()))
        .isTrue();
    assertThat(UpdateMerge.changesSink(OLD, OLD.toBuilder().mounterWorkerNum(3).build())).isFalse();
  }
}
