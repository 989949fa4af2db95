package io.millrace.transport.jdkhttp.v1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.Tso;
import io.millrace.api.changefeed.ChangefeedSpec;
import io.millrace.api.changefeed.ChangefeedUpdate;
import io.millrace.api.changefeed.ColumnSelector;
import io.millrace.api.changefeed.DispatchRule;
import io.millrace.api.changefeed.EventFilter;
import io.millrace.api.changefeed.SinkConfig;
import io.millrace.api.cluster.LogLevel;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BodiesTest {
  private static final ChangefeedSpec PLAIN = ChangefeedSpec.builder("blackhole://").build();

  @Test
  void readsEveryFieldOfCreate() {
    ChangefeedSpec spec =
        Bodies.spec(
            """
            {"changefeed_id":"test5","start_ts":1,"target_ts":18446744073709551615,
             "sink_uri":"blackhole://","timezone":"UTC","force_replicate":true,
             "ignore_ineligible_table":true,"filter_rules":["\u6d4b\u8bd5.*","a.b"],
             "ignore_txn_start_ts":[1,9223372036854775808],"mounter_worker_num":32,
             "event_filters":[{"matcher":["a.*"],"ignore_event":["insert"],"ignore_sql":["x"],
                               "ignore_insert_value_expr":""}],
             "event-filters":[{"matcher":["b.*"],"ignore-event":["all ddl"]}],
             "sink_config":{"dispatchers":[{"matcher":["a.*"],"dispatcher":"TS"}],
                            "protocol":"canal-json"}}\
            """);
    assertThat(spec)
        .isEqualTo(
            ChangefeedSpec.builder("blackhole://")
                .id("test5")
                .startTs(new Tso(1))
                .targetTs(Tso.MAX)
                .timezone("UTC")
                .forceReplicate(true)
                .ignoreIneligibleTable(true)
                .filterRules(List.of("\u6d4b\u8bd5.*", "a.b"))
                .ignoreTxnStartTs(List.of(new Tso(1), new Tso(Long.MIN_VALUE)))
                .eventFilters(
                    List.of(
                        new EventFilter(List.of("b.*"), List.of("all ddl"), List.of()),
                        new EventFilter(List.of("a.*"), List.of("insert"), List.of("x"))))
                .mounterWorkerNum(32)
                .sinkConfig(
                    new SinkConfig(
                        List.of(new DispatchRule(List.of("a.*"), "TS")),
                        Optional.of("canal-json"),
                        Map.of()))
                .build());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'sink_uri':'blackhole://'}",
        "{'sink_uri':'blackhole://','unknown':{'a':[1,{}]},'namespace':'default'}",
        "{'SINK_URI':'blackhole://'}",
        "{'SINK_URI':'bad://','sink_uri':'blackhole://'}",
        "{'sink_uri':'blackhole://','SINK_URI':'bad://'}",
        "{'sink_uri':'bad://','sink_uri':'blackhole://'}",
        "{'sink_uri':'blackhole://'}garbage",
        " \\n{'sink_uri':'blackhole://','changefeed_id':'','start_ts':-0}",
        "{'sink_uri':'blackhole://','changefeed_id':null,'start_ts':null,'target_ts':null,"
            + "'timezone':null,'force_replicate':null,'ignore_ineligible_table':null,"
            + "'filter_rules':null,'ignore_txn_start_ts':null,'mounter_worker_num':null,"
            + "'sink_config':null}",
        "{'sink_uri':'blackhole://','sink_config':{},'filter_rules':[]}",
      })
  void readsLeniently(String body) {
    assertThat(Bodies.spec(body.replace('\'', '"').replace("\\n", "\n"))).isEqualTo(PLAIN);
  }

  @Test
  void readsNullAndNothingAsAnEmptySinkUri() {
    assertThat(Bodies.spec("null").sinkUri()).isEmpty();
    assertThat(Bodies.spec("{}").sinkUri()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "   ",
        "{",
        "{'sink_uri':'blackhole://',}",
        "sink_uri=blackhole://",
        "[]",
        "'x'",
        "1",
        "true",
        "\uFEFF{}",
        "/* a comment */{}",
        "{'start_ts':NaN}",
        "{'start_ts':01}",
      })
  void refusesWhatIsNoObject(String body) {
    assertInvalid(() -> Bodies.spec(body.replace('\'', '"')), "invalid api parameter: ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "'sink_uri':5 | sink_uri must be a string",
        "'sink_uri':{} | sink_uri must be a string",
        "'sink_uri':'\\ud800' | sink_uri must be a string",
        "'start_ts':-1 | start_ts must be a whole number from 0 to 18446744073709551615",
        "'start_ts':18446744073709551616 | start_ts must be a whole number",
        "'start_ts':1.0 | start_ts must be a whole number",
        "'start_ts':1e3 | start_ts must be a whole number",
        "'start_ts':'1' | start_ts must be a whole number",
        "'start_ts':true | start_ts must be a whole number",
        "'target_ts':1e30 | target_ts must be",
        "'ignore_txn_start_ts':[1,-1] | ignore_txn_start_ts[1] must be a whole number",
        "'ignore_txn_start_ts':['1'] | ignore_txn_start_ts[0] must be",
        "'ignore_txn_start_ts':1 | ignore_txn_start_ts must be an array",
        "'filter_rules':'a.b' | filter_rules must be an array",
        "'filter_rules':[1] | filter_rules[0] must be a string",
        "'filter_rules':{} | filter_rules must be an array",
        "'force_replicate':'true' | force_replicate must be true or false",
        "'force_replicate':1 | force_replicate must be",
        "'mounter_worker_num':'16' | mounter_worker_num must be",
        "'mounter_worker_num':1.5 | mounter_worker_num must be",
        "'mounter_worker_num':2147483648 | mounter_worker_num must be",
        "'sink_config':[] | sink_config must be an object",
        "'sink_config':{'protocol':1} | sink_config.protocol must be a string",
        "'sink_config':{'dispatchers':{}} | sink_config.dispatchers must be an array",
        "'sink_config':{'dispatchers':[1]} | sink_config.dispatchers[0] must be an object",
        "'sink_config':{'dispatchers':[{'matcher':'a.b'}]}"
            + " | sink_config.dispatchers[0].matcher must be an array",
        "'changefeed_id':5 | changefeed_id must be a string",
        "'changefeed_id':'a_b' | invalid changefeed_id: a_b",
      })
  void refusesWhatIsOfAnotherType(String field, String message) {
    assertInvalid(() -> Bodies.spec("{" + field.replace('\'', '"') + "}"), message);
  }

  @Test
  void refusesDeepNestingAndLongNumbers() {
    assertInvalid(() -> Bodies.spec("[".repeat(200_000)), "invalid api parameter: ");
    assertInvalid(
        () -> Bodies.spec("{\"x\":" + "9".repeat(100_000) + "}"), "invalid api parameter: ");
  }

  private static void assertInvalid(ThrowingCallable call, String message) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            CdcException.class,
            e -> {
              assertThat(e.code()).isEqualTo(StandardErrorCode.API_INVALID_PARAM);
              assertThat(e.getMessage()).contains(message).hasSizeLessThan(1000);
            });
  }

  @Test
  void readsEveryFormOfTheSinkConfiguration() {
    SinkConfig config =
        Bodies.spec(
                """
                {"sink_uri":"x:","sink_config":{"protocal":"nonsense","Protocol":"csv",
                 "csv":{"delimiter":";","include_commit_ts":true},"date-separator":"day",
                 "file_index_digit":20,"terminator":null,"other":[1],
                 "column-selectors":[{"matcher":["a.b"],"columns":["*","!secret"]}],
                 "column_selectors":[{"matcher":["c.*"],"columns":["id"]}],
                 "dispatchers":[{"matcher":["a.b"],"partition":"rowid","index":"","topic":"t_{schema}"},
                 {"matcher":["c.d"]},{"matcher":["e.*"],"dispatcher":"columns","columns":["x","y"]},
                 {"matcher":["f.*"],"dispatcher":"index-value","index":"uk"}]}}\
                """)
            .sinkConfig();
    assertThat(config)
        .isEqualTo(
            new SinkConfig(
                List.of(
                    new DispatchRule(
                        List.of("a.b"),
                        "rowid",
                        Optional.empty(),
                        List.of(),
                        Optional.of("t_{schema}")),
                    new DispatchRule(List.of("c.d"), "default"),
                    new DispatchRule(
                        List.of("e.*"),
                        "columns",
                        Optional.empty(),
                        List.of("x", "y"),
                        Optional.empty()),
                    new DispatchRule(
                        List.of("f.*"),
                        "index-value",
                        Optional.of("uk"),
                        List.of(),
                        Optional.empty())),
                Optional.of("csv"),
                Map.of(
                    "csv.delimiter", ";",
                    "csv.include-commit-ts", "true",
                    "date-separator", "day",
                    "file-index-digit", "20"),
                List.of(
                    new ColumnSelector(List.of("a.b"), List.of("*", "!secret")),
                    new ColumnSelector(List.of("c.*"), List.of("id")))));
  }

  @Test
  void takesTheMisspeltProtocolWhereThereIsNoOther() {
    assertThat(protocol("{\"protocal\":\"csv\"}")).contains("csv");
    assertThat(protocol("{\"protocal\":\"csv\",\"protocol\":null}")).contains("csv");
    assertThat(protocol("{\"protocal\":\"x\",\"protocol\":\"csv\"}")).contains("csv");
  }

  private static Optional<String> protocol(String config) {
    return Bodies.spec("{\"sink_config\":" + config + "}").sinkConfig().protocol();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"dispatchers\":[{\"matcher\":[],\"dispatcher\":\"ts\",\"partition\":\"ts\"}]}",
        "{\"dispatchers\":[{\"partition\":\"\",\"dispatcher\":\"\"}]}",
      })
  void refusesWhatItCannotKeepTo(String config) {
    assertThatThrownBy(() -> protocol(config))
        .isInstanceOfSatisfying(
            CdcException.class,
            e -> assertThat(e.code()).isEqualTo(StandardErrorCode.SINK_INVALID_CONFIG));
  }

  @Test
  void readsUpdatesAsWhatIsToChange() {
    ChangefeedUpdate nothing = ChangefeedUpdate.builder().build();
    assertThat(Bodies.update("{}")).isEqualTo(nothing);
    assertThat(Bodies.update("{\"start_ts\":5,\"changefeed_id\":\"other\",\"target_ts\":0}"))
        .isEqualTo(nothing);
    assertThat(Bodies.update("{\"sink_uri\":\"\",\"filter_rules\":[]}")).isEqualTo(nothing);
    assertThat(
            Bodies.update(
                """
                {"target_ts":18446744073709551615,"sink_uri":"blackhole://?v=2",
                 "filter_rules":["a.b"],"ignore_txn_start_ts":[7],"mounter_worker_num":8,
                 "sink_config":{}}\
                """))
        .isEqualTo(
            ChangefeedUpdate.builder()
                .targetTs(Tso.MAX)
                .sinkUri("blackhole://?v=2")
                .filterRules(List.of("a.b"))
                .ignoreTxnStartTs(List.of(new Tso(7)))
                .mounterWorkerNum(8)
                .sinkConfig(SinkConfig.DEFAULT)
                .build());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'log_level':'debug'} | DEBUG",
        "{'log_level':'DEBUG'} | DEBUG",
        "{'log_level':'info'} | INFO",
        "{'log_level':''} | INFO",
        "{'log_level':null} | INFO",
        "{} | INFO",
        "null | INFO",
        "'warn' | WARN",
        "{'log_level':'error'} | ERROR",
        "{'log_level':'dpanic'} | ERROR",
        "{'log_level':'panic'} | ERROR",
        "{'log_level':'fatal'} | ERROR",
      },
      quoteCharacter = '~')
  void readsLogLevels(String body, LogLevel level) {
    assertThat(Bodies.logLevel(body.replace('\'', '"'))).isEqualTo(level);
  }

  @Test
  void refusesUnknownLogLevels() {
    assertInvalid(
        () -> Bodies.logLevel("{\"log_level\":\"foo\"}"), "fail to change log level: foo");
    assertInvalid(() -> Bodies.logLevel("{\"log_level\":5}"), "invalid log level: ");
    assertInvalid(() -> Bodies.logLevel(""), "invalid log level: ");
    assertInvalid(() -> Bodies.logLevel("{"), "invalid log level: ");
    assertInvalid(() -> Bodies.logLevel('"' + "x".repeat(5000) + '"'), "fail to change");
  }
}
