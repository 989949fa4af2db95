package io.millrace.transport.jdkhttp.v1;

import static io.millrace.transport.jdkhttp.LiveServer.assertEmpty;
import static io.millrace.transport.jdkhttp.LiveServer.assertError;
import static io.millrace.transport.jdkhttp.v1.Cluster.INVALID;
import static io.millrace.transport.jdkhttp.v1.Cluster.REFUSED;
import static io.millrace.transport.jdkhttp.v1.Cluster.detail;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.api.Tso;
import io.millrace.testkit.sink.Recorded;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Changing changefeeds: API v1, 6.7. */
class ApiV1UpdateTest extends ApiV1Cases {
  private static final String SAME =
      "changefeed update error: changefeed config is the same with the old one, do nothing";
  private static final String NOW =
      "changefeed update error: can only update changefeed config when it is stopped or failed";

  private static void refuses(String body, String code, String message) {
    JsonNode before = detail(cluster.get("a"));
    assertError(cluster.put("a", body), 400, code, message);
    JsonNode after = detail(cluster.get("a"));
    for (String field : List.of("id", "sink_uri", "start_ts", "target_ts", "state")) {
      assertThat(after.get(field)).isEqualTo(before.get(field));
    }
  }

  @Test
  void c173And174RefusesWhatIsNotThere() {
    assertError(
        cluster.put("missing", "{'mounter_worker_num':32}"),
        400,
        Cluster.MISSING,
        "changefeed not exists, key: missing");
    assertError(cluster.put("a_b", "{}"), 400, INVALID, "invalid changefeed_id: a_b");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{'mounter_worker_num':32}", "{"})
  void c175And189RefusesARunningOne(String body) {
    cluster.mk("a");
    refuses(body, REFUSED, NOW);
  }

  @Test
  void c176And177ChangesAStoppedOneOnce() {
    cluster.mkStopped("a");
    assertEmpty(cluster.put("a", "{'mounter_worker_num':32}"), 202);
    assertThat(detail(cluster.get("a")).get("state").textValue()).isEqualTo("stopped");
    refuses("{'mounter_worker_num':32}", REFUSED, SAME);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{'start_ts':0}",
        "{'start_ts':5,'changefeed_id':'other','force_replicate':true}",
        "{'filter_rules':[]}",
      })
  void c178To180And187RefusesWhatChangesNothing(String body) {
    cluster.mkStopped("a");
    refuses(body, REFUSED, SAME);
  }

  @Test
  void c181RefusesATargetAtTheStart() {
    cluster.mkStopped("a");
    String start = detail(cluster.get("a")).get("start_ts").asText();
    refuses(
        "{'target_ts':" + start + "}",
        REFUSED,
        "can not update target-ts:" + start + " less than start-ts:" + start);
  }

  @Test
  void c182And184ShowsWhatWasChanged() {
    cluster.mkStopped("a");
    assertEmpty(cluster.put("a", "{'target_ts':18446744073709551615}"), 202);
    assertEmpty(cluster.put("a", "{'sink_uri':'blackhole://?v=2'}"), 202);
    assertThat(cluster.get("a").body())
        .contains("\"target_ts\": 18446744073709551615,")
        .contains("\"sink_uri\": \"blackhole://?v=2\",");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{'sink_uri':'bad://'}", "{'filter_rules':['nodot']}"})
  void c183And186RefusesWhatCannotBe(String body) {
    cluster.mkStopped("a");
    refuses(body, REFUSED, "changefeed update error: ");
  }

  @Test
  void c185ANewFilterTakesEffect() {
    cluster.mk("a");
    cluster.until("a", feed -> Cluster.tables(feed).equals(List.of(1L, 2L)));
    assertEmpty(cluster.post("a", "pause"), 202);
    assertEmpty(cluster.put("a", "{'filter_rules':['test.t1']}"), 202);
    assertEmpty(cluster.post("a", "resume"), 202);
    cluster.until("a", feed -> Cluster.tables(feed).equals(List.of(1L)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "[]", "{'target_ts':'1'}", "{'target_ts':-1}"})
  void c188RefusesMalformedBodies(String body) {
    cluster.mkStopped("a");
    refuses(body, INVALID, "invalid api parameter: ");
  }

  @Test
  void c190TakesTheOtherSpellingOfProtocol() {
    cluster.mkStopped("a");
    assertEmpty(cluster.put("a", "{'sink_config':{'protocal':'canal-json'}}"), 202);
  }

  @Test
  void c191ChangesAFailedOne() {
    cluster.mkFailed("a");
    assertEmpty(cluster.put("a", "{'mounter_worker_num':8}"), 202);
    assertThat(detail(cluster.get("a")).get("state").textValue()).isEqualTo("failed");
  }

  @Test
  void c192RefusesAFinishedOne() {
    cluster.mkFinished("a");
    refuses("{'mounter_worker_num':8}", REFUSED, NOW);
  }

  @Test
  void c193GoesOnFromTheCheckpointWithTheNewConfiguration() {
    cluster.mk("a");
    cluster.untilCaughtUp("a");
    assertEmpty(cluster.post("a", "pause"), 202);
    cluster.server().untilState("a", "stopped");
    Tso before = cluster.checkpoint("a");
    assertEmpty(cluster.put("a", "{'sink_uri':'recording://'}"), 202);
    int recorded = cluster.sink().records().size();
    cluster.source().insert(193, Cluster.T1);
    assertEmpty(cluster.post("a", "resume"), 202);
    assertThat(cluster.checkpoint("a")).isGreaterThanOrEqualTo(before);
    cluster.untilCaughtUp("a");
    assertThat(cluster.sink().records(recorded))
        .extracting(Recorded::table, Recorded::id)
        .contains(tuple(Cluster.T1, 193L));
  }
}
