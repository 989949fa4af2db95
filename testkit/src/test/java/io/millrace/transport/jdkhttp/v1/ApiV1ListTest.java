package io.millrace.transport.jdkhttp.v1;

import static io.millrace.transport.jdkhttp.LiveServer.assertEmpty;
import static io.millrace.transport.jdkhttp.LiveServer.assertError;
import static io.millrace.transport.jdkhttp.LiveServer.json;
import static io.millrace.transport.jdkhttp.v1.Cluster.INVALID;
import static io.millrace.transport.jdkhttp.v1.Cluster.detail;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.api.Tso;
import io.millrace.transport.jdkhttp.LiveServer;
import io.millrace.transport.jdkhttp.v1.Cluster.Asked;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lists and details of changefeeds: API v1, 6.5 and 6.6. */
class ApiV1ListTest extends ApiV1Cases {
  private static final DateTimeFormatter LOCAL =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS").withZone(LiveServer.ZONE);

  private static void assertTimeOf(JsonNode feed) {
    Tso checkpoint = Tso.parse(feed.get("checkpoint_tso").asText());
    assertThat(feed.get("checkpoint_time").textValue())
        .matches("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{3}")
        .isEqualTo(LOCAL.format(checkpoint.instant()));
  }

  private static JsonNode listed(String id, String query) {
    for (JsonNode each : json(cluster.server().get("/changefeeds" + query))) {
      if (each.get("id").textValue().equals(id)) {
        return each;
      }
    }
    throw new AssertionError("not listed: " + id);
  }

  @Test
  void c149ListsNothing() {
    HttpResponse<String> answer = cluster.server().get("/changefeeds");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("[]");
  }

  @Test
  void c150And151ListsANormalOne() {
    cluster.mk("a");
    JsonNode feed = listed("a", "");
    assertThat(feed.fieldNames())
        .toIterable()
        .containsExactly("id", "state", "checkpoint_tso", "checkpoint_time", "error");
    assertThat(feed.get("error").isNull()).isTrue();
    assertTimeOf(feed);
  }

  @Test
  void c152To158ListsByState() {
    cluster.mk("normal");
    cluster.mkStopped("stopped");
    cluster.mkFinished("finished");
    cluster.mkFailed("failed");
    cluster.sink().mend();
    cluster.mkInError("error");
    assertThat(cluster.ids("")).containsExactly("failed", "normal", "stopped");
    assertThat(cluster.ids("?state=")).containsExactly("failed", "normal", "stopped");
    assertThat(cluster.ids("?state=all"))
        .containsExactly("error", "failed", "finished", "normal", "stopped");
    for (String state : List.of("normal", "stopped", "error", "failed", "finished")) {
      assertThat(cluster.ids("?state=" + state)).containsExactly(state);
    }
    for (String none : List.of("removed", "nonsense", "NORMAL")) {
      HttpResponse<String> answer = cluster.server().get("/changefeeds?state=" + none);
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).isEqualTo("[]");
    }
    assertThat(cluster.ids("?state=normal&state=stopped")).containsExactly("normal");
    assertThat(cluster.ids("?state=%6Eormal")).containsExactly("normal");
    assertEmpty(cluster.server().get("/health"), 200);
  }

  @Test
  void c159ListsById() {
    cluster.mk("c");
    cluster.mk("a");
    cluster.mk("B");
    assertThat(cluster.ids("")).containsExactly("B", "a", "c");
  }

  @Test
  void c160And170ShowsTheErrorOfAFailedOne() {
    cluster.mkFailed("a");
    JsonNode error = listed("a", "").get("error");
    assertThat(error.get("code").textValue()).isEqualTo("CDC:ErrDispatcherFailed");
    assertThat(error.get("message").textValue()).contains("no such column");
    assertThat(error.get("addr").textValue()).startsWith("advertised.example:");
    JsonNode feed = detail(cluster.get("a"));
    assertThat(feed.get("error")).isEqualTo(error);
    assertThat(feed.get("error_history")).isNotEmpty();
    long last = 0;
    for (JsonNode each : feed.get("error_history")) {
      assertThat(each.longValue()).isGreaterThanOrEqualTo(last);
      last = each.longValue();
    }
    assertThat(Instant.ofEpochMilli(last))
        .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(1));
  }

  @Test
  void c161TheCheckpointGrowsWhileTheUpstreamIsIdle() {
    cluster.mk("a");
    Tso seen = Tso.parse(listed("a", "").get("checkpoint_tso").asText());
    cluster
        .server()
        .until(
            () -> cluster.server().get("/changefeeds"),
            answer ->
                Tso.parse(json(answer).path(0).get("checkpoint_tso").asText()).millis()
                    > seen.millis() + 1000);
  }

  @Test
  void c162WritesTimestampsAsIntegers() {
    assertEmpty(cluster.mk("a", ",'target_ts':18446744073709551615"), 202);
    assertThat(cluster.server().get("/changefeeds").body())
        .containsPattern("\"checkpoint_tso\": \\d{18},");
    assertThat(cluster.get("a").body())
        .containsPattern("\"checkpoint_tso\": \\d{18},")
        .contains("\"target_ts\": 18446744073709551615,");
  }

  @Test
  void c163And164ShowsANormalOne() {
    cluster.mk("a");
    JsonNode feed = cluster.until("a", each -> Cluster.tables(each).equals(List.of(1L, 2L)));
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
    assertTimeOf(feed);
    JsonNode tasks = feed.get("task_status");
    assertThat(tasks).hasSize(asked == Asked.OWNER ? 1 : 2);
    assertThat(tasks.findValuesAsText("capture_id")).isSorted().contains(cluster.server().id());
    assertThat(tasks).allSatisfy(each -> assertThat(each.get("table_operations")).isEmpty());
  }

  @Test
  void c165AnswersThatThereIsNone() {
    assertError(
        cluster.get("missing"), 400, Cluster.MISSING, "changefeed not exists, key: missing");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a_b", "a%20b", "%E4%B8%AD", "a+b", "-a", "a--b", "a%0A", "a%00"})
  void c166RefusesIds(String id) {
    assertError(cluster.get(id), 400, INVALID, "invalid changefeed_id: ");
    assertError(cluster.get("a".repeat(129)), 400, INVALID, "invalid changefeed_id: ");
  }

  @Test
  void c167ShowsWhenItWasCreated() {
    cluster.mk("a");
    String created = detail(cluster.get("a")).get("create_time").textValue();
    assertThat(LOCAL.parse(created, Instant::from))
        .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(1));
  }

  @Test
  void c169ShowsAStoppedOne() {
    cluster.mk("a");
    cluster.untilCaughtUp("a");
    Tso before = cluster.checkpoint("a");
    assertEmpty(cluster.post("a", "pause"), 202);
    cluster.server().untilState("a", "stopped");
    JsonNode feed = detail(cluster.get("a"));
    assertThat(feed.get("task_status").toString()).isEqualTo("[]");
    assertThat(cluster.checkpoint("a")).isGreaterThanOrEqualTo(before);
  }

  @Test
  void c171AFilterThatMatchesNothingLeavesTheCheckpointGrowing() {
    assertEmpty(cluster.mk("a", ",'filter_rules':['nothing.*']"), 202);
    cluster.untilCaughtUp("a");
    cluster.untilCaughtUp("a");
    assertThat(Cluster.tables(detail(cluster.get("a")))).isEmpty();
  }

  @Test
  void c172TellsLetterCaseApart() {
    cluster.mk("Ab");
    assertError(cluster.get("ab"), 400, Cluster.MISSING, "changefeed not exists, key: ab");
  }
}
