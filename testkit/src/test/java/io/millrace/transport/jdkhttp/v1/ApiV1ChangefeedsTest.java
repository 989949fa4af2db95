package io.millrace.transport.jdkhttp.v1;

import static io.millrace.transport.jdkhttp.LiveServer.assertEmpty;
import static io.millrace.transport.jdkhttp.LiveServer.assertError;
import static io.millrace.transport.jdkhttp.LiveServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.api.Tso;
import io.millrace.transport.jdkhttp.LiveServer;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Looking at, changing and steering changefeeds: API v1, 6.5 to 6.9. */
class ApiV1ChangefeedsTest {
  private static final DateTimeFormatter LOCAL =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS").withZone(LiveServer.ZONE);
  private static final String UPDATE_REFUSED = "ErrChangefeedUpdateRefused";

  private static LiveServer server;

  @BeforeAll
  static void start() {
    server = LiveServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @AfterEach
  void removeAll() {
    for (JsonNode feed : json(server.get("/changefeeds?state=all"))) {
      assertEmpty(server.delete("/changefeeds/" + feed.get("id").textValue()), 202);
    }
    server.until(() -> server.get("/changefeeds?state=all"), answer -> answer.body().equals("[]"));
  }

  private static void createStopped(String id) {
    assertEmpty(server.create(id), 202);
    assertEmpty(server.post("/changefeeds/" + id + "/pause", "garbage"), 202);
    server.untilState(id, "stopped");
  }

  private static void createFinished(String id) {
    Tso start = Tso.of(Instant.now());
    assertEmpty(
        server.post(
            "/changefeeds",
            "{\"changefeed_id\":\"%s\",\"sink_uri\":\"blackhole://\",\"start_ts\":%s,\"target_ts\":%s}"
                .formatted(id, start, start.next())),
        202);
    server.untilState(id, "finished");
  }

  private static List<String> ids(String query) {
    return json(server.get("/changefeeds" + query)).findValuesAsText("id");
  }

  private static Tso checkpoint(String id) {
    return Tso.parse(json(server.get("/changefeeds/" + id)).get("checkpoint_tso").asText());
  }

  @Test
  void listsByIdAndState() {
    assertThat(server.get("/changefeeds").body()).isEqualTo("[]");
    assertEmpty(server.create("c"), 202);
    createStopped("a");
    createFinished("B");
    assertThat(ids("")).containsExactly("a", "c");
    assertThat(ids("?state=")).containsExactly("a", "c");
    assertThat(ids("?state=all")).containsExactly("B", "a", "c");
    assertThat(ids("?state=normal")).containsExactly("c");
    assertThat(ids("?state=%6Eormal&state=stopped")).containsExactly("c");
    assertThat(ids("?state=stopped")).containsExactly("a");
    assertThat(ids("?state=finished")).containsExactly("B");
    assertThat(ids("?state=removed")).isEmpty();
    assertThat(ids("?state=NORMAL")).isEmpty();
    assertThat(ids("?state=nonsense")).isEmpty();
  }

  @Test
  void showsTimesOfTheNodesZone() {
    assertEmpty(server.create("a"), 202);
    JsonNode feed = json(server.get("/changefeeds")).get(0);
    assertThat(feed.fieldNames())
        .toIterable()
        .containsExactly("id", "state", "checkpoint_tso", "checkpoint_time", "error");
    Tso checkpoint = Tso.parse(feed.get("checkpoint_tso").asText());
    assertThat(feed.get("checkpoint_time").textValue())
        .isEqualTo(LOCAL.format(checkpoint.instant()));
    String created = json(server.get("/changefeeds/a")).get("create_time").textValue();
    assertThat(LOCAL.parse(created, Instant::from))
        .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(1));
  }

  @Test
  void showsTheTablesOfARunningOne() {
    assertEmpty(server.create("a"), 202);
    String capture = json(server.get("/status")).get("id").textValue();
    HttpResponse<String> detail =
        server.until(
            () -> server.get("/changefeeds/a"),
            answer -> answer.body().contains("\"table_ids\": [\n"));
    JsonNode task = json(detail).get("task_status").get(0);
    assertThat(task.get("capture_id").textValue()).isEqualTo(capture);
    assertThat(task.get("table_ids").toString()).isEqualTo("[1,2,3]");
    assertThat(task.get("table_operations").toString()).isEqualTo("{}");
    assertThat(json(server.get("/processors")).toString())
        .isEqualTo("[{\"changefeed_id\":\"a\",\"capture_id\":\"" + capture + "\"}]");
    JsonNode processor = json(server.get("/processors/a/" + capture));
    assertThat(processor.fieldNames())
        .toIterable()
        .containsExactly("checkpoint_ts", "resolved_ts", "table_ids", "error");
    assertThat(processor.get("table_ids").toString()).isEqualTo("[1,2,3]");
    assertThat(processor.get("error").isNull()).isTrue();
    assertThat(processor.get("resolved_ts").longValue())
        .isGreaterThanOrEqualTo(processor.get("checkpoint_ts").longValue())
        .isPositive();
  }

  @Test
  void refusesProcessorsItDoesNotHave() {
    createStopped("a");
    assertThat(server.get("/processors").body()).isEqualTo("[]");
    String capture = json(server.get("/status")).get("id").textValue();
    String invalid = "ErrAPIInvalidParam";
    assertError(
        server.get("/processors/a/" + capture),
        400,
        invalid,
        "invalid api parameter: changefeed in abnormal state: stopped");
    assertError(
        server.get("/processors/none/" + capture),
        400,
        "ErrChangeFeedNotExists",
        "changefeed not exists, key: none");
    assertError(
        server.get("/processors/a_b/" + capture), 400, invalid, "invalid changefeed_id: a_b");
    assertError(server.get("/processors/a/a_b"), 400, invalid, "invalid capture_id: a_b");
    assertEmpty(server.create("b"), 202);
    assertError(
        server.get("/processors/b/non-exist-capture-id"),
        400,
        "ErrCaptureNotExist",
        "capture not exists, non-exist-capture-id");
  }

  @Test
  void pausesAndResumes() {
    createStopped("a");
    Tso rested = checkpoint("a");
    assertThat(json(server.get("/changefeeds/a")).get("task_status").toString()).isEqualTo("[]");
    assertEmpty(server.post("/changefeeds/a/pause", ""), 202);
    assertThat(json(server.get("/changefeeds/a")).get("state").asText()).isEqualTo("stopped");
    // what was under way when it was paused may still be counted
    assertThat(checkpoint("a")).isGreaterThanOrEqualTo(rested);
    assertEmpty(server.post("/changefeeds/a/resume", ""), 202);
    server.untilState("a", "normal");
    server.until(() -> server.get("/changefeeds/a"), answer -> checkpoint("a").isAfter(rested));
    assertEmpty(server.post("/changefeeds/a/resume", ""), 202);
    assertEmpty(server.post("/changefeeds/a/pause", ""), 202);
    assertEmpty(server.post("/changefeeds/a/resume", ""), 202);
    server.untilState("a", "normal");
  }

  @Test
  void removesAndCreatesAnew() {
    createStopped("a");
    assertEmpty(server.delete("/changefeeds/a"), 202);
    assertError(server.get("/changefeeds/a"), 400, "ErrChangeFeedNotExists", "");
    assertEmpty(server.create("a"), 202);
  }

  @ParameterizedTest
  @CsvSource({
    "GET, missing, ''",
    "PUT, missing, {",
    "DELETE, missing, ''",
    "POST, missing/pause, ''",
    "POST, missing/resume, ''",
  })
  void refusesUnknownOnes(String method, String path, String body) {
    assertError(
        server.send(method, "/api/v1/changefeeds/" + path, body),
        400,
        "ErrChangeFeedNotExists",
        "changefeed not exists, key: missing");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a_b", "a%20b", "%E4%B8%AD", "a+b", "-a", "a--b", "a%0A", "a%00"})
  void refusesInvalidIds(String id) {
    for (String method : List.of("GET", "PUT", "DELETE")) {
      assertError(
          server.send(method, "/api/v1/changefeeds/" + id, ""),
          400,
          "ErrAPIInvalidParam",
          "invalid changefeed_id: ");
    }
  }

  @Test
  void tellsLetterCaseApart() {
    assertEmpty(server.create("Ab"), 202);
    assertError(server.get("/changefeeds/ab"), 400, "ErrChangeFeedNotExists", "");
  }

  @Test
  void updatesAStoppedOne() {
    createStopped("a");
    assertEmpty(server.put("/changefeeds/a", "{\"mounter_worker_num\":32}"), 202);
    String same = "changefeed update error: changefeed config is the same with the old one";
    for (String body :
        List.of(
            "{\"mounter_worker_num\":32}",
            "{}",
            "{\"start_ts\":0}",
            "{\"start_ts\":5,\"changefeed_id\":\"other\",\"force_replicate\":true}",
            "{\"filter_rules\":[]}")) {
      assertError(server.put("/changefeeds/a", body), 400, UPDATE_REFUSED, same);
    }
    assertEmpty(server.put("/changefeeds/a", "{\"sink_uri\":\"blackhole://?v=2\"}"), 202);
    assertEmpty(server.put("/changefeeds/a", "{\"target_ts\":18446744073709551615}"), 202);
    assertEmpty(
        server.put("/changefeeds/a", "{\"sink_config\":{\"protocal\":\"canal-json\"}}"), 202);
    assertThat(server.get("/changefeeds/a").body())
        .contains("\"sink_uri\": \"blackhole://?v=2\"", "\"target_ts\": 18446744073709551615")
        .contains("\"state\": \"stopped\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{'target_ts':1} | ErrChangefeedUpdateRefused | can not update target-ts:1 less than",
        "{'sink_uri':'bad://'} | ErrChangefeedUpdateRefused | changefeed update error: ",
        "{'filter_rules':['nodot']} | ErrChangefeedUpdateRefused | changefeed update error: ",
        "~~ | ErrAPIInvalidParam | invalid api parameter: ",
        "{ | ErrAPIInvalidParam | invalid api parameter: ",
        "[] | ErrAPIInvalidParam | invalid api parameter: ",
        "{'target_ts':'1'} | ErrAPIInvalidParam | invalid api parameter: target_ts must be",
        "{'target_ts':-1} | ErrAPIInvalidParam | invalid api parameter: target_ts must be",
      })
  void refusesUpdates(String body, String code, String message) {
    createStopped("a");
    assertError(server.put("/changefeeds/a", body.replace('\'', '"')), 400, code, message);
    assertThat(server.get("/changefeeds/a").body())
        .contains("\"sink_uri\": \"blackhole://\"", "\"target_ts\": 0");
  }

  @Test
  void refusesUpdatesInOtherStates() {
    createFinished("done");
    assertEmpty(server.create("a"), 202);
    for (String id : List.of("done", "a")) {
      for (String body : List.of("{\"mounter_worker_num\":8}", "{")) {
        assertError(
            server.put("/changefeeds/" + id, body),
            400,
            UPDATE_REFUSED,
            "changefeed update error: can only update changefeed config when it is stopped or"
                + " failed");
      }
    }
  }

  @Test
  void finishesAtItsTarget() {
    createFinished("a");
    JsonNode feed = json(server.get("/changefeeds/a"));
    assertThat(feed.get("checkpoint_tso")).isEqualTo(feed.get("target_ts"));
    assertThat(feed.get("error").isNull()).isTrue();
    assertThat(feed.get("task_status").toString()).isEqualTo("[]");
  }
}
