package io.millrace.transport.jdkhttp.v1;

import static io.millrace.transport.jdkhttp.LiveServer.assertEmpty;
import static io.millrace.transport.jdkhttp.LiveServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.base.Ticker;
import io.millrace.core.store.memory.MemoryStore;
import io.millrace.transport.jdkhttp.LiveServer;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The forms of the time before v1: API v1, 1.18 and 6.13. */
class ApiV1OldPathsTest {
  private static final String DONE = "{\n \"status\": true,\n \"message\": \"\"\n}";

  private static LiveServer server;

  @BeforeAll
  static void start() {
    server = LiveServer.start();
    assertEmpty(server.create("feed"), 202);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static HttpResponse<String> form(String path, String body) {
    return server.send("POST", path, body, "Content-Type", "application/x-www-form-urlencoded");
  }

  private static void assertDone(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.headers().firstValue("content-type").orElse(""))
        .startsWith("application/json");
    assertThat(answer.body()).isEqualTo(DONE);
  }

  private static void assertRefused(HttpResponse<String> answer, String message) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(answer.headers().firstValue("content-type").orElse("")).startsWith("text/plain");
    assertThat(answer.body()).startsWith("[CDC:ErrAPIInvalidParam]" + message);
  }

  @Test
  void c274AdminJobsStopResumeAndRemove() {
    assertEmpty(server.create("admin"), 202);
    assertDone(form("/capture/owner/admin", "cf-id=admin&admin-job=1"));
    server.untilState("admin", "stopped");
    assertDone(form("/capture/owner/admin?cf-id=admin&admin-job=2", ""));
    server.untilState("admin", "normal");
    assertDone(form("/capture/owner/admin", "admin-job=3&cf-id=%61dmin&force-remove=true"));
    server.until(
        () -> server.get("/changefeeds/admin"),
        answer -> answer.body().contains("ErrChangeFeedNotExists"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"cf-id=none&", "cf-id=a_b&", "cf-id=&", ""})
  void c274AdminJobsOfUnknownChangefeedsHaveNoEffect(String id) {
    assertDone(form("/capture/owner/admin", id + "admin-job=1"));
  }

  @ParameterizedTest
  @CsvSource({
    "admin-job=x, invalid admin job type: x",
    "admin-job=, 'invalid admin job type: '",
    "'', 'invalid admin job type: '",
    "admin-job=1&force-remove=maybe, invalid force remove option: maybe",
  })
  void c275RefusesJobsThatAreNone(String form, String message) {
    assertRefused(form("/capture/owner/admin", "cf-id=feed&" + form), message);
    assertThat(json(server.get("/changefeeds/feed")).path("state").textValue()).isEqualTo("normal");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "4", "99", "-1"})
  void c276RefusesJobsOfUnknownTypes(String job) {
    assertRefused(
        form("/capture/owner/admin", "cf-id=feed&admin-job=" + job),
        "invalid admin job type: " + job);
    assertEmpty(server.get("/health"), 200);
  }

  @Test
  void c277MovesATableToAnyCaptureAskedAtAnyCapture() {
    String upstream = "datagen:?rate=100&tables=2&accounts=50";
    MemoryStore store = new MemoryStore(Ticker.systemTicker());
    try (LiveServer one = LiveServer.start(upstream, store);
        LiveServer two = LiveServer.start(upstream, store)) {
      assertEmpty(one.create("moving"), 202);
      HttpResponse<String> spread =
          one.until(
              () -> one.get("/changefeeds/moving"),
              answer -> tables(answer, one) + tables(answer, two) == 3);
      LiveServer from = tables(spread, one) > 0 ? one : two;
      LiveServer to = from == one ? two : one;
      int before = tables(spread, to);
      String table = task(spread, from).path("table_ids").path(0).asText();
      HttpResponse<String> answer =
          to.send(
              "POST",
              "/capture/owner/move_table",
              "cf-id=moving&target-cp-id=%s&table-id=%s".formatted(to.id(), table));
      assertDone(answer);
      one.until(
          () -> one.get("/changefeeds/moving"),
          detail ->
              tables(detail, to) == before + 1
                  && task(detail, to).path("table_ids").toString().contains(table));
    }
  }

  private static JsonNode task(HttpResponse<String> detail, LiveServer node) {
    for (JsonNode each : json(detail).path("task_status")) {
      if (each.path("capture_id").asText().equals(node.id())) {
        return each;
      }
    }
    return json(detail).path("none");
  }

  private static int tables(HttpResponse<String> detail, LiveServer node) {
    return task(detail, node).path("table_ids").size();
  }

  @Test
  void c277MovesOfUnknownTablesAndChangefeedsHaveNoEffect() {
    assertDone(form("/capture/owner/move_table", "cf-id=feed&target-cp-id=other&table-id=4711"));
    assertDone(form("/capture/owner/move_table", "cf-id=none&target-cp-id=other&table-id=1"));
  }

  @ParameterizedTest
  @CsvSource({
    "cf-id=feed&target-cp-id=a&table-id=x, invalid tableID: x",
    "cf-id=feed&target-cp-id=a&table-id=9223372036854775808, invalid tableID: 9223372036854775808",
    "cf-id=feed&target-cp-id=a, 'invalid tableID: '",
    "cf-id=feed&target-cp-id=a_b&table-id=1, invalid target capture id: a_b",
    "cf-id=feed&table-id=1, 'invalid target capture id: '",
    "cf-id=a_b&target-cp-id=a&table-id=1, invalid changefeed id: a_b",
    "cf-id=feed&target-cp-id=%zz&table-id=1, invalid api parameter: a %",
  })
  void c278RefusesMovesThatCannotBe(String form, String message) {
    assertRefused(form("/capture/owner/move_table", form), message);
  }

  @Test
  void c279ShowsAChangefeedInShort() {
    assertEmpty(server.create("short"), 202);
    assertEmpty(server.post("/changefeeds/short/pause", ""), 202);
    server.untilState("short", "stopped");
    HttpResponse<String> answer = form("/capture/owner/changefeed/query", "cf-id=short");
    JsonNode detail = json(server.get("/changefeeds/short"));
    assertThat(answer.body())
        .isEqualTo(
            "{\n \"state\": \"stopped\",\n \"tso\": %s,\n \"checkpoint\": \"%s\",\n \"error\": null\n}"
                .formatted(
                    detail.path("checkpoint_tso").asText(),
                    detail.path("checkpoint_time").textValue()));
  }

  @Test
  void c279ShowsEmptyValuesOfUnknownChangefeeds() {
    HttpResponse<String> answer = form("/capture/owner/changefeed/query", "cf-id=none");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body())
        .isEqualTo(
            "{\n \"state\": \"\",\n \"tso\": 0,\n \"checkpoint\": \"\",\n \"error\": null\n}");
    assertRefused(
        form("/capture/owner/changefeed/query", "cf-id=a_b"), "invalid changefeed id: a_b");
  }

  @Test
  void c281SetsTheLogLevel() {
    HttpResponse<String> answer = server.send("POST", "/admin/log", "\"debug\"");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("{}");
    assertRefused(server.send("POST", "/admin/log", "\"loud\""), "fail to change log level: loud");
    assertRefused(server.send("POST", "/admin/log", "debug"), "invalid log level: ");
  }

  @Test
  void resignsAndRebalances() {
    assertDone(form("/capture/owner/rebalance_trigger", "cf-id=feed"));
    assertDone(form("/capture/owner/rebalance_trigger", "cf-id=none"));
    assertRefused(
        form("/capture/owner/rebalance_trigger", "cf-id=a_b"), "invalid changefeed id: a_b");
    assertDone(form("/capture/owner/resign", ""));
    server.until(() -> server.get("/health"), answer -> answer.statusCode() == 200);
  }

  @Test
  void longValuesAreShortened() {
    HttpResponse<String> answer =
        form("/capture/owner/admin", "cf-id=feed&admin-job=" + "x".repeat(5000));
    assertRefused(answer, "invalid admin job type: xxx");
    assertThat(answer.body()).hasSizeLessThan(300);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/capture/owner/admin", "/capture/owner/resign", "/admin/log"})
  void answersOnlyPosts(String path) {
    assertThat(server.send("GET", path, "").statusCode()).isEqualTo(404);
  }
}
