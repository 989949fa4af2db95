package io.millrace.transport.jdkhttp.v1;

import static io.millrace.transport.jdkhttp.LiveServer.assertEmpty;
import static io.millrace.transport.jdkhttp.LiveServer.assertError;
import static io.millrace.transport.jdkhttp.LiveServer.json;
import static io.millrace.transport.jdkhttp.v1.Cluster.INVALID;
import static io.millrace.transport.jdkhttp.v1.Cluster.detail;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.api.Tso;
import io.millrace.testkit.sink.Recorded;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pausing, resuming and removing changefeeds: API v1, 6.8. */
class ApiV1LifeTest extends ApiV1Cases {

  private static void untilGone(String id) {
    cluster.server().until(() -> cluster.get(id), answer -> answer.statusCode() == 400);
    cluster.missing(cluster.get(id));
    assertThat(cluster.ids("?state=all")).doesNotContain(id);
  }

  /** Checks that a state is still the same after another changefeed has gone on for a while. */
  private static void assertStays(String id, String state) {
    cluster.mk("other");
    cluster.untilCaughtUp("other");
    cluster.untilCaughtUp("other");
    assertThat(detail(cluster.get(id)).get("state").textValue()).isEqualTo(state);
  }

  @Test
  void c194And195AStoppedOneStandsStill() {
    cluster.mkStopped("a");
    assertEmpty(cluster.post("a", "pause"), 202);
    assertStays("a", "stopped");
    Tso seen = cluster.checkpoint("a");
    cluster.untilCaughtUp("other");
    assertThat(cluster.checkpoint("a")).isEqualTo(seen);
  }

  @Test
  void c196ResumesFromWhereItWas() {
    cluster.mk("a");
    cluster.untilCaughtUp("a");
    assertEmpty(cluster.post("a", "pause"), 202);
    cluster.server().untilState("a", "stopped");
    Tso rested = cluster.checkpoint("a");
    assertEmpty(cluster.post("a", "resume"), 202);
    cluster.server().untilState("a", "normal");
    assertThat(cluster.checkpoint("a")).isGreaterThanOrEqualTo(rested);
    cluster.untilCaughtUp("a");
  }

  @Test
  void c197ResumingANormalOneRestartsNothing() {
    cluster.record("a");
    cluster.source().insert(1, Cluster.T1);
    cluster.untilCaughtUp("a");
    int written = cluster.sink().records().size();
    assertEmpty(cluster.post("a", "resume"), 202);
    assertThat(detail(cluster.get("a")).get("state").textValue()).isEqualTo("normal");
    cluster.untilCaughtUp("a");
    cluster.untilCaughtUp("a");
    assertThat(cluster.sink().records()).as("nothing is written again").hasSize(written);
  }

  @Test
  void c198And199TheLastOfTwoQuickWishesCounts() {
    cluster.mk("a");
    assertEmpty(cluster.post("a", "pause"), 202);
    assertEmpty(cluster.post("a", "resume"), 202);
    cluster.server().untilState("a", "normal");
    cluster.untilCaughtUp("a");
    assertStays("a", "normal");
    assertEmpty(cluster.post("a", "resume"), 202);
    assertEmpty(cluster.post("a", "pause"), 202);
    cluster.server().untilState("a", "stopped");
    cluster.untilCaughtUp("other");
    assertThat(detail(cluster.get("a")).get("state").textValue()).isEqualTo("stopped");
  }

  @ParameterizedTest
  @ValueSource(strings = {"pause", "resume"})
  void c200And201RefusesWhatIsNotThere(String what) {
    cluster.missing(cluster.post("missing", what));
    assertError(cluster.post("a_b", what), 400, INVALID, "invalid changefeed_id: a_b");
  }

  @Test
  void c202DoesNotReadTheBody() {
    cluster.mk("a");
    assertEmpty(cluster.server().post("/changefeeds/a/pause", "{garbage"), 202);
    cluster.server().untilState("a", "stopped");
  }

  @Test
  void c203PausingLeavesThemAsTheyAre() {
    cluster.mkFinished("done");
    assertEmpty(cluster.post("done", "pause"), 202);
    cluster.mkFailed("broken");
    assertEmpty(cluster.post("broken", "pause"), 202);
    assertStays("done", "finished");
    assertThat(detail(cluster.get("broken")).get("state").textValue()).isEqualTo("failed");
  }

  @Test
  void c204ResumesAFailedOneWhoseCauseIsGone() {
    cluster.mkFailed("a");
    cluster.sink().mend();
    assertEmpty(cluster.post("a", "resume"), 202);
    cluster.server().untilState("a", "normal");
    cluster.untilCaughtUp("a");
    JsonNode feed = detail(cluster.get("a"));
    assertThat(feed.get("state").textValue()).isEqualTo("normal");
    assertThat(feed.get("error").isNull()).isTrue();
    assertThat(feed.get("error_history").isNull()).isTrue();
  }

  @Test
  void c205FailsAgainWhereTheHistoryIsLost() {
    cluster.record("a");
    cluster.source().insert(1, Cluster.T1);
    cluster.untilCaughtUp("a");
    assertEmpty(cluster.post("a", "pause"), 202);
    cluster.server().untilState("a", "stopped");
    cluster.source().insert(2, Cluster.T1);
    cluster.source().purge();
    for (int i = 0; i < 2; i++) {
      assertEmpty(cluster.post("a", "resume"), 202);
      JsonNode feed = cluster.until("a", each -> each.get("state").asText().equals("failed"));
      assertThat(feed.at("/error/code").textValue())
          .isIn("CDC:ErrSnapshotLostByGC", "CDC:ErrStartTsBeforeGC");
    }
  }

  @Test
  void c206And207FinishesAtItsTarget() {
    Tso start = cluster.source().now().ts();
    cluster.source().insert(61, Cluster.T1);
    Tso target =
        cluster.source().transactions().get(cluster.source().transactions().size() - 1).commitTs();
    cluster.source().insert(62, Cluster.T1);
    int recorded = cluster.sink().records().size();
    assertEmpty(
        cluster.create(
            "{'changefeed_id':'a','sink_uri':'recording://','start_ts':%s,'target_ts':%s}"
                .formatted(start, target)),
        202);
    cluster.server().untilState("a", "finished");
    JsonNode feed = detail(cluster.get("a"));
    assertThat(feed.get("checkpoint_tso")).isEqualTo(feed.get("target_ts"));
    assertThat(feed.get("error").isNull()).isTrue();
    assertThat(feed.get("task_status").toString()).isEqualTo("[]");
    assertThat(cluster.sink().records(recorded))
        .filteredOn(each -> each.kind() == Recorded.Kind.ROW)
        .extracting(Recorded::id)
        .containsExactly(61L);
    assertEmpty(cluster.post("a", "resume"), 202);
    cluster.server().untilState("a", "finished");
    assertThat(cluster.checkpoint("a")).isEqualTo(target);
  }

  @Test
  void c208And209RemovesInEveryState() {
    cluster.mk("normal");
    cluster.mkStopped("stopped");
    cluster.mkFinished("finished");
    cluster.mkFailed("failed");
    for (String id : List.of("normal", "stopped", "finished", "failed")) {
      assertEmpty(cluster.delete(id), 202);
      untilGone(id);
    }
  }

  @Test
  void c210To212RemovesOnce() {
    cluster.missing(cluster.delete("missing"));
    assertError(cluster.delete("a_b"), 400, INVALID, "invalid changefeed_id: a_b");
    cluster.mk("a");
    assertEmpty(cluster.delete("a"), 202);
    cluster.missing(cluster.delete("a"));
  }

  @Test
  void c213ARemovedOneTakesNoCommands() {
    cluster.mk("a");
    assertEmpty(cluster.delete("a"), 202);
    untilGone("a");
    cluster.missing(cluster.post("a", "pause"));
    cluster.missing(cluster.post("a", "resume"));
    cluster.missing(cluster.put("a", "{'mounter_worker_num':3}"));
    cluster.missing(cluster.delete("a"));
  }

  @Test
  void c214TheIdOfARemovedOneCanBeUsedAgain() {
    cluster.mk("a");
    cluster.untilCaughtUp("a");
    assertEmpty(cluster.delete("a"), 202);
    cluster
        .server()
        .until(
            () -> cluster.mk("a", ""),
            answer -> {
              if (answer.statusCode() != 202) {
                assertError(answer, 400, "ErrChangeFeedAlreadyExists", "");
              }
              return answer.statusCode() == 202;
            });
    assertThat(detail(cluster.get("a")).get("state").textValue()).isEqualTo("normal");
  }

  @Test
  void c216RecoversFromABrokenDownstream() {
    cluster.mkInError("a");
    assertThat(
            json(cluster.server().get("/changefeeds?state=all"))
                .findPath("error")
                .get("code")
                .textValue())
        .isEqualTo("CDC:ErrConsumerFailed");
    cluster.source().insert(216, Cluster.T2);
    cluster.sink().mend();
    cluster.untilCaughtUp("a");
    cluster.server().untilState("a", "normal");
    assertThat(cluster.recorded(Recorded.Kind.DURABLE)).contains("t2:216");
  }
}
