package io.millrace.core;

import io.millrace.api.CaptureId;
import io.millrace.api.CdcException;
import io.millrace.api.ChangefeedId;
import io.millrace.api.RunningError;
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
import io.millrace.api.cluster.Metric;
import io.millrace.api.cluster.ProcessorDetail;
import io.millrace.api.cluster.ProcessorRef;
import io.millrace.api.event.Resolved;
import io.millrace.api.store.MetaStore;
import io.millrace.core.changefeed.LifeCycle;
import io.millrace.core.meta.ClusterState;
import io.millrace.core.meta.ClusterState.Feed;
import io.millrace.core.meta.Keys;
import io.millrace.core.meta.PositionRecord;
import io.millrace.core.meta.PositionRecord.Failure;
import io.millrace.core.meta.RoundRecord;
import io.millrace.core.meta.SpecRecord;
import io.millrace.core.meta.StateTracker;
import io.millrace.core.meta.StatusRecord;
import io.millrace.core.meta.TaskRecord;
import io.millrace.core.meta.Versioned;
import io.millrace.core.metrics.Meters;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What can be seen of a cluster. Each question is answered by the store as it is then, so who has
 * written sees it.
 *
 * <p><i>Threads:</i> any. <i>Source:</i> API v1, 1.2, 1.6, 1.7, 1.10 to 1.12.
 */
final class Queries {
  private static final Duration RECENT = Duration.ofSeconds(10);
  private static final Set<ChangefeedState> TROUBLED =
      Set.of(ChangefeedState.ERROR, ChangefeedState.FAILED, ChangefeedState.STOPPED);

  private final StateTracker tracker;
  private final InstantSource clock;

  /**
   * Creates queries.
   *
   * @param keys where the cluster is stored
   * @param store the store
   * @param clock tells how old the owner's last round is
   */
  Queries(Keys keys, MetaStore store, InstantSource clock) {
    this.tracker = new StateTracker(store, keys);
    this.clock = clock;
  }

  /** Returns the cluster as it is stored now. */
  ClusterState state() {
    synchronized (tracker) {
      return tracker.poll(Duration.ZERO);
    }
  }

  /**
   * Returns a changefeed that is not being taken down.
   *
   * @throws CdcException {@link StandardErrorCode#CHANGEFEED_NOT_EXISTS}
   */
  static Feed feed(ClusterState state, ChangefeedId id) {
    return state
        .feed(id)
        .filter(feed -> LifeCycle.shown(feed) != ChangefeedState.REMOVED)
        .orElseThrow(
            () ->
                new CdcException(
                    StandardErrorCode.CHANGEFEED_NOT_EXISTS, "changefeed not exists, key: " + id));
  }

  private static Stream<Feed> feeds(ClusterState state) {
    return state.changefeeds().values().stream()
        .filter(feed -> LifeCycle.shown(feed) != ChangefeedState.REMOVED);
  }

  /** Returns a changefeed's checkpoint: its start ts before the owner has met it. */
  static Tso checkpoint(Feed feed) {
    return feed.status()
        .map(status -> status.value().checkpoint().ts())
        .orElseGet(() -> feed.spec().value().start().ts());
  }

  /** Checks that there is an owner and that it has decided lately. */
  void checkHealth() {
    ClusterState state;
    try {
      state = state();
    } catch (CdcException e) {
      throw new CdcException(
          StandardErrorCode.CLUSTER_IS_UNHEALTHY,
          "the cluster is unhealthy, its store does not answer: " + e.getMessage(),
          e);
    }
    if (state.owner().isEmpty()) {
      throw new CdcException(StandardErrorCode.OWNER_NOT_FOUND, "owner not found");
    }
    Instant least = clock.instant().minus(RECENT);
    Optional<Instant> round = state.round().map(RoundRecord::at);
    if (round.isEmpty() || round.get().isBefore(least)) {
      throw new CdcException(
          StandardErrorCode.CLUSTER_IS_UNHEALTHY,
          "the cluster is unhealthy, its owner last decided "
              + round.map(at -> "at " + at).orElse("never"));
    }
  }

  /** Returns all changefeeds by id. */
  List<ChangefeedSummary> changefeeds() {
    return feeds(state())
        .map(
            feed ->
                new ChangefeedSummary(
                    feed.id(), LifeCycle.shown(feed), checkpoint(feed), error(feed)))
        .toList();
  }

  private static Optional<StatusRecord> trouble(Feed feed) {
    return feed.status()
        .map(Versioned::value)
        .filter(status -> TROUBLED.contains(LifeCycle.shown(feed)));
  }

  /** Returns what a changefeed met; of a normal one, that it stands still. */
  static Optional<RunningError> error(Feed feed) {
    return feed.status()
        .map(Versioned::value)
        .filter(status -> status.generation() >= feed.spec().value().generation())
        .filter(status -> status.state() == ChangefeedState.NORMAL)
        .or(() -> trouble(feed))
        .flatMap(StatusRecord::error);
  }

  /** Returns a changefeed in full. */
  ChangefeedDetail changefeed(ChangefeedId id) {
    ClusterState state = state();
    Feed feed = feed(state, id);
    SpecRecord spec = feed.spec().value();
    return new ChangefeedDetail(
        spec.spec(),
        id,
        spec.createTime(),
        LifeCycle.shown(feed),
        checkpoint(feed),
        resolved(state, feed),
        error(feed),
        trouble(feed).map(StatusRecord::errorHistory).orElse(List.of()),
        spec.creatorVersion(),
        taskStatus(state, feed));
  }

  /** Returns the least ts that all processors of a changefeed have read. */
  static Tso resolved(ClusterState state, Feed feed) {
    Tso least =
        state.captures().keySet().stream()
            .filter(capture -> !tables(feed, capture).isEmpty())
            .flatMap(capture -> feed.current(capture).stream())
            .map(position -> position.value().resolved())
            .reduce(Tso::min)
            .orElse(Tso.ZERO);
    return Tso.max(least, checkpoint(feed));
  }

  private static Optional<TaskRecord> task(Feed feed, CaptureId capture) {
    return Optional.ofNullable(feed.tasks().get(capture)).map(Versioned::value);
  }

  /** Returns the tables of a changefeed that a capture is to have. */
  static List<TableId> tables(Feed feed, CaptureId capture) {
    return task(feed, capture).map(task -> List.copyOf(task.tables().keySet())).orElse(List.of());
  }

  private static List<TaskStatus> taskStatus(ClusterState state, Feed feed) {
    if (LifeCycle.shown(feed) != ChangefeedState.NORMAL) {
      return List.of();
    }
    return state.captures().keySet().stream()
        .map(capture -> new TaskStatus(capture, tables(feed, capture), operations(feed, capture)))
        .toList();
  }

  private static Map<TableId, TableOperation> operations(Feed feed, CaptureId capture) {
    Optional<PositionRecord> position = feed.current(capture).map(Versioned::value);
    Map<TableId, TableOperation> operations = new HashMap<>();
    task(feed, capture)
        .ifPresent(
            task ->
                task.leaving()
                    .forEach(
                        (table, leaving) ->
                            operations.put(
                                table,
                                leaving(
                                    leaving.target().isPresent(),
                                    checkpoint(feed),
                                    position.isPresent(),
                                    position.map(at -> at.stopped().get(table))))));
    return operations;
  }

  /** Returns how far a table that leaves is: asked to stop, stopping, or stopped. */
  private static TableOperation leaving(
      boolean move, Tso asked, boolean taken, Optional<Resolved> stopped) {
    Phase under = taken ? Phase.PROCESSED : Phase.DISPATCHED;
    return new TableOperation(
        true,
        move,
        stopped.map(Resolved::ts).orElse(asked),
        stopped.isPresent() ? Phase.FINISHED : under);
  }

  /** Returns what a capture measures now. */
  List<Metric> metrics(CaptureId self, Meters meters) {
    return Measures.of(state(), self, meters, clock.instant());
  }

  /** Returns every pair of changefeed in state normal and live capture. */
  List<ProcessorRef> processors() {
    ClusterState state = state();
    List<ProcessorRef> processors = new ArrayList<>();
    feeds(state)
        .filter(feed -> LifeCycle.shown(feed) == ChangefeedState.NORMAL)
        .forEach(
            feed ->
                state
                    .captures()
                    .keySet()
                    .forEach(capture -> processors.add(new ProcessorRef(feed.id(), capture))));
    return processors;
  }

  /** Returns one capture's work for one changefeed. */
  ProcessorDetail processor(ChangefeedId id, CaptureId capture) {
    ClusterState state = state();
    Feed feed = feed(state, id);
    ChangefeedState shown = LifeCycle.shown(feed);
    if (shown != ChangefeedState.NORMAL) {
      throw new CdcException(
          StandardErrorCode.API_INVALID_PARAM,
          "invalid api parameter: changefeed in abnormal state: "
              + shown.wireName()
              + ", can't get processors of an abnormal changefeed");
    }
    if (!state.captures().containsKey(capture)) {
      throw new CdcException(StandardErrorCode.CAPTURE_NOT_EXIST, "capture not exists, " + capture);
    }
    List<TableId> tables = tables(feed, capture);
    Optional<PositionRecord> position = feed.current(capture).map(Versioned::value);
    Optional<RunningError> error = position.flatMap(PositionRecord::error).map(Failure::error);
    if (tables.isEmpty() || position.isEmpty()) {
      return new ProcessorDetail(checkpoint(feed), resolved(state, feed), tables, error);
    }
    Tso checkpoint = position.get().checkpoint().ts();
    return new ProcessorDetail(
        checkpoint, Tso.max(position.get().resolved(), checkpoint), tables, error);
  }

  /** Returns the live captures by id. */
  List<CaptureInfo> captures() {
    ClusterState state = state();
    return state.captures().entrySet().stream()
        .map(
            entry ->
                new CaptureInfo(
                    entry.getKey(),
                    state.isOwner(entry.getKey()),
                    entry.getValue().value().address()))
        .toList();
  }
}
