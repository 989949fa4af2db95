package io.millrace.core;

import static io.millrace.core.Fixture.assertRefused;
import static io.millrace.core.Fixture.tables;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.CaptureId;
import io.millrace.api.ChangefeedId;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.TableId;
import io.millrace.api.Tso;
import io.millrace.api.changefeed.ChangefeedDetail;
import io.millrace.api.changefeed.ChangefeedState;
import io.millrace.api.changefeed.ChangefeedSummary;
import io.millrace.api.changefeed.TaskStatus;
import io.millrace.api.changefeed.TaskStatus.Phase;
import io.millrace.api.changefeed.TaskStatus.TableOperation;
import io.millrace.api.cluster.CaptureInfo;
import io.millrace.api.cluster.ProcessorDetail;
import io.millrace.api.cluster.ProcessorRef;
import io.millrace.core.meta.RoundRecord;
import io.millrace.core.meta.TaskRecord.Leaving;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class QueriesTest {
  private static final CaptureId A = new CaptureId("a");
  private static final CaptureId B = new CaptureId("b");

  private final Fixture cluster = new Fixture();
  private final Queries queries = cluster.queries;

  @AfterEach
  void close() {
    cluster.close();
  }

  /** C-149, C-159. */
  @Test
  void listsById() {
    assertThat(queries.changefeeds()).isEmpty();
    cluster.create("c");
    cluster.create("a");
    cluster.create("B");
    assertThat(queries.changefeeds())
        .extracting(ChangefeedSummary::id)
        .extracting(ChangefeedId::value)
        .containsExactly("B", "a", "c");
  }

  /** C-150, C-160, C-169, C-170, and 1.6: errors stand in error, failed and stopped only. */
  @ParameterizedTest
  @EnumSource(
      value = ChangefeedState.class,
      names = {"REMOVED"},
      mode = EnumSource.Mode.EXCLUDE)
  void showsStateCheckpointAndError(ChangefeedState state) {
    ChangefeedId id = cluster.create("feed");
    cluster.capture("a");
    cluster.status(id, state, 1500);
    boolean healthy = state == ChangefeedState.NORMAL || state == ChangefeedState.FINISHED;

    ChangefeedDetail detail = queries.changefeed(id);

    assertThat(queries.changefeeds())
        .containsExactly(
            new ChangefeedSummary(
                id, state, new Tso(1500), healthy ? Optional.empty() : Optional.of(Fixture.ERROR)));
    assertThat(detail.state()).isEqualTo(state);
    assertThat(detail.checkpoint()).isEqualTo(new Tso(1500));
    assertThat(detail.resolved()).isEqualTo(new Tso(1500));
    assertThat(detail.error()).isEqualTo(healthy ? Optional.empty() : Optional.of(Fixture.ERROR));
    assertThat(detail.errorHistory()).hasSize(healthy ? 0 : 2).isSorted();
    assertThat(detail.taskStatus()).hasSize(state == ChangefeedState.NORMAL ? 1 : 0);
    assertThat(queries.processors()).hasSize(state == ChangefeedState.NORMAL ? 1 : 0);
  }

  /** C-164, C-257: live captures only, those without tables too. */
  @Test
  void eachLiveCaptureHasATaskStatus() {
    ChangefeedId id = cluster.create("feed");
    cluster.status(id, ChangefeedState.NORMAL, 1500);
    cluster.capture("b");
    cluster.capture("a");
    cluster.task(id, "b", List.of(2L, 1L), Map.of());
    cluster.task(id, "dead", List.of(3L), Map.of());

    assertThat(queries.changefeed(id).taskStatus())
        .containsExactly(
            new TaskStatus(A, List.of(), Map.of()), new TaskStatus(B, tables(1, 2), Map.of()));
  }

  @Test
  void tablesThatLeaveAreOperations() {
    ChangefeedId id = cluster.create("feed");
    cluster.status(id, ChangefeedState.NORMAL, 1500);
    cluster.capture("a");
    TableId moved = new TableId(7);
    TableId shed = new TableId(8);
    long revision =
        cluster.task(
            id,
            "a",
            List.of(1L),
            Map.of(moved, new Leaving(Optional.of(B)), shed, new Leaving(Optional.empty())));
    assertThat(operations(id))
        .containsOnly(
            Map.entry(moved, new TableOperation(true, true, new Tso(1500), Phase.DISPATCHED)),
            Map.entry(shed, new TableOperation(true, false, new Tso(1500), Phase.DISPATCHED)));

    cluster.position(id, "a", revision - 1, 1500, 1600, Map.of(moved, Fixture.resolved(1)));
    assertThat(operations(id))
        .as("of an older task")
        .containsValues(new TableOperation(true, true, new Tso(1500), Phase.DISPATCHED));

    cluster.position(id, "a", revision, 1500, 1600, Map.of(moved, Fixture.resolved(1550)));
    assertThat(operations(id))
        .containsOnly(
            Map.entry(moved, new TableOperation(true, true, new Tso(1550), Phase.FINISHED)),
            Map.entry(shed, new TableOperation(true, false, new Tso(1500), Phase.PROCESSED)));
  }

  private Map<TableId, TableOperation> operations(ChangefeedId id) {
    return queries.changefeed(id).taskStatus().get(0).operations();
  }

  @Test
  void resolvedIsTheLeastOfThePositionsAndNeverBelowTheCheckpoint() {
    ChangefeedId id = cluster.create("feed");
    cluster.status(id, ChangefeedState.NORMAL, 1500);
    cluster.capture("a");
    cluster.capture("b");
    cluster.capture("idle");
    cluster.position(id, "a", cluster.task(id, "a", List.of(1L), Map.of()), 1500, 1700, Map.of());
    cluster.position(id, "b", cluster.task(id, "b", List.of(2L), Map.of()), 1520, 1600, Map.of());
    cluster.position(id, "idle", cluster.task(id, "idle", List.of(), Map.of()), 1, 1, Map.of());
    assertThat(queries.changefeed(id).resolved()).isEqualTo(new Tso(1600));
    cluster.status(id, ChangefeedState.NORMAL, 1650);
    assertThat(queries.changefeed(id).resolved()).isEqualTo(new Tso(1650));
  }

  /** C-217, C-218, C-219, C-258, C-267. */
  @Test
  void everyLiveCaptureIsAProcessorOfEveryNormalFeed() {
    assertThat(queries.processors()).isEmpty();
    ChangefeedId y = cluster.create("y");
    ChangefeedId x = cluster.create("x");
    cluster.commands.pause(cluster.create("stopped"));
    cluster.capture("b");
    cluster.capture("a");
    assertThat(queries.processors())
        .containsExactly(
            new ProcessorRef(x, A),
            new ProcessorRef(x, B),
            new ProcessorRef(y, A),
            new ProcessorRef(y, B));
  }

  /** C-220, C-221. */
  @Test
  void aProcessorShowsItsOwnPosition() {
    ChangefeedId id = cluster.create("feed");
    cluster.status(id, ChangefeedState.NORMAL, 1500);
    cluster.capture("a");
    cluster.capture("b");
    long revision = cluster.task(id, "a", List.of(2L, 1L), Map.of());
    assertThat(queries.processor(id, A))
        .as("before its first record")
        .isEqualTo(
            new ProcessorDetail(new Tso(1500), new Tso(1500), tables(1, 2), Optional.empty()));

    cluster.position(id, "a", revision, 1520, 1600, Map.of());
    assertThat(queries.processor(id, A))
        .isEqualTo(
            new ProcessorDetail(new Tso(1520), new Tso(1600), tables(1, 2), Optional.empty()));
    assertThat(queries.processor(id, B))
        .as("without tables")
        .isEqualTo(new ProcessorDetail(new Tso(1500), new Tso(1600), List.of(), Optional.empty()));
  }

  /** C-222, C-223, C-226. */
  @Test
  void whatHasNoProcessorIsNamed() {
    ChangefeedId id = cluster.create("feed");
    cluster.capture("a");
    assertRefused(
        StandardErrorCode.CHANGEFEED_NOT_EXISTS,
        () -> queries.processor(new ChangefeedId("missing"), A));
    assertThat(
            assertRefused(
                StandardErrorCode.CAPTURE_NOT_EXIST,
                () -> queries.processor(id, new CaptureId("non-exist-capture-id"))))
        .hasMessage("capture not exists, non-exist-capture-id");
    cluster.commands.pause(id);
    assertThat(assertRefused(StandardErrorCode.API_INVALID_PARAM, () -> queries.processor(id, A)))
        .hasMessage(
            "invalid api parameter: changefeed in abnormal state: stopped, can't get processors"
                + " of an abnormal changefeed");
  }

  /** C-047, C-254. */
  @Test
  void theFirstCandidateIsTheOwner() {
    cluster.capture("b");
    cluster.capture("a");
    assertThat(queries.captures())
        .containsExactly(new CaptureInfo(A, false, "a:8300"), new CaptureInfo(B, false, "b:8300"));
    cluster.candidate("b");
    cluster.candidate("a");
    assertThat(queries.captures())
        .containsExactly(new CaptureInfo(A, false, "a:8300"), new CaptureInfo(B, true, "b:8300"));
  }

  /** C-044, C-045, C-046. */
  @Test
  void isHealthyWhileAnOwnerDecides() {
    assertRefused(StandardErrorCode.OWNER_NOT_FOUND, queries::checkHealth);
    cluster.candidate("a");
    assertRefused(StandardErrorCode.CLUSTER_IS_UNHEALTHY, queries::checkHealth);
    round(Duration.ofSeconds(10));
    ChangefeedId id = cluster.create("feed");
    cluster.status(id, ChangefeedState.FAILED, 1500);
    queries.checkHealth();
    round(Duration.ofMillis(10_001));
    assertRefused(StandardErrorCode.CLUSTER_IS_UNHEALTHY, queries::checkHealth);
    cluster.store.close();
    assertRefused(StandardErrorCode.CLUSTER_IS_UNHEALTHY, queries::checkHealth);
  }

  private void round(Duration ago) {
    cluster.put(cluster.keys.round(), new RoundRecord(Fixture.NOW.minus(ago)));
  }
}
