package io.millrace.transport.jdkhttp.v1;

import static io.millrace.transport.jdkhttp.LiveServer.assertEmpty;
import static io.millrace.transport.jdkhttp.LiveServer.assertError;
import static io.millrace.transport.jdkhttp.LiveServer.json;
import static io.millrace.transport.jdkhttp.v1.Cluster.INVALID;
import static io.millrace.transport.jdkhttp.v1.Cluster.detail;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.transport.jdkhttp.v1.Cluster.Asked;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Processors: API v1, 6.9. */
class ApiV1ProcessorsTest extends ApiV1Cases {
  private static JsonNode processors() {
    return json(cluster.server().get("/processors"));
  }

  private static String path(String id, String capture) {
    return "/processors/" + id + "/" + capture;
  }

  @Test
  void c217And219ListsNone() {
    assertThat(cluster.server().get("/processors").body()).isEqualTo("[]");
    cluster.mkStopped("a");
    cluster
        .server()
        .until(() -> cluster.server().get("/processors"), answer -> answer.body().equals("[]"));
  }

  @Test
  void c218ListsOneForEachCapture() {
    cluster.mk("a");
    JsonNode found = processors();
    assertThat(found).hasSize(asked == Asked.OWNER ? 1 : 2);
    for (JsonNode each : found) {
      assertThat(each.fieldNames()).toIterable().containsExactly("changefeed_id", "capture_id");
      assertThat(each.get("changefeed_id").textValue()).isEqualTo("a");
    }
    assertThat(found.findValuesAsText("capture_id")).contains(cluster.server().id());
  }

  @Test
  void c220ShowsWhatEachDoes() {
    cluster.mk("a");
    cluster.until("a", feed -> Cluster.tables(feed).equals(List.of(1L, 2L)));
    cluster.untilCaughtUp("a");
    List<Long> tables = new ArrayList<>();
    for (JsonNode each : processors()) {
      JsonNode detail = detail(cluster.server().get(path("a", each.get("capture_id").textValue())));
      assertThat(detail.fieldNames())
          .toIterable()
          .containsExactly("checkpoint_ts", "resolved_ts", "table_ids", "error");
      assertThat(detail.get("resolved_ts").longValue())
          .isGreaterThanOrEqualTo(detail.get("checkpoint_ts").longValue());
      assertThat(detail.get("checkpoint_ts").longValue()).isPositive();
      assertThat(detail.get("error").isNull()).isTrue();
      detail.get("table_ids").forEach(id -> tables.add(id.longValue()));
    }
    assertThat(tables).containsExactlyInAnyOrder(1L, 2L);
  }

  @Test
  void c221HasNoTablesWhereTheFilterMatchesNone() {
    assertEmpty(cluster.mk("a", ",'filter_rules':['nothing.*']"), 202);
    JsonNode detail = detail(cluster.server().get(path("a", cluster.server().id())));
    assertThat(detail.get("table_ids").toString()).isEqualTo("[]");
  }

  @Test
  void c222To225RefusesWhatIsNotThere() {
    cluster.mk("a");
    String capture = cluster.server().id();
    cluster.missing(cluster.server().get(path("none", capture)));
    assertError(
        cluster.server().get(path("a", "non-exist-capture-id")),
        400,
        "ErrCaptureNotExist",
        "capture not exists, non-exist-capture-id");
    assertError(
        cluster.server().get(path("a_b", capture)), 400, INVALID, "invalid changefeed_id: a_b");
    assertError(cluster.server().get(path("a", "a_b")), 400, INVALID, "invalid capture_id: a_b");
  }

  @Test
  void c226RefusesAStoppedOne() {
    cluster.mkStopped("a");
    assertError(
        cluster.server().get(path("a", cluster.server().id())),
        400,
        INVALID,
        "invalid api parameter: changefeed in abnormal state: stopped");
  }
}
