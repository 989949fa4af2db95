package io.millrace.transport.jdkhttp.v1;

import static io.millrace.transport.jdkhttp.LiveServer.assertEmpty;
import static io.millrace.transport.jdkhttp.LiveServer.assertError;
import static io.millrace.transport.jdkhttp.LiveServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.api.Tso;
import io.millrace.transport.jdkhttp.LiveServer;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Creating changefeeds: API v1, 6.3 and 6.4. */
class ApiV1CreateTest {
  private static LiveServer server;

  @BeforeAll
  static void start() {
    server = LiveServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /** Posts a body in which apostrophes stand for quotes. */
  private static HttpResponse<String> create(String body) {
    return server.post("/changefeeds", body.replace('\'', '"'));
  }

  private static String id(HttpResponse<String> created) {
    String location = created.headers().firstValue("location").orElse("");
    assertThat(location).startsWith("/api/v1/changefeeds/");
    return location.substring(location.lastIndexOf('/') + 1);
  }

  private static JsonNode detail(HttpResponse<String> created) {
    HttpResponse<String> detail = server.get("/changefeeds/" + id(created));
    assertThat(detail.statusCode()).isEqualTo(200);
    return json(detail);
  }

  @Test
  void showsANewChangefeedAtOnce() {
    Instant before = Instant.now().minusSeconds(60);
    assertEmpty(server.create("test5"), 202);
    assertThat(server.get("/changefeeds").body()).contains("\"id\": \"test5\"");
    JsonNode feed = json(server.get("/changefeeds/test5"));
    assertThat(feed.fieldNames())
        .toIterable()
        .containsExactly(
            "id",
            "sink_uri",
            "create_time",
            "start_ts",
            "target_ts",
            "checkpoint_tso",
            "checkpoint_time",
            "sort_engine",
            "state",
            "error",
            "error_history",
            "creator_version",
            "task_status");
    assertThat(Tso.parse(feed.get("start_ts").asText()).instant()).isAfter(before);
    assertThat(feed.get("target_ts").asText()).isEqualTo("0");
    assertThat(feed.get("sort_engine").textValue()).isEqualTo("unified");
    assertThat(feed.get("state").textValue()).isEqualTo("normal");
    assertThat(feed.get("error").isNull()).isTrue();
    assertThat(feed.get("error_history").isNull()).isTrue();
    assertThat(feed.get("sink_uri").textValue()).isEqualTo("blackhole://");
    assertThat(feed.get("creator_version").textValue()).isEqualTo("v1.2.3");
    assertError(
        server.create("test5"),
        400,
        "ErrChangeFeedAlreadyExists",
        "changefeed already exists, key: test5");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'sink_uri':'blackhole://'}",
        "{'changefeed_id':'','sink_uri':'blackhole://'}",
        "{'changefeed_id':null,'sink_uri':'blackhole://'}",
      })
  void makesAnIdUp(String body) {
    HttpResponse<String> created = create(body);
    assertEmpty(created, 202);
    assertThat(id(created)).matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    assertThat(detail(created).get("id").textValue()).isEqualTo(id(created));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'target_ts':9223372036854775808",
        "'ignore_txn_start_ts':[1,2,18446744073709551615]",
        "'filter_rules':['foo*.*','bar*.*']",
        "'filter_rules':['*.*','!test.t1','/^db[0-9]+$/.*','`a.b`.`c`']",
        "'filter_rules':['\u6d4b\u8bd5.*']",
        "'mounter_worker_num':32",
        "'force_replicate':true,'ignore_ineligible_table':true",
        "'sink_config':{'dispatchers':[{'matcher':['a.*'],'dispatcher':'ts'},"
            + "{'matcher':['b.*'],'dispatcher':'rowid'}],'protocal':'canal-json'}",
        "'sink_config':{'protocol':'canal-json','protocal':'nonsense'}",
        "'sink_config':{}",
        "'timezone':''",
        "'timezone':'system'",
        "'timezone':'Asia/Shanghai'",
        "'namespace':'default','unknown':{'x':[1]}",
      })
  void accepts(String more) {
    assertEmpty(create("{'sink_uri':'blackhole:///?unknown=1'," + more + "}"), 202);
  }

  @Test
  void acceptsOtherSpellings() {
    assertEmpty(create("{'CHANGEFEED_ID':'up','SINK_URI':'BLACKHOLE://'}"), 202);
    assertThat(json(server.get("/changefeeds/up")).get("sink_uri").textValue())
        .isEqualTo("BLACKHOLE://");
    assertEmpty(server.create("a".repeat(128)), 202);
    assertThat(server.get("/changefeeds/" + "a".repeat(128)).statusCode()).isEqualTo(200);
    assertThat(server.get("/changefeeds/u%70").statusCode()).isEqualTo(200);
  }

  @Test
  void showsTimestampsInFullDigits() {
    Tso start = Tso.of(Instant.now());
    String target = "18446744073709551615";
    HttpResponse<String> created =
        create("{'sink_uri':'blackhole://','start_ts':%s,'target_ts':%s}".formatted(start, target));
    assertEmpty(created, 202);
    String detail = server.get("/changefeeds/" + id(created)).body();
    assertThat(detail).contains("\"start_ts\": " + start + ",", "\"target_ts\": " + target + ",");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "~~ | ErrAPIInvalidParam | invalid api parameter: EOF",
        "[] | ErrAPIInvalidParam | invalid api parameter: ",
        "{'sink_uri':5} | ErrAPIInvalidParam | invalid api parameter: sink_uri must be a string",
        "{'start_ts':-1} | ErrAPIInvalidParam | invalid api parameter: start_ts must be",
        "null | ErrSinkURIInvalid | sink uri invalid 'sink-uri is empty,",
        "{} | ErrSinkURIInvalid | sink uri invalid 'sink-uri is empty,",
        "{'changefeed_id':'a_b'} | ErrAPIInvalidParam | invalid changefeed_id: a_b",
        "{'sink_uri':'blackhome://'} | ErrSinkURIInvalid | the sink scheme (blackhome) is not",
        "{'sink_uri':'foo'} | ErrSinkURIInvalid | sink uri invalid",
        "{'sink_uri':'blackhole:','mounter_worker_num':-5} | ErrAPIInvalidParam | invalid mounter",
        "{'sink_uri':'blackhole:','start_ts':18446744073709551615} | ErrAPIInvalidParam"
            + " | invalid start-ts 18446744073709551615, larger than current tso ",
        "{'sink_uri':'blackhole:','target_ts':1} | ErrTargetTsBeforeStartTs"
            + " | fail to create changefeed because target-ts 1 is earlier than start-ts 4",
        "{'sink_uri':'blackhole:','filter_rules':['test']} | ErrFilterRuleInvalid | ",
        "{'sink_uri':'blackhole:','filter_rules':['@/etc/passwd']} | ErrFilterRuleInvalid | ",
        "{'sink_uri':'blackhole:','timezone':'Mars/Olympus'} | ErrAPIInvalidParam"
            + " | invalid api parameter: invalid timezone:Mars/Olympus: [CDC:ErrLoadTimezone]",
        "{'sink_uri':'file:///tmp/x?protocol=canal-json&flush-interval=abc'} | ErrStorageSinkInvalidConfig | ",
        "{'sink_uri':'file:///tmp/x?protocol=nonsense'} | ErrSinkUnknownProtocol | ",
        "{'sink_uri':'blackhole:','sink_config':{'column-selectors':[{'matcher':['a.*'],"
            + "'columns':['b']}]}} | ErrSinkInvalidConfig | sink config invalid: a sink of the"
            + " scheme blackhole cannot leave columns out",
        "{'sink_uri':'file:///tmp/x?protocol=csv','sink_config':{'column-selectors':[{'matcher':"
            + "['a.*'],'columns':['b.c']}]}} | ErrFilterRuleInvalid | ",
      })
  void refuses(String body, String code, String message) {
    String before = server.get("/changefeeds?state=all").body().replaceAll("\"checkpoint.*", "");
    assertError(create(body), 400, code, message == null ? "" : message);
    assertThat(server.get("/changefeeds?state=all").body().replaceAll("\"checkpoint.*", ""))
        .isEqualTo(before);
  }

  @Test
  void shortensLongIdsInItsAnswer() {
    assertError(
        server.create("a".repeat(1 << 20)), 400, "ErrAPIInvalidParam", "invalid changefeed_id: a");
  }

  @Test
  void refusesADirectoryThatCannotBeMade() {
    HttpResponse<String> answer = create("{'sink_uri':'file:///proc/nope?protocol=canal-json'}");
    assertThat(answer.statusCode()).isEqualTo(400);
  }

  @Test
  void createsOneOfManyAtOnce() throws Exception {
    ExecutorService clients = Executors.newFixedThreadPool(10);
    try {
      Callable<Integer> create = () -> server.create("race").statusCode();
      List<Future<Integer>> answers =
          clients.invokeAll(IntStream.range(0, 20).mapToObj(i -> create).toList());
      int accepted = 0;
      for (Future<Integer> each : answers) {
        assertThat(each.get()).isIn(202, 400);
        accepted += each.get() == 202 ? 1 : 0;
      }
      assertThat(accepted).isEqualTo(1);
    } finally {
      clients.shutdownNow();
    }
  }

  @Test
  void replicatesToFiles(@TempDir Path directory) {
    HttpResponse<String> created =
        create(
            "{'changefeed_id':'files','filter_rules':['bank.transfers'],"
                + "'sink_uri':'file://%s?protocol=canal-json&flush-interval=50ms'}"
                    .formatted(directory));
    assertEmpty(created, 202);
    Path metadata = directory.resolve("metadata");
    server.until(() -> server.get("/changefeeds/files"), answer -> Files.exists(metadata));
    assertEmpty(server.delete("/changefeeds/files"), 202);
    assertError(server.get("/changefeeds/files"), 400, "ErrChangeFeedNotExists", "");
    // its name is free once nothing writes any more
    assertEmpty(create("{'changefeed_id':'files','sink_uri':'blackhole://'}"), 202);
    assertEmpty(server.delete("/changefeeds/files"), 202);
  }
}
