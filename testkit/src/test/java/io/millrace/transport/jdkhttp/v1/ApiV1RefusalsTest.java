package io.millrace.transport.jdkhttp.v1;

import static io.millrace.transport.jdkhttp.LiveServer.assertEmpty;
import static io.millrace.transport.jdkhttp.LiveServer.assertError;
import static io.millrace.transport.jdkhttp.v1.Cluster.INVALID;
import static io.millrace.transport.jdkhttp.v1.Cluster.detail;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.Tso;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Creating changefeeds, refused: API v1, 6.4. Every case checks C-148 as well. */
class ApiV1RefusalsTest extends ApiV1Cases {
  private static final String SINK = "ErrSinkURIInvalid";
  private static final String RULE = "ErrFilterRuleInvalid";
  private static final String BODY = "invalid api parameter: ";

  @Override
  @AfterEach
  void clear() {
    cluster.source().dropUnlogged(Cluster.NOKEY);
    super.clear();
  }

  private static HttpResponse<String> refuses(String body, String code, String message) {
    List<String> before = cluster.ids("?state=all");
    HttpResponse<String> answer = cluster.create(body);
    assertError(answer, 400, code, message);
    assertThat(cluster.ids("?state=all")).as("C-148").isEqualTo(before);
    return answer;
  }

  private static HttpResponse<String> refusesKey(String more, String code, String message) {
    return refuses("{'changefeed_id':'x','sink_uri':'blackhole://'," + more + "}", code, message);
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
      })
  void c086To089And091To092RefusesWhatIsNoObject(String body) {
    refuses(body, INVALID, BODY);
  }

  @Test
  void c090RefusesApostrophes() {
    assertError(
        cluster.server().post("/changefeeds", "{'sink_uri':'blackhole://'}"), 400, INVALID, BODY);
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "{}", "{'sink_uri':''}"})
  void c093To095RefusesAMissingSink(String body) {
    refuses(
        body,
        SINK,
        "sink uri invalid 'sink-uri is empty, can't not create a changefeed without sink-uri'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"5", "{}", "[]", "true"})
  void c096RefusesSinksThatAreNoText(String uri) {
    refuses("{'sink_uri':" + uri + "}", INVALID, BODY + "sink_uri must be a string");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "18446744073709551616", "1.5", "1e3", "'1'", "true"})
  void c097To102RefusesStartsThatAreNoTimestamp(String start) {
    refusesKey("'start_ts':" + start, INVALID, BODY + "start_ts must be");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'target_ts':-1",
        "'target_ts':'x'",
        "'target_ts':1e30",
        "'ignore_txn_start_ts':[-1]",
        "'ignore_txn_start_ts':['1']",
        "'ignore_txn_start_ts':1",
        "'filter_rules':'a.b'",
        "'filter_rules':[1]",
        "'filter_rules':{}",
        "'force_replicate':'true'",
        "'force_replicate':1",
        "'mounter_worker_num':'16'",
        "'mounter_worker_num':1.5",
        "'sink_config':[]",
        "'sink_config':'x'",
        "'sink_config':{'dispatchers':{}}",
        "'sink_config':{'dispatchers':[1]}",
        "'sink_config':{'dispatchers':[{'matcher':'a.b'}]}",
      })
  void c103To107And109To110RefusesWrongTypes(String more) {
    refusesKey(more, INVALID, BODY);
  }

  @Test
  void c108RefusesANegativeNumberOfMounters() {
    refusesKey("'mounter_worker_num':-5", INVALID, "invalid mounter_worker_num -5");
  }

  @Test
  void refusesEventFilters() {
    refusesKey(
        "'event_filters':[{'matcher':['a.*'],'ignore_event':['drop tabel']}]",
        "ErrInvalidIgnoreEventType",
        "invalid ignore event type: 'drop tabel', known are [all dml, ");
    refusesKey(
        "'event_filters':[{'matcher':['a.*'],'ignore_sql':['(']}]",
        RULE,
        "filter rule is invalid: ignore_sql '('");
    refusesKey("'event_filters':[{'matcher':['a.']}]", RULE, "filter rule is invalid: at ");
    refusesKey(
        "'event_filters':[{'ignore_event':['insert']}]",
        RULE,
        "filter rule is invalid: an event filter without matcher");
    refusesKey(
        "'event_filters':[{'matcher':['*.*'],'ignore_insert_value_expr':'id > 1'}]",
        RULE,
        "filter rule is invalid: ignore_insert_value_expr in event_filters is not supported");
    refusesKey(
        "'event_filters':{'matcher':['*.*']}", INVALID, BODY + "event_filters must be an array");
  }

  @Test
  void c111RefusesAnIdThatIsNoText() {
    refuses(
        "{'changefeed_id':5,'sink_uri':'blackhole://'}",
        INVALID,
        BODY + "changefeed_id must be a string");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a_b", "-a", "a-", "a--b", "a b", "a.b", "a/b", "\u6d4b\u8bd5", "a\\n"})
  void c112To113RefusesIds(String id) {
    refuses(
        "{'changefeed_id':'" + id + "','sink_uri':'blackhole://'}",
        INVALID,
        "invalid changefeed_id: " + id.replace("\\n", "\n"));
  }

  @ParameterizedTest
  @ValueSource(ints = {129, 1 << 20})
  void c114And115RefusesLongIdsInAShortAnswer(int length) {
    refuses(
        "{'changefeed_id':'" + "a".repeat(length) + "','sink_uri':'blackhole://'}",
        INVALID,
        "invalid changefeed_id: aaa");
  }

  @Test
  void c116RefusesAnIdInUse() {
    cluster.mk("test5");
    refuses(
        "{'changefeed_id':'test5','sink_uri':'blackhole://'}",
        "ErrChangeFeedAlreadyExists",
        "changefeed already exists, key: test5");
  }

  @Test
  void c117CreatesOneOfManyAtOnce() throws Exception {
    ExecutorService clients = Executors.newFixedThreadPool(20);
    try {
      Callable<HttpResponse<String>> create = () -> cluster.mk("race", "");
      List<Future<HttpResponse<String>>> answers =
          clients.invokeAll(IntStream.range(0, 20).mapToObj(i -> create).toList());
      int accepted = 0;
      for (Future<HttpResponse<String>> each : answers) {
        HttpResponse<String> answer = each.get(30, SECONDS);
        if (answer.statusCode() == 202) {
          accepted++;
        } else {
          assertError(answer, 400, "ErrChangeFeedAlreadyExists", "");
        }
      }
      assertThat(accepted).isEqualTo(1);
    } finally {
      clients.shutdownNow();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"18446744073709551615", "9223372036854775808"})
  void c118And119RefusesStartsToCome(String start) {
    refusesKey(
        "'start_ts':" + start, INVALID, "invalid start-ts " + start + ", larger than current tso ");
  }

  @Test
  void c120RefusesAStartWithoutHistory() {
    refusesKey(
        "'start_ts':1",
        "ErrStartTsBeforeGC",
        "fail to create changefeed because start-ts 1 is earlier than");
  }

  @Test
  void c121RefusesATargetAtTheStart() {
    Tso start = Tso.of(Instant.now().minusSeconds(1));
    refusesKey("'start_ts':" + start + ",'target_ts':" + start, "ErrTargetTsBeforeStartTs", "");
  }

  @Test
  void c122NamesTheEffectiveStart() {
    assertThat(
            refusesKey(
                    "'target_ts':1",
                    "ErrTargetTsBeforeStartTs",
                    "fail to create changefeed because target-ts 1 is earlier than start-ts ")
                .body())
        .containsPattern("start-ts \\d{15,}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"test", "a.b.c", "\\\"a.b", "/a.b", "[a.b", "@/etc/passwd"})
  void c123To125RefusesRules(String rule) {
    HttpResponse<String> answer =
        cluster
            .server()
            .post(
                "/changefeeds",
                "{\"sink_uri\":\"blackhole://\",\"filter_rules\":[\"" + rule + "\"]}");
    assertError(answer, 400, RULE, "");
    assertThat(answer.body()).doesNotContain("root:");
    assertThat(cluster.ids("?state=all")).isEmpty();
  }

  @Test
  void c126And127ATableWithoutAKeyMustBeFilteredOut() {
    cluster.source().addWithoutKey(Cluster.NOKEY);
    assertThat(refusesKey("'timezone':''", "ErrTableIneligible", "some tables").body())
        .contains("nokey");
    assertEmpty(cluster.mk("x", ",'filter_rules':['*.*','!test.nokey']"), 202);
  }

  @Test
  void c128RefusesAnUnknownZone() {
    assertThat(refusesKey("'timezone':'Mars/Olympus'", INVALID, "").body())
        .contains("Mars/Olympus", "ErrLoadTimezone");
  }

  @Test
  void c129RefusesAnUnknownScheme() {
    refuses("{'sink_uri':'blackhome://'}", SINK, "the sink scheme (blackhome) is not supported");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://x", "foo", "://", "mysql"})
  void c130RefusesWhatIsNoSinkUri(String uri) {
    refuses("{'sink_uri':'" + uri + "'}", SINK, "");
  }

  @ParameterizedTest
  @CsvSource({
    "file:///proc/nope?protocol=csv, ErrFileSinkCreateDir",
    "file:///tmp/x?protocol=canal-json&flush-interval=abc, ErrStorageSinkInvalidConfig",
    "file:///tmp/x?protocol=nonsense, ErrSinkUnknownProtocol",
  })
  void c144And145RefusesFileSinks(String uri, String code) {
    refuses("{'sink_uri':'" + uri + "'}", code, "");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "blackhole: | a.* | b | ErrSinkInvalidConfig",
        "file:///tmp/x?protocol=csv | a.* | b.c | ErrFilterRuleInvalid",
      })
  void refusesColumnSelectors(String uri, String table, String column, String code) {
    refuses(
        "{'sink_uri':'%s','sink_config':{'column-selectors':[{'matcher':['%s'],'columns':['%s']}]}}"
            .formatted(uri, table, column),
        code,
        "");
  }

  @Test
  void c148TheIdOfARefusedOneIsFree() {
    refusesKey("'mounter_worker_num':-5", INVALID, "");
    cluster.mk("x");
    assertThat(detail(cluster.get("x")).get("state").textValue()).isEqualTo("normal");
  }
}
