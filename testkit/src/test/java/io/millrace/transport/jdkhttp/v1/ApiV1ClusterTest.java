package io.millrace.transport.jdkhttp.v1;

import static io.millrace.transport.jdkhttp.LiveServer.assertEmpty;
import static io.millrace.transport.jdkhttp.LiveServer.assertError;
import static io.millrace.transport.jdkhttp.LiveServer.json;
import static io.millrace.transport.jdkhttp.v1.Cluster.detail;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.api.CaptureId;
import io.millrace.api.TableName;
import io.millrace.api.Tso;
import io.millrace.testkit.sink.Recorded;
import io.millrace.testkit.sink.Recorded.Kind;
import io.millrace.transport.jdkhttp.LiveServer;
import io.millrace.transport.jdkhttp.v1.Cluster.Asked;
import java.net.http.HttpResponse;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Two captures over one store, {@code A} the owner: API v1, 6.12 and 6.13. That every case before
 * holds for {@code B} too (C-253), the classes of those cases show themselves.
 */
class ApiV1ClusterTest {
  private static final String FEED = "/changefeeds/feed";

  private final Cluster cluster = new Cluster(Asked.OTHER);
  private final LiveServer owner = cluster.server(0);
  private final LiveServer other = cluster.server(1);

  @BeforeEach
  void start() {
    // C-256: what one has accepted, all know at once
    cluster.record("feed");
    assertThat(owner.get(FEED).statusCode()).isEqualTo(200);
    assertThat(other.get(FEED).statusCode()).isEqualTo(200);
    untilLoads(1, 1);
  }

  @AfterEach
  void stop() {
    cluster.close();
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

  private static boolean isOwner(LiveServer node) {
    return json(node.get("/status")).path("is_owner").booleanValue();
  }

  private static List<String> captures(LiveServer asked) {
    return json(asked.get("/captures")).findValuesAsText("id");
  }

  private String tableOf(LiveServer node) {
    for (JsonNode each : json(owner.get(FEED)).path("task_status")) {
      if (each.path("capture_id").textValue().equals(node.id())) {
        return each.path("table_ids").path(0).asText();
      }
    }
    throw new AssertionError("no table is on " + node.id());
  }

  /**
   * Has rows committed, and checks that all those of this test become durable, per table in order.
   */
  private void assertNothingIsMissing(LiveServer asked, long last) {
    Tso now = cluster.source().now().ts();
    asked.until(
        () -> asked.get(FEED),
        answer -> Tso.parse(detail(answer).get("checkpoint_tso").asText()).compareTo(now) >= 0);
    for (String table : List.of("t1", "t2")) {
      Set<Long> seen = new HashSet<>();
      for (Recorded each : cluster.sink().records()) {
        if (each.kind() == Kind.DURABLE && each.table().table().equals(table)) {
          assertThat(each.id() == 1 || seen.contains(each.id() - 1)).as("%s", each).isTrue();
          seen.add(each.id());
        }
      }
      assertThat(seen).as(table).hasSize((int) last);
    }
  }

  private long insert(long from, int rows) {
    for (long id = from; id < from + rows; id++) {
      cluster.source().insert(id, Cluster.T1, Cluster.T2);
    }
    return from + rows - 1;
  }

  @Test
  void c253To256AllAnswerAlike() {
    assertThat(owner.get("/captures").body()).isEqualTo(other.get("/captures").body());
    JsonNode captures = json(other.get("/captures"));
    assertThat(captures).hasSize(2);
    assertThat(captures).filteredOn(each -> each.path("is_owner").booleanValue()).hasSize(1);
    assertThat(isOwner(owner)).isTrue();
    assertThat(isOwner(other)).isFalse();
    assertThat(other.id()).isNotEqualTo(owner.id());
    assertEmpty(other.post(FEED + "/pause", ""), 202);
    owner.untilState("feed", "stopped");
    for (String path : new String[] {"/changefeeds?state=all", FEED, "/processors", FEED + "x"}) {
      // what was under way when it was stopped may still be counted
      other.until(() -> other.get(path), answer -> answer.body().equals(owner.get(path).body()));
    }
  }

  @Test
  void c257To259And267EveryCaptureHasItsShare() {
    JsonNode status = json(other.get(FEED)).path("task_status");
    assertThat(status.findValuesAsText("capture_id")).hasSize(2).isSorted();
    JsonNode processors = json(other.get("/processors"));
    assertThat(processors).hasSize(2);
    Set<Integer> tables = new HashSet<>();
    for (JsonNode each : processors) {
      JsonNode detail = json(other.get("/processors/feed/" + each.path("capture_id").textValue()));
      assertThat(detail.path("table_ids")).hasSize(1);
      tables.add(detail.path("table_ids").path(0).intValue());
    }
    assertThat(tables).containsExactlyInAnyOrder(1, 2);
    assertEmpty(cluster.mk("empty", ",'filter_rules':['nothing.*']"), 202);
    assertThat(json(other.get("/processors")).findValuesAsText("changefeed_id"))
        .containsExactly("empty", "empty", "feed", "feed");
  }

  @Test
  void c260To262MovesAndRebalances() {
    long last = insert(1, 50);
    Tso before = cluster.checkpoint("feed");
    String table = tableOf(other);
    String body = "{\"capture_id\":\"%s\",\"table_id\":" + table + "}";
    assertEmpty(other.post(FEED + "/tables/move_table", body.formatted("dead")), 202);
    last = insert(last + 1, 50);
    assertEmpty(other.post(FEED + "/tables/move_table", body.formatted(owner.id())), 202);
    last = insert(last + 1, 50);
    untilLoads(2, 0);
    assertThat(cluster.checkpoint("feed")).isGreaterThanOrEqualTo(before);
    assertEmpty(other.post(FEED + "/tables/rebalance_table", ""), 202);
    untilLoads(1, 1);
    assertThat(json(owner.get(FEED)).path("state").textValue()).isEqualTo("normal");
    assertNothingIsMissing(other, last);
  }

  @Test
  void c263TheOtherBecomesOwner() {
    assertEmpty(other.post("/owner/resign", ""), 202);
    other.until(() -> other.get("/status"), answer -> json(answer).path("is_owner").booleanValue());
    assertThat(isOwner(owner)).isFalse();
    for (JsonNode each : json(owner.get("/captures"))) {
      assertThat(each.path("is_owner").booleanValue())
          .isEqualTo(each.path("id").textValue().equals(other.id()));
    }
    other.until(() -> other.get("/health"), answer -> answer.statusCode() == 200);
  }

  /** Cut off from the store for good, a capture is gone once its lease has run out. */
  @Test
  void c264TheTablesOfOneThatDiedGoOn() {
    long last = insert(1, 50);
    cluster.link(1).cutOff();
    last = insert(last + 1, 50);
    owner.until(() -> owner.get("/captures"), answer -> json(answer).size() == 1);
    assertThat(captures(owner)).containsExactly(owner.id());
    owner.until(() -> owner.get(FEED), answer -> loads(answer).equals(Map.of(owner.id(), 2)));
    last = insert(last + 1, 50);
    assertNothingIsMissing(owner, last);
    assertNoneWroteAfterAnother();
  }

  @Test
  void c265AThirdOneGetsTablesByItself() {
    cluster.source().create(new TableName("test", "t3"));
    other.until(() -> other.get(FEED), answer -> Cluster.tables(detail(answer)).size() == 3);
    LiveServer third = cluster.start();
    third.until(
        () -> third.get(FEED),
        answer -> loads(answer).equals(Map.of(owner.id(), 1, other.id(), 1, third.id(), 1)));
  }

  /** An owner that does not reach the store for longer than its lease: as good as frozen. */
  @Test
  void c266AnOwnerThatWasAwayComesBackAsAnother() {
    String before = owner.id();
    long last = insert(1, 50);
    cluster.link(0).cutOff();
    other.until(() -> other.get("/status"), answer -> json(answer).path("is_owner").booleanValue());
    last = insert(last + 1, 50);
    other.until(() -> other.get(FEED), answer -> loads(answer).equals(Map.of(other.id(), 2)));
    cluster.link(0).reconnect();
    other.until(() -> other.get("/captures"), answer -> json(answer).size() == 2);
    owner.until(() -> owner.get("/status"), answer -> answer.statusCode() == 200);
    assertThat(owner.id()).isNotEqualTo(before);
    assertThat(isOwner(owner)).isFalse();
    last = insert(last + 1, 50);
    assertNothingIsMissing(other, last);
    assertNoneWroteAfterAnother();
  }

  /**
   * Once another has written rows of a table, the one before writes no more that become durable.
   */
  private void assertNoneWroteAfterAnother() {
    Map<String, CaptureId> last = new TreeMap<>();
    Set<String> done = new HashSet<>();
    for (Recorded each : cluster.sink().records()) {
      if (each.kind() == Kind.DURABLE) {
        CaptureId before = last.put(each.table().table(), each.capture());
        if (before != null && !before.equals(each.capture())) {
          done.add(each.table().table() + before);
        }
        assertThat(done).doesNotContain(each.table().table() + each.capture());
      }
    }
  }

  /** Nothing is forwarded, so the mark of a forwarded request changes nothing. */
  @Test
  void c268TakesRequestsThatSayTheyWereForwarded() {
    assertEmpty(
        other.send("POST", "/api/v1" + FEED + "/pause", "", "TiCDC-ForwardFromCapture", "x"), 202);
    other.untilState("feed", "stopped");
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
