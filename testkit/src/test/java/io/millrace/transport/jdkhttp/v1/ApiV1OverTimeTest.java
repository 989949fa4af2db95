package io.millrace.transport.jdkhttp.v1;

import static io.millrace.transport.jdkhttp.LiveServer.assertEmpty;
import static io.millrace.transport.jdkhttp.LiveServer.json;
import static io.millrace.transport.jdkhttp.v1.Cluster.T1;
import static io.millrace.transport.jdkhttp.v1.Cluster.detail;
import static io.millrace.transport.jdkhttp.v1.Cluster.tables;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.api.TableName;
import io.millrace.api.Tso;
import io.millrace.testkit.sink.Recorded;
import io.millrace.testkit.sink.Recorded.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What happens over time: API v1, 6.14; C-290 is what the killed server shows. */
class ApiV1OverTimeTest extends ApiV1Cases {
  private static final TableName LATER = new TableName("test", "t3");
  private static final Duration WATCHED =
      Duration.ofSeconds(6L * Integer.getInteger("millrace.scale", 1));

  @Override
  @AfterEach
  void clear() {
    super.clear();
    cluster.source().dropUnlogged(Cluster.NOKEY);
    cluster.source().dropUnlogged(LATER);
  }

  /** For a minute at scale 10; the lag of a few seconds is what the case demands. */
  @Test
  void c282TheCheckpointFollowsUnderLoadAndNeverGoesBack() {
    cluster.record("a");
    cluster.untilCaughtUp("a");
    Tso last = cluster.checkpoint("a");
    Instant end = Instant.now().plus(WATCHED);
    for (long id = 1; Instant.now().isBefore(end); id++) {
      cluster.source().insert(id, T1, Cluster.T2);
      Tso now = cluster.checkpoint("a");
      assertThat(now).isGreaterThanOrEqualTo(last);
      assertThat(Duration.between(now.instant(), Instant.now())).isLessThan(Duration.ofSeconds(3));
      last = now;
    }
  }

  /** The second for each is what the case demands; a create takes milliseconds. */
  @Test
  void c283AHundredChangefeeds() {
    for (int i = 0; i < 100; i++) {
      long begin = System.nanoTime();
      cluster.mk("feed" + i);
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(1));
    }
    assertThat(cluster.ids("")).hasSize(100);
  }

  @Test
  void c284OneThatFailsDisturbsNoOther() {
    cluster.mk("well");
    cluster.mkFailed("a");
    cluster.untilCaughtUp("well");
    assertThat(detail(cluster.get("well")).get("state").textValue()).isEqualTo("normal");
    assertEmpty(cluster.server().get("/health"), 200);
  }

  @Test
  void c285DeliversWhatCameBeforeDuringAndAfterAPause() {
    int before = cluster.sink().records().size();
    cluster.record("a");
    cluster.source().insert(1, T1);
    cluster.untilCaughtUp("a");
    assertEmpty(cluster.post("a", "pause"), 202);
    cluster.server().untilState("a", "stopped");
    cluster.source().insert(2, T1);
    assertEmpty(cluster.post("a", "resume"), 202);
    cluster.source().insert(3, T1);
    cluster.untilCaughtUp("a");
    assertThat(cluster.sink().records(before))
        .filteredOn(each -> each.kind() == Kind.DURABLE)
        .extracting(Recorded::id)
        .containsSubsequence(1L, 2L, 3L);
  }

  @Test
  void c286ASchemaChangeStandsBetweenTheRows() {
    cluster.record("a");
    cluster.untilCaughtUp("a");
    int before = cluster.sink().records().size();
    cluster.source().insert(10, T1);
    cluster.source().alter(T1);
    cluster.source().insert(11, T1);
    cluster.untilCaughtUp("a");
    assertThat(cluster.sink().records(before))
        .filteredOn(each -> each.kind() == Kind.DURABLE || each.kind() == Kind.EXECUTED)
        .extracting(each -> each.kind() + " " + each.id())
        .containsExactly("DURABLE 10", "EXECUTED 0", "DURABLE 11");
  }

  @Test
  void c287And288TablesComeAndGo() {
    cluster.record("a");
    JsonNode feed = cluster.until("a", each -> tables(each).size() == 2);
    List<Long> first = tables(feed);
    cluster.source().create(LATER);
    List<Long> more = tables(cluster.until("a", each -> tables(each).size() == 3));
    assertThat(more).containsAll(first);
    cluster.source().drop(LATER);
    cluster.until("a", each -> tables(each).equals(first));
    cluster.untilCaughtUp("a");
  }

  @Test
  void c289ANewTableWithoutAKeyIsLeftOut() {
    cluster.record("a");
    cluster.until("a", each -> tables(each).size() == 2);
    int before = cluster.sink().records().size();
    cluster.source().createWithoutKey(Cluster.NOKEY);
    cluster.source().insert(5, Cluster.NOKEY);
    cluster.source().insert(6, T1);
    cluster.untilCaughtUp("a");
    JsonNode feed = json(cluster.get("a"));
    assertThat(feed.get("state").textValue()).isEqualTo("normal");
    assertThat(tables(feed)).hasSize(2);
    assertThat(cluster.sink().records(before))
        .filteredOn(each -> each.kind() == Kind.ROW)
        .extracting(Recorded::id)
        .containsExactly(6L);
    cluster.source().addPrimaryKey(Cluster.NOKEY);
    cluster.source().insert(7, Cluster.NOKEY);
    cluster.untilCaughtUp("a");
    assertThat(cluster.sink().records(before))
        .as("with a key, it is a table as any other")
        .filteredOn(each -> each.kind() == Kind.ROW)
        .extracting(Recorded::id)
        .containsExactly(6L, 7L);
  }
}
