package io.millrace.core.changefeed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.millrace.api.CdcException;
import io.millrace.api.ConnectorUri;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.TableName;
import io.millrace.api.Tso;
import io.millrace.api.changefeed.ChangefeedSpec;
import io.millrace.api.changefeed.SinkConfig;
import io.millrace.api.event.Column;
import io.millrace.api.event.ColumnType;
import io.millrace.api.event.TableSchema;
import io.millrace.api.source.Requirement;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpecValidatorTest {
  private static final ZoneId NODE = ZoneOffset.ofHours(3);

  private static void assertRefused(StandardErrorCode code, String message, Runnable check) {
    CdcException e = catchThrowableOfType(CdcException.class, check::run);
    assertThat(e).as("nothing was refused").isNotNull();
    assertThat(e.code()).isEqualTo(code);
    assertThat(e).hasMessage(message);
  }

  /** C-094, C-095. */
  @Test
  void thereMustBeASink() {
    assertRefused(
        StandardErrorCode.SINK_URI_INVALID,
        "sink uri invalid 'sink-uri is empty, can't not create a changefeed without sink-uri'",
        () -> SpecValidator.checkForm(ChangefeedSpec.builder("").build()));
  }

  /** C-108. */
  @Test
  void aNegativeNumberOfMountersIsRefused() {
    assertRefused(
        StandardErrorCode.API_INVALID_PARAM,
        "invalid mounter_worker_num -5, it must not be negative",
        () ->
            SpecValidator.checkForm(
                ChangefeedSpec.builder("blackhole:").mounterWorkerNum(-5).build()));
  }

  /** C-118, C-119: compared and printed without a sign. */
  @ParameterizedTest
  @ValueSource(strings = {"18446744073709551615", "9223372036854775808", "1001"})
  void aStartInTheFutureIsRefused(String start) {
    assertRefused(
        StandardErrorCode.API_INVALID_PARAM,
        "invalid start-ts " + start + ", larger than current tso 1000",
        () -> SpecValidator.checkStart(Tso.parse(start), new Tso(1000)));
  }

  @Test
  void nowIsNotTheFuture() {
    SpecValidator.checkStart(new Tso(1000), new Tso(1000));
  }

  /** C-121, C-122. */
  @ParameterizedTest
  @ValueSource(longs = {1, 999, 1000})
  void aTargetNotAfterTheStartIsRefused(long target) {
    assertRefused(
        StandardErrorCode.TARGET_TS_BEFORE_START_TS,
        "fail to create changefeed because target-ts " + target + " is earlier than start-ts 1000",
        () -> SpecValidator.checkTarget(new Tso(1000), new Tso(target)));
  }

  /** C-058, C-059, C-060. */
  @ParameterizedTest
  @ValueSource(strings = {"0", "1001", "9223372036854775808", "18446744073709551615"})
  void anyTargetAfterTheStartAndNoneAreAccepted(String target) {
    assertThatCode(() -> SpecValidator.checkTarget(new Tso(1000), Tso.parse(target)))
        .doesNotThrowAnyException();
  }

  /** C-123, C-124, C-125. */
  @ParameterizedTest
  @ValueSource(strings = {"test", "a.b.c", "\"a.b", "/a.b", "[a.b", "@/etc/passwd"})
  void aRuleThatDoesNotParseIsRefused(String rule) {
    ChangefeedSpec spec = ChangefeedSpec.builder("blackhole:").filterRules(List.of(rule)).build();
    CdcException e = catchThrowableOfType(CdcException.class, () -> SpecValidator.filter(spec));
    assertThat(e.code()).isEqualTo(StandardErrorCode.FILTER_RULE_INVALID);
    assertThat(e.getMessage()).doesNotContain("root:");
  }

  /** C-126, C-127. */
  @ParameterizedTest
  @CsvSource({"*.*,true", "test.*,true", "other.*,false"})
  void aTableWithoutAKeyIsNamed(String rule, boolean refused) {
    ChangefeedSpec spec = ChangefeedSpec.builder("blackhole:").filterRules(List.of(rule)).build();
    Runnable check =
        () ->
            SpecValidator.checkEligible(
                SpecValidator.filter(spec), List.of(keyless("nokey"), keyless("more")));
    if (refused) {
      assertRefused(
          StandardErrorCode.TABLE_INELIGIBLE,
          "some tables are not eligible to replicate([test.nokey test.more]), if you want to"
              + " ignore these tables, please set ignore_ineligible_table to true",
          check);
    } else {
      check.run();
    }
  }

  @Test
  void onlyAFewDozenTablesAreNamed() {
    List<TableSchema> tables = IntStream.range(0, 1000).mapToObj(i -> keyless("t" + i)).toList();
    CdcException e =
        catchThrowableOfType(
            CdcException.class,
            () ->
                SpecValidator.checkEligible(
                    SpecValidator.filter(ChangefeedSpec.builder("blackhole:").build()), tables));
    assertThat(e).hasMessageContaining("test.t29 and 970 more]").hasMessageNotContaining("t30");
  }

  private static TableSchema keyless(String name) {
    return new TableSchema(
        new TableName("test", name),
        List.of(Column.builder("a", ColumnType.INT).build()),
        List.of());
  }

  /** C-073. */
  @ParameterizedTest
  @CsvSource({
    "'',+03:00",
    "system,+03:00",
    "SYSTEM,+03:00",
    "local,+03:00",
    "UTC,UTC",
    "Asia/Shanghai,Asia/Shanghai",
    "+08:00,+08:00"
  })
  void zonesAreIanaNamesOrTheNodes(String name, String zone) {
    assertThat(SpecValidator.zone(Optional.of(name), NODE)).isEqualTo(ZoneId.of(zone));
    assertThat(SpecValidator.zone(Optional.empty(), NODE)).isEqualTo(NODE);
  }

  /** C-128. */
  @Test
  void anUnknownZoneIsNamed() {
    assertRefused(
        StandardErrorCode.API_INVALID_PARAM,
        "invalid api parameter: invalid timezone:Mars/Olympus: [CDC:ErrLoadTimezone]load timezone:"
            + " unknown time zone Mars/Olympus",
        () -> SpecValidator.zone(Optional.of("Mars/Olympus"), NODE));
  }

  @Test
  void eachUnmetRequirementIsNamedWithItsRemedy() {
    assertRefused(
        StandardErrorCode.SOURCE_SETTINGS,
        "the upstream's log cannot be read as it is: binlog_format is 'STATEMENT', wanted is"
            + " 'ROW', to mend it: SET GLOBAL binlog_format = 'ROW'; log_bin is 'OFF', wanted is"
            + " 'ON'",
        () ->
            SpecValidator.checkUpstream(
                List.of(
                    new Requirement(
                        "binlog_format",
                        "STATEMENT",
                        "ROW",
                        false,
                        "SET GLOBAL binlog_format = 'ROW'"),
                    new Requirement("grant", "yes", "yes", true, ""),
                    new Requirement("log_bin", "OFF", "ON", false, ""))));
  }

  /** Check 13 of section 1.3. */
  @ParameterizedTest
  @CsvSource({
    "mysql://a:3306,mysql://b:3306,true",
    "mysql://a:3306,mysql://A:3306,false",
    "mysql://a:3306,tidb://a:3307,true",
    "mysql://a,mysql://a,true",
    "mysql://a,mysql://a:3306,false",
    "mariadb://a:4000,tidb+ssl://a,false",
    "mysql://localhost:4000,mysql://127.0.0.1,false",
    "mysql://a:3306,kafka://a:3306/t,true",
    "datagen:,mysql://a,true",
    "datagen:,blackhole:,true"
  })
  void upstreamAndDownstreamMustDiffer(String upstream, String sink, boolean differ) {
    Runnable check = () -> ServerAddress.checkDifferent(uri(upstream), SpecValidator.sinkUri(sink));
    if (differ) {
      check.run();
    } else {
      CdcException e = catchThrowableOfType(CdcException.class, check::run);
      assertThat(e.code()).isEqualTo(StandardErrorCode.SAME_UPSTREAM_DOWNSTREAM);
    }
  }

  private static ConnectorUri uri(String text) {
    return ConnectorUri.parse(text, StandardErrorCode.SOURCE_URI_INVALID);
  }

  /** C-130. */
  @ParameterizedTest
  @ValueSource(strings = {"foo", "://", "mysql", "mysql://h:port"})
  void aSinkUriThatIsNoneIsRefused(String text) {
    CdcException e = catchThrowableOfType(CdcException.class, () -> SpecValidator.sinkUri(text));
    assertThat(e.code()).isEqualTo(StandardErrorCode.SINK_URI_INVALID);
    assertThat(e.getMessage()).startsWith("sink uri invalid '");
  }

  @ParameterizedTest
  @CsvSource({
    "kafka://h/t?protocol=Avro, ''",
    "kafka://h/t?delete-only-output-handle-key-columns=true, ''",
    "kafka://h/t, kafka-config.large-message-handle.large-message-handle-option"
  })
  void forcedTablesNeedMessagesWithoutKeys(String uri, String option) {
    SinkConfig config =
        new SinkConfig(
            List.of(),
            Optional.empty(),
            option.isEmpty() ? Map.of() : Map.of(option, "handle-key-only"));
    ChangefeedSpec.Builder spec = ChangefeedSpec.builder(uri).sinkConfig(config);
    ConnectorUri sink = SpecValidator.sinkUri(uri);
    SpecValidator.checkForced(spec.build(), sink);
    ChangefeedSpec forced = spec.forceReplicate(true).build();
    assertThatThrownBy(() -> SpecValidator.checkForced(forced, sink))
        .isInstanceOfSatisfying(
            CdcException.class,
            e -> assertThat(e.code()).isEqualTo(StandardErrorCode.CODEC_INVALID_CONFIG))
        .hasMessageContaining("force_replicate");
    SpecValidator.checkForced(
        ChangefeedSpec.builder("kafka://h/t?protocol=canal-json").forceReplicate(true).build(),
        SpecValidator.sinkUri("kafka://h/t?protocol=canal-json"));
  }
}
