package io.millrace.core.processor;

import io.millrace.api.CaptureId;
import io.millrace.api.CdcException;
import io.millrace.api.ChangefeedId;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.TableId;
import io.millrace.api.event.Resolved;
import io.millrace.api.store.Op;
import io.millrace.api.store.Txn;
import io.millrace.core.changefeed.Failures;
import io.millrace.core.meta.ClusterState;
import io.millrace.core.meta.ClusterState.Feed;
import io.millrace.core.meta.PositionRecord;
import io.millrace.core.meta.PositionRecord.Failure;
import io.millrace.core.meta.PositionRecord.StoppedTurn;
import io.millrace.core.meta.SchemaTurn;
import io.millrace.core.meta.StatusRecord;
import io.millrace.core.meta.StoredJson;
import io.millrace.core.meta.TaskRecord;
import io.millrace.core.meta.Versioned;
import io.millrace.core.schedule.Points;
import io.millrace.core.store.Limits;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All processors of one capture, under one registration: hires and dismisses them as the tasks say,
 * and reports how far they are.
 *
 * <p>A position record that names a task's revision is written only when nothing of an older
 * revision runs here any more. <i>Threads:</i> the control loop.
 */
public final class Processors {
  private static final Duration REPORT_EVERY = Duration.ofMillis(200);

  /** A verification waits for the report, and rows for the verification. */
  private static final Duration REPORT_HELD_EVERY = Duration.ofMillis(20);

  private final CaptureId capture;
  private final Tools tools;
  private final Map<ChangefeedId, Station> stations = new HashMap<>();

  /** What runs here of one changefeed, and what was last reported of it. */
  private static final class Station {
    private @Nullable Processor processor;
    private long acknowledged = -1;
    private Map<TableId, Resolved> stopped = Map.of();
    private Optional<Resolved> reached = Optional.empty();
    private Optional<Failure> failure = Optional.empty();
    private @Nullable PositionRecord written;
    private Instant writtenAt = Instant.MIN;
    private boolean dismissed;
  }

  /** Creates the processors of a registration; none yet. */
  public Processors(CaptureId capture, Tools tools) {
    this.capture = capture;
    this.tools = tools;
  }

  /**
   * Brings the processors in line with the tasks and returns what to store.
   *
   * @param turns what became of schema changes that this capture was executing as owner
   */
  public List<Txn> tick(ClusterState state, Map<ChangefeedId, StoppedTurn> turns, Instant now) {
    List<Txn> patches = new ArrayList<>();
    Set<ChangefeedId> all = new HashSet<>(stations.keySet());
    all.addAll(state.changefeeds().keySet());
    for (ChangefeedId id : all) {
      Optional<Feed> feed = state.feed(id).filter(f -> f.status().isPresent());
      Versioned<TaskRecord> task = feed.map(f -> f.tasks().get(capture)).orElse(null);
      StoppedTurn turn = turns.get(id);
      if (task == null && turn == null) {
        clear(id);
        feed.filter(f -> !stations.containsKey(id))
            .map(f -> f.positions().get(capture))
            .map(Processors::delete)
            .ifPresent(patches::add);
        continue;
      }
      Station station = stations.computeIfAbsent(id, x -> new Station());
      feed.flatMap(f -> tick(f, task, station, Optional.ofNullable(turn), now))
          .map(record -> put(state, id, station, record, now))
          .ifPresent(patches::add);
    }
    return patches;
  }

  private Txn put(
      ClusterState state, ChangefeedId id, Station station, PositionRecord record, Instant now) {
    String key = state.keys().position(id, capture);
    Txn txn = new Txn(List.of(), List.of(new Op.Put(key, StoredJson.write(record))));
    try {
      // the guard that this capture is registered is added
      Limits.check(txn, 1);
      return txn;
    } catch (CdcException e) {
      // a schema change of such a size cannot be waited for together
      station.failure = Optional.of(failure(id, e, now));
      PositionRecord failed = record.failed(station.failure.get());
      return new Txn(List.of(), List.of(new Op.Put(key, StoredJson.write(failed))));
    }
  }

  private Failure failure(ChangefeedId id, RuntimeException error, Instant now) {
    return Failures.of(
        id.value(), error, StandardErrorCode.PROCESSOR_UNKNOWN, now, tools.self().address());
  }

  /** Takes back what was said of work that is no longer this capture's. */
  private static Txn delete(Versioned<PositionRecord> record) {
    return new Txn(List.of(record.unchanged()), List.of(new Op.Delete(record.key())));
  }

  private void clear(ChangefeedId id) {
    Station station = stations.get(id);
    if (station != null && isGone(station)) {
      stations.remove(id);
    }
  }

  private static boolean isGone(Station station) {
    Processor running = station.processor;
    if (running == null) {
      return true;
    }
    if (!station.dismissed) {
      running.end();
      station.dismissed = true;
    }
    if (!running.isGone()) {
      return false;
    }
    station.reached = Optional.of(running.progress().checkpoint());
    return true;
  }

  private Optional<PositionRecord> tick(
      Feed feed,
      @Nullable Versioned<TaskRecord> task,
      Station station,
      Optional<StoppedTurn> turn,
      Instant now) {
    StatusRecord status = feed.status().orElseThrow().value();
    if (task != null && !serves(station, feed, task) && !change(station, feed, status, task, now)) {
      return Optional.empty();
    }
    Processor running = station.processor;
    if (running != null) {
      running.hold(feed);
      status
          .turn()
          .filter(t -> t.phase() == SchemaTurn.Phase.APPLIED)
          .ifPresent(t -> running.release(t.position()));
    }
    return report(station, record(station, status, turn), now);
  }

  private static boolean serves(Station station, Feed feed, Versioned<TaskRecord> task) {
    Processor running = station.processor;
    return station.acknowledged == task.modRevision()
        && (running == null || running.isOf(feed.spec().value().incarnation()));
  }

  /** Goes over to another revision of a task; false: what ran before is not gone yet. */
  private boolean change(
      Station station, Feed feed, StatusRecord status, Versioned<TaskRecord> task, Instant now) {
    if (!isGone(station)) {
      return false;
    }
    Map<TableId, Resolved> stopped = new HashMap<>();
    for (TableId table : task.value().leaving().keySet()) {
      stopped.put(table, point(station, feed, status, table));
    }
    Map<TableId, Resolved> starts = new HashMap<>();
    for (TableId table : task.value().tables().keySet()) {
      starts.put(table, point(station, feed, status, table));
    }
    station.stopped = stopped;
    station.acknowledged = task.modRevision();
    station.dismissed = false;
    station.failure = Optional.empty();
    if (task.value().run()) {
      begin(station, feed, status, task, starts, now);
    } else {
      rest(station, starts);
    }
    return true;
  }

  private void begin(
      Station station,
      Feed feed,
      StatusRecord status,
      Versioned<TaskRecord> task,
      Map<TableId, Resolved> starts,
      Instant now) {
    try {
      Processor next = new Processor(feed, status, task, capture, starts, tools);
      station.processor = next;
      station.reached = Optional.empty();
      next.begin();
    } catch (RuntimeException e) {
      rest(station, starts);
      station.failure = Optional.of(failure(feed.id(), e, now));
    }
  }

  private static void rest(Station station, Map<TableId, Resolved> starts) {
    station.reached = starts.values().stream().reduce(Points::least).or(() -> station.reached);
    station.processor = null;
  }

  private Resolved point(Station station, Feed feed, StatusRecord status, TableId table) {
    Processor before = station.processor;
    String incarnation = feed.spec().value().incarnation();
    Optional<Resolved> own =
        before == null || !before.isOf(incarnation) ? Optional.empty() : before.point(table);
    return own.orElseGet(() -> Points.of(feed, status, capture, table));
  }

  private static PositionRecord record(
      Station station, StatusRecord status, Optional<StoppedTurn> turn) {
    Processor running = station.processor;
    if (running == null) {
      Resolved at = station.reached.orElse(status.checkpoint());
      return new PositionRecord(
          station.acknowledged,
          at,
          at.ts(),
          station.stopped,
          Optional.empty(),
          station.failure,
          turn,
          Optional.empty());
    }
    Progress progress = running.progress();
    return new PositionRecord(
        station.acknowledged,
        progress.checkpoint(),
        progress.resolved(),
        station.stopped,
        station.failure.isPresent() ? Optional.empty() : progress.waiting(),
        station.failure.or(progress::failure),
        turn,
        running.held());
  }

  private static Optional<PositionRecord> report(
      Station station, PositionRecord record, Instant now) {
    PositionRecord before = station.written;
    boolean urgent =
        before == null
            || before.taskRevision() != record.taskRevision()
            || !before.waiting().equals(record.waiting())
            || !before.error().equals(record.error())
            || !before.stoppedTurn().equals(record.stoppedTurn())
            || before.held().isPresent() != record.held().isPresent();
    Duration every = record.held().isPresent() ? REPORT_HELD_EVERY : REPORT_EVERY;
    boolean due = !now.isBefore(station.writtenAt.plus(every));
    if (record.equals(before) || !(urgent || due || now.isBefore(station.writtenAt))) {
      return Optional.empty();
    }
    station.written = record;
    station.writtenAt = now;
    return Optional.of(record);
  }

  /** Forgets what was reported of a changefeed, so that it is reported again. */
  public void forgetReports() {
    stations.values().forEach(station -> station.written = null);
  }

  /** Has everything stop; returns whether all is gone. */
  public boolean stop() {
    boolean gone = true;
    for (Station station : stations.values()) {
      gone &= isGone(station);
    }
    return gone;
  }
}
