package io.millrace.transport.jdkhttp.v1;

import static io.millrace.transport.jdkhttp.LiveServer.assertEmpty;
import static io.millrace.transport.jdkhttp.LiveServer.assertError;
import static io.millrace.transport.jdkhttp.LiveServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.transport.jdkhttp.LiveServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The owner, and where tables are, with one capture: API v1, 6.10 and 6.13. */
class ApiV1TablesTest {
  private static final String MOVE = "/changefeeds/feed/tables/move_table";
  private static final String REBALANCE = "/changefeeds/feed/tables/rebalance_table";

  private static LiveServer server;

  @BeforeAll
  static void start() {
    server = LiveServer.start();
    assertEmpty(server.create("feed"), 202);
    assertEmpty(server.create("stopped"), 202);
    assertEmpty(server.post("/changefeeds/stopped/pause", ""), 202);
    server.until(() -> server.get("/changefeeds/feed"), answer -> tables(json(answer)).size() == 3);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static JsonNode tables(JsonNode detail) {
    return detail.path("task_status").path(0).path("table_ids");
  }

  private static void untilOwned() {
    server.until(() -> server.get("/health"), answer -> answer.statusCode() == 200);
    server.until(
        () -> server.get("/captures"),
        answer -> json(answer).path(0).path("is_owner").booleanValue());
  }

  private static void untilMoved() {
    long seen = json(server.get("/changefeeds/feed")).path("checkpoint_tso").longValue();
    server.until(
        () -> server.get("/changefeeds/feed"),
        answer ->
            json(answer).path("checkpoint_tso").longValue() > seen
                && json(answer).path("state").textValue().equals("normal"));
  }

  @Test
  void c227TheOnlyCaptureIsSoonOwnerAgain() {
    assertEmpty(server.post("/owner/resign", ""), 202);
    untilOwned();
    untilMoved();
  }

  @Test
  void c228TheBodyOfAResignationIsNotRead() {
    assertEmpty(server.send("POST", "/api/v1/owner/resign", "{garbage", "Content-Type", ""), 202);
    untilOwned();
  }

  @Test
  void c229ResigningAgainAndAgain() {
    for (int i = 0; i < 5; i++) {
      assertEmpty(server.post("/owner/resign", ""), 202);
    }
    untilOwned();
    untilMoved();
  }

  @Test
  void c230And231RebalanceInAnyState() {
    assertEmpty(server.post(REBALANCE, ""), 202);
    assertEmpty(server.post("/changefeeds/stopped/tables/rebalance_table", ""), 202);
    untilMoved();
    assertThat(json(server.get("/changefeeds/stopped")).path("state").textValue())
        .isEqualTo("stopped");
  }

  @Test
  void c232RebalanceNeedsAChangefeed() {
    assertError(
        server.post("/changefeeds/none/tables/rebalance_table", ""),
        400,
        "ErrChangeFeedNotExists",
        "changefeed not exists, key: none");
    assertError(
        server.post("/changefeeds/a_b/tables/rebalance_table", ""),
        400,
        "ErrAPIInvalidParam",
        "invalid changefeed_id: a_b");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"capture_id\":\"%s\",\"table_id\":%s}",
        "{\"target_capture_id\":\"%s\",\"table_id\":%s}",
        "{\"capture_id\":\"%s\",\"target_capture_id\":\"a_b\",\"table_id\":%s}",
        "{\"capture_id\":\"test-aaa-aa%.0s\",\"table_id\":11%.0s}",
        "{\"capture_id\":\"%s\",\"table_id\":-5%.0s}",
        "{\"capture_id\":\"%s\"}"
      })
  void c233To236And240AcceptsMovesThatChangeNothing(String body) {
    JsonNode tables = tables(json(server.get("/changefeeds/feed")));
    assertEmpty(server.post(MOVE, body.formatted(server.id(), tables.get(0).asText())), 202);
    untilMoved();
    JsonNode after = json(server.get("/changefeeds/feed"));
    assertThat(tables(after)).isEqualTo(tables);
    assertThat(after.path("task_status").path(0).path("table_operations")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"capture_id\":\"\",\"table_id\":1}",
        "{}",
        "null",
        "{\"capture_id\":\"a_b\",\"table_id\":1}"
      })
  void c237And238RefusesCapturesThatCannotBe(String body) {
    assertError(server.post(MOVE, body), 400, "ErrAPIInvalidParam", "invalid capture_id: ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"capture_id\":\"a\",\"table_id\":\"49\"}",
        "{\"capture_id\":\"a\",\"table_id\":1.5}",
        "{\"capture_id\":\"a\",\"table_id\":9223372036854775808}",
        "{",
        ""
      })
  void c239And241RefusesBodiesThatDoNotFit(String body) {
    assertError(server.post(MOVE, body), 400, "ErrAPIInvalidParam", "invalid api parameter: ");
  }

  @Test
  void c242And243MovesNeedAChangefeed() {
    String body = "{\"capture_id\":\"a\",\"table_id\":1}";
    assertError(
        server.post("/changefeeds/none/tables/move_table", body),
        400,
        "ErrChangeFeedNotExists",
        "changefeed not exists, key: none");
    assertError(
        server.post("/changefeeds/a_b/tables/move_table", body),
        400,
        "ErrAPIInvalidParam",
        "invalid changefeed_id: a_b");
    assertError(
        server.post("/changefeeds/none/tables/move_table", "{"),
        400,
        "ErrChangeFeedNotExists",
        "changefeed not exists, key: none");
  }

  @Test
  void c269TheOnlyCaptureCannotBeDrained() {
    assertError(
        server.put("/captures/drain", "{\"capture_id\":\"" + server.id() + "\"}"),
        400,
        "ErrSchedulerRequestFailed",
        "scheduler request failed, only one capture alive");
  }

  @Test
  void c273DrainWantsAnObject() {
    assertError(
        server.put("/captures/drain", "{"), 400, "ErrAPIInvalidParam", "invalid api parameter: ");
  }
}
