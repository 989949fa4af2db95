package io.millrace.transport.jdkhttp.v1;

import static io.millrace.transport.jdkhttp.LiveServer.assertEmpty;
import static io.millrace.transport.jdkhttp.LiveServer.assertError;
import static io.millrace.transport.jdkhttp.LiveServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.CdcService;
import io.millrace.transport.jdkhttp.LiveServer;
import io.millrace.transport.jdkhttp.route.Request;
import io.millrace.transport.jdkhttp.route.Response;
import io.millrace.transport.jdkhttp.route.Role;
import io.millrace.transport.jdkhttp.route.Route;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Paths, methods, headers, status, health, captures and log: API v1, 6.1, 6.2 and 6.11. */
class ApiV1RequestsTest {
  private static LiveServer server;

  @BeforeAll
  static void start() {
    server = LiveServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /api/v1/nothing",
    "GET, /api/v2/changefeeds",
    "GET, /API/V1/STATUS",
    "GET, //api/v1/status",
    "GET, //x/api/v1/status",
  })
  void c001And003To005AnswersUnknownPaths(String method, String target) {
    answersNotFound(method, target, "");
  }

  /** The page is not among what this test's API has. */
  @Test
  void c002HasAPage() {
    HttpResponse<String> answer = server.send("GET", "/", "");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("content-type")).contains("text/html; charset=utf-8");
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /api/v1/status",
    "DELETE, /api/v1/changefeeds",
    "PUT, /api/v1/changefeeds",
    "PATCH, /api/v1/changefeeds/x",
    "GET, /api/v1/changefeeds/x/pause",
    "GET, /api/v1/owner/resign",
    "GET, /api/v1/log",
    "POST, /api/v1/captures",
    "OPTIONS, /api/v1/changefeeds",
  })
  void c006To013And015AnswersUnknownMethods(String method, String target) {
    String before = server.get("/changefeeds?state=all").body();
    answersNotFound(method, target, "{\"changefeed_id\":\"wrong\",\"sink_uri\":\"blackhole://\"}");
    assertThat(json(server.get("/changefeeds?state=all")).findValuesAsText("id"))
        .as("before: %s", before)
        .doesNotContain("wrong");
    assertThat(json(server.get("/status")).get("is_owner").booleanValue()).isTrue();
  }

  @Test
  void c014AnswersHeadWithoutBody() {
    HttpResponse<String> answer = server.send("HEAD", "/api/v1/status", "");
    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.body()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /api/v1/processors/a",
    "GET, /api/v1/processors/a/b/c",
    "GET, /api/v1/changefeeds/a/b",
    "GET, /api/v1/changefeeds/a%2Fb",
  })
  void c018To020And022AnswersPathsThatAreTooShortOrLong(String method, String target) {
    answersNotFound(method, target, "");
  }

  private static void answersNotFound(String method, String target, String body) {
    assertError(server.send(method, target, body), 404, "ErrAPIInvalidParam", "no such call: ");
  }

  @Test
  void c023DecodesIds() {
    assertEmpty(server.create("a-b"), 202);
    assertThat(json(server.get("/changefeeds/a%2Db")).get("id").textValue()).isEqualTo("a-b");
  }

  /** Deployment tools ask the old path. */
  @Test
  void c049SaysWhatTheNodeIsAtTheOldPath() {
    assertThat(server.send("GET", "/status", "").body()).isEqualTo(server.get("/status").body());
    assertThat(server.send("POST", "/status", "").statusCode()).isEqualTo(404);
  }

  @Test
  void isReadyUntilTheServiceStops() {
    assertEmpty(server.send("GET", "/ready", ""), 200);
    try (LiveServer other = LiveServer.start()) {
      other.service().close();
      assertError(
          other.send("GET", "/ready", ""), 503, "ErrServerIsNotReady", "cdc server is not ready");
      assertThat(other.send("GET", "/debug/info", "").statusCode()).isEqualTo(503);
    }
  }

  @Test
  void dumpsTheClusterWithoutSecrets() {
    server.post(
        "/changefeeds",
        "{\"changefeed_id\":\"dumped\",\"sink_uri\":\"blackhole://u:canary1@h/?token=canary2\"}");
    HttpResponse<String> dump = server.send("GET", "/debug/info", "");
    assertThat(dump.statusCode()).isEqualTo(200);
    assertThat(dump.headers().firstValue("content-type")).contains("text/plain; charset=utf-8");
    assertThat(dump.body())
        .contains("captures:", "address=advertised.example:", "dumped state=normal")
        .contains("sink_uri=blackhole://u:xxxxx@h/?token=xxxxx")
        .doesNotContain("canary");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/api/v1/status", "/api/v1/status/", "/api/v1/status?x=1&y"})
  void c024And039And041To043SaysWhatTheNodeIs(String target) {
    HttpResponse<String> answer = server.send("GET", target, "garbage");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("content-type"))
        .contains("application/json; charset=utf-8");
    assertThat(json(answer).fieldNames())
        .toIterable()
        .containsExactly("version", "git_hash", "id", "pid", "is_owner", "liveness");
    assertThat(json(answer).get("liveness").intValue()).isZero();
    assertThat(json(answer).get("version").textValue()).isEqualTo("v1.2.3");
    assertThat(json(answer).get("git_hash").textValue()).isEqualTo("abc");
    assertThat(json(answer).get("pid").longValue()).isEqualTo(ProcessHandle.current().pid());
    assertThat(answer.body()).contains("\"is_owner\": true");
    assertThat(server.get("/status").body()).isEqualTo(answer.body());
  }

  @Test
  void c044IsHealthy() {
    assertEmpty(server.get("/health"), 200);
  }

  @Test
  void c045And046IsHealthyWhateverItsChangefeedsAreButNotWithoutAStore() {
    try (Cluster cluster = new Cluster(Cluster.Asked.OWNER)) {
      cluster.mkStopped("stopped");
      cluster.mkFailed("failed");
      assertEmpty(cluster.server().get("/health"), 200);
      cluster.link(0).cutOff();
      assertThat(cluster.server().get("/health").statusCode()).isEqualTo(500);
      assertThat(json(cluster.server().get("/health")).get("error_code").textValue())
          .isIn("CDC:ErrOwnerNotFound", "CDC:ErrClusterIsUnhealthy");
    }
  }

  @Test
  void c037And047ListsTheCaptureWithItsAdvertisedAddress() {
    HttpResponse<String> answer =
        server.send("GET", "/api/v1/captures", "", "TiCDC-ForwardFromCapture", "x");
    String id = json(server.get("/status")).get("id").textValue();
    assertThat(answer.body())
        .isEqualTo(
            """
            [
                {
                    "id": "%s",
                    "is_owner": true,
                    "address": "advertised.example:%d"
                }
            ]"""
                .formatted(id, server.http().address().getPort()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'Content-type'|'application/json'|Content-Type|application/x-www-form-urlencoded",
        "Accept|*/*",
        "Content-Type|text/plain",
        "Content-Type|multipart/form-data",
        "TiCDC-ForwardFromCapture|x",
      })
  void c025To028And038And040LooksAtNoHeaders(String header) {
    String[] parts = header.split("\\|", -1);
    HttpResponse<String> created =
        server.send("POST", "/api/v1/changefeeds", "{\"sink_uri\":\"blackhole://\"}", parts);
    assertEmpty(created, 202);
  }

  @Test
  void c036AnswersManyAtOnce() throws Exception {
    ExecutorService clients = Executors.newFixedThreadPool(10);
    try {
      Callable<Integer> list = () -> server.get("/changefeeds").statusCode();
      List<Future<Integer>> answers =
          clients.invokeAll(IntStream.range(0, 50).mapToObj(i -> list).toList());
      for (Future<Integer> each : answers) {
        assertThat(each.get()).isEqualTo(200);
      }
    } finally {
      clients.shutdownNow();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"debug", "info", "warn", "error", "dpanic", "panic", "fatal", "DEBUG"})
  void c244To246SetsTheLogLevel(String level) {
    assertEmpty(server.post("/log", "{\"log_level\":\"" + level + "\"}"), 200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"log_level\":\"\"}", "{\"log_level\":null}", "null"})
  void c247LogsAsUsualWhereNoLevelIsNamed(String body) {
    assertEmpty(server.post("/log", body), 200);
  }

  @Test
  void c248RefusesAnUnknownLogLevel() {
    assertError(
        server.post("/log", "{\"log_level\":\"foo\"}"),
        400,
        "ErrAPIInvalidParam",
        "fail to change log level: foo");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"log_level\":5}", "", "{"})
  void c249And250RefusesOtherBodies(String body) {
    assertError(server.post("/log", body), 400, "ErrAPIInvalidParam", "invalid log level: ");
  }

  @Test
  void c251TakesABareLevel() {
    assertEmpty(server.post("/log", "\"warn\""), 200);
  }

  @Test
  void c252LooksAtNoHeadersHereEither() {
    assertEmpty(
        server.send(
            "POST",
            "/api/v1/log",
            "{\"log_level\":\"info\"}",
            "'Content-type'",
            "'application/json'",
            "Content-Type",
            "application/x-www-form-urlencoded"),
        200);
  }

  /** And before it is registered: its requests are answered from the first moment. */
  @Test
  void c048IsNotReadyBeforeAndAfter() {
    CdcService service = CdcService.builder().upstream("datagen:").address("127.0.0.1:1").build();
    ApiV1 api = new ApiV1(service);
    assertThat(api.handle(new Request("GET", "/api/v1/status", "")).status()).isEqualTo(503);
    service.start();
    assertThat(api.handle(new Request("GET", "/api/v1/status", "")).status()).isEqualTo(200);
    service.close();
    assertThat(api.handle(new Request("GET", "/api/v1/status", "")).status()).isEqualTo(503);
  }

  @Test
  void isNotReadyOnceTheServiceStops() {
    try (LiveServer other = LiveServer.start()) {
      other.service().close();
      assertError(other.get("/health"), 503, "ErrServerIsNotReady", "cdc server is not ready");
    }
  }

  /** What fails within is told to the log, not to the client. */
  @Test
  void tellsNothingOfFailuresWithin() {
    Route broken =
        Route.of(
            "GET",
            "/broken",
            Role.READ,
            request -> {
              throw new IllegalStateException("canary");
            });
    Response answer =
        new ApiV1(server.service(), List.of(broken)).handle(new Request("GET", "/broken", ""));
    assertThat(answer.status()).isEqualTo(500);
    assertThat(answer.body())
        .contains("\"error_code\": \"CDC:ErrInternalServerError\"")
        .doesNotContain("canary", "Exception", "\tat ");
  }

  @Test
  void needsNoServerOfTheJdk() {
    ApiV1 api = new ApiV1(server.service());
    assertThat(api.handle(new Request("GET", "/api/v1/health", "")).status()).isEqualTo(200);
    assertThat(api.handle(new Request("GET", "/api/v1/%zz", "")).status()).isEqualTo(400);
  }
}
