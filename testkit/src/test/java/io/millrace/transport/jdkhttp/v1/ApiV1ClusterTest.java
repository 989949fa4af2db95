package io.millrace.transport.jdkhttp.v1;

import static com.google.common.base.Ticker.systemTicker;
import static io.millrace.transport.jdkhttp.LiveServer.assertEmpty;
import static io.millrace.transport.jdkhttp.LiveServer.assertError;
import static io.millrace.transport.jdkhttp.LiveServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.core.store.memory.MemoryStore;
import io.millrace.transport.jdkhttp.LiveServer;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two captures over one store: API v1, 6.12 and 6.13. */
class ApiV1ClusterTest {
  private static final String FEED = "/changefeeds/feed";

  private final MemoryStore store = new MemoryStore(systemTicker());
  private final String upstream =
      "datagen:?rate=100&tables=1&accounts=50&start=" + (System.currentTimeMillis() - 1000);
  private LiveServer owner;
  private LiveServer other;

  @BeforeEach
  void start() {
    owner = LiveServer.start(upstream, store);
    other = LiveServer.start(upstream, store);
    // C-256: what one has accepted, all know at once
    assertEmpty(other.create("feed"), 202);
    assertThat(owner.get(FEED).statusCode()).isEqualTo(200);
    assertThat(other.get(FEED).statusCode()).isEqualTo(200);
    untilLoads(1, 1);
  }

  @AfterEach
  void stop() {
    other.close();
    owner.close();
  }

  private static Map<String, Integer> loads(HttpResponse<String> detail) {
    Map<String, Integer> loads = new TreeMap<>();
    for (JsonNode each : json(detail).path("task_status")) {
      loads.put(each.path("capture_id").textValue(), each.path("table_ids").size());
    }
    return loads;
  }

  private void untilLoads(int ofOwner, int ofOther) {
    Map<String, Integer> wanted = new TreeMap<>(Map.of(owner.id(), ofOwner, other.id(), ofOther));
    other.until(() -> other.get(FEED), answer -> loads(answer).equals(wanted));
  }

  @Test
  void c253To255AllAnswerAlike() {
    assertThat(owner.get("/captures").body()).isEqualTo(other.get("/captures").body());
    JsonNode captures = json(other.get("/captures"));
    assertThat(captures).hasSize(2);
    assertThat(captures).filteredOn(each -> each.path("is_owner").booleanValue()).hasSize(1);
    JsonNode status = json(other.get("/status"));
    assertThat(status.path("is_owner").booleanValue()).isFalse();
    assertThat(status.path("id")).isNotEqualTo(json(owner.get("/status")).path("id"));
    assertEmpty(other.post(FEED + "/pause", ""), 202);
    owner.untilState("feed", "stopped");
    for (String path : new String[] {"/changefeeds?state=all", FEED, "/processors", FEED + "x"}) {
      // what was under way when it was stopped may still be counted
      other.until(() -> other.get(path), answer -> answer.body().equals(owner.get(path).body()));
    }
  }

  @Test
  void c258And259BothHaveAProcessor() {
    JsonNode processors = json(other.get("/processors"));
    assertThat(processors).hasSize(2);
    for (JsonNode each : processors) {
      JsonNode detail = json(other.get("/processors/feed/" + each.path("capture_id").textValue()));
      assertThat(detail.path("table_ids")).hasSize(1);
    }
  }

  @Test
  void c260To262MovesAndRebalances() {
    JsonNode status = json(owner.get(FEED)).path("task_status");
    String table = "";
    for (JsonNode each : status) {
      if (each.path("capture_id").textValue().equals(other.id())) {
        table = each.path("table_ids").path(0).asText();
      }
    }
    String body = "{\"capture_id\":\"%s\",\"table_id\":" + table + "}";
    assertEmpty(other.post(FEED + "/tables/move_table", body.formatted("dead")), 202);
    assertEmpty(other.post(FEED + "/tables/move_table", body.formatted(owner.id())), 202);
    untilLoads(2, 0);
    assertEmpty(other.post(FEED + "/tables/rebalance_table", ""), 202);
    untilLoads(1, 1);
    assertThat(json(owner.get(FEED)).path("state").textValue()).isEqualTo("normal");
  }

  @Test
  void c263TheOtherBecomesOwner() {
    assertEmpty(other.post("/owner/resign", ""), 202);
    other.until(() -> other.get("/status"), answer -> json(answer).path("is_owner").booleanValue());
    assertThat(json(owner.get("/status")).path("is_owner").booleanValue()).isFalse();
    other.until(() -> other.get("/health"), answer -> answer.statusCode() == 200);
  }

  @Test
  void c270To272Drains() {
    assertError(
        other.put("/captures/drain", "{\"capture_id\":\"nobody\"}"),
        400,
        "ErrCaptureNotExist",
        "capture not exists, nobody");
    assertError(
        other.put("/captures/drain", "{}"), 400, "ErrCaptureNotExist", "capture not exists");
    assertError(
        other.put("/captures/drain", "{\"capture_id\":\"" + owner.id() + "\"}"),
        400,
        "ErrSchedulerRequestFailed",
        "scheduler request failed, cannot drain the owner");
    String body = "{\"capture_id\":\"" + other.id() + "\"}";
    HttpResponse<String> first = other.put("/captures/drain", body);
    assertThat(first.statusCode()).isEqualTo(202);
    assertThat(json(first).path("current_table_count").intValue()).isEqualTo(1);
    other.until(
        () -> owner.put("/captures/drain", body),
        answer -> json(answer).path("current_table_count").intValue() == 0);
    untilLoads(2, 0);
    assertThat(json(other.get("/status")).path("liveness").intValue()).isOne();
    assertThat(json(owner.get("/status")).path("liveness").intValue()).isZero();
    assertEmpty(other.post(FEED + "/tables/rebalance_table", ""), 202);
    assertEmpty(owner.create("more"), 202);
    owner.until(
        () -> owner.get("/changefeeds/more"),
        answer -> loads(answer).getOrDefault(owner.id(), 0) == 2);
    assertThat(loads(owner.get(FEED)).get(other.id())).isZero();
  }
}
