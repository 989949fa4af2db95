package io.millrace.core.owner;

import io.millrace.api.CaptureId;
import io.millrace.api.TableId;
import io.millrace.api.event.SchemaChange;
import io.millrace.api.store.Txn;
import io.millrace.core.codec.SingleChanges;
import io.millrace.core.filter.ChangefeedFilter;
import io.millrace.core.meta.ClusterState.Feed;
import io.millrace.core.meta.PositionRecord.Outcome;
import io.millrace.core.meta.PositionRecord.StoppedTurn;
import io.millrace.core.meta.SchemaRecord;
import io.millrace.core.meta.SchemaTurn;
import io.millrace.core.meta.TaskRecord;
import io.millrace.core.meta.Versioned;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * The steps of a schema change, before which all captures of a changefeed wait: this capture is
 * named to apply it, applies it downstream, and it is recorded with all its consequences.
 *
 * <p><i>Threads:</i> the control loop.
 */
final class Barrier {
  private final CaptureId capture;

  /** Creates the barrier of a changefeed of which this capture is owner. */
  Barrier(CaptureId capture) {
    this.capture = capture;
  }

  /** Returns the next step of the schema change that is waited for, if there is one. */
  Optional<Txn> turn(Tick tick, Herald herald, ChangefeedFilter filter) {
    Optional<SchemaChange> waited = waitedFor(tick);
    if (waited.isEmpty()) {
      return Optional.empty();
    }
    SchemaChange change = waited.get();
    @Nullable SchemaTurn turn = tick.status().turn().orElse(null);
    if (turn != null && turn.covers(change.position())) {
      return Optional.empty();
    }
    boolean begun = turn != null && turn.position().equals(change.position());
    if (filter.decide(change) != ChangefeedFilter.Decision.APPLIED) {
      return Optional.of(applied(tick, filter, change));
    }
    Feed feed = tick.feed();
    Optional<Outcome> former =
        turn == null ? Optional.empty() : reported(feed, turn.executor(), change);
    if (begun && former.equals(Optional.of(Outcome.DONE))) {
      return Optional.of(applied(tick, filter, change));
    }
    if (reported(feed, capture, change).isPresent()) {
      // a successor would take this capture's old report for its last word: it goes first
      return Optional.empty();
    }
    if (turn == null || !begun) {
      return Optional.of(name(tick, change));
    }
    if (!turn.executor().equals(capture)) {
      boolean over = former.isPresent() || !tick.isAlive(turn.executor());
      return over ? Optional.of(name(tick, change)) : Optional.empty();
    }
    long term = feed.status().orElseThrow().modRevision();
    herald.apply(SingleChanges.only(change, filter.applied(change)), term);
    return herald.hasApplied(change.position())
        ? Optional.of(applied(tick, filter, change))
        : Optional.empty();
  }

  /**
   * Returns the schema change before which every capture of the changefeed is alive and waits, none
   * of its tables being elsewhere or on the way.
   */
  private static Optional<SchemaChange> waitedFor(Tick tick) {
    Feed feed = tick.feed();
    @Nullable SchemaChange change = null;
    for (Map.Entry<CaptureId, Versioned<TaskRecord>> entry : feed.tasks().entrySet()) {
      TaskRecord task = entry.getValue().value();
      Optional<SchemaChange> waits =
          feed.current(entry.getKey()).flatMap(position -> position.value().waiting());
      boolean live = tick.isAlive(entry.getKey());
      boolean same =
          change == null
              || waits.map(SchemaChange::position).filter(change.position()::equals).isPresent();
      if (!live || waits.isEmpty() || !same || !task.run() || !task.leaving().isEmpty()) {
        return Optional.empty();
      }
      change = waits.get();
    }
    return Optional.ofNullable(change);
  }

  /** Records that this capture applies a change. */
  private Txn name(Tick tick, SchemaChange change) {
    SchemaTurn next = new SchemaTurn(change.position(), SchemaTurn.Phase.APPLYING, capture);
    return tick.patches().restOnWork().put(tick.status().at(tick.checkpoint()).with(next)).txn();
  }

  /** Returns what a capture that was owner says of a schema change it was to apply. */
  private static Optional<Outcome> reported(Feed feed, CaptureId former, SchemaChange change) {
    return Optional.ofNullable(feed.positions().get(former))
        .flatMap(position -> position.value().stoppedTurn())
        .filter(report -> report.position().equals(change.position()))
        .map(StoppedTurn::outcome);
  }

  /** Records a change as applied with all its consequences; large ones drop tables beforehand. */
  private Txn applied(Tick tick, ChangefeedFilter filter, SchemaChange change) {
    Feed feed = tick.feed();
    List<SchemaRecord> tables = feed.tables().stream().map(Versioned::value).toList();
    Consequences after = new Consequences(filter, tables, tick.status().nextTable()).of(change);
    Patches patches = tick.patches().restOnWork();
    Set<TableId> gone = after.gone();
    List<Versioned<SchemaRecord>> dropped =
        feed.tables().stream().filter(table -> gone.contains(table.value().id())).toList();
    dropped.stream().limit(Patches.CHUNK).forEach(patches::delete);
    if (dropped.size() > Patches.CHUNK) {
      return patches.txn();
    }
    after.written().values().forEach(patches::put);
    SortedMap<CaptureId, TaskRecord> tasks = Placement.after(tick, after);
    patches.put(tasks);
    Set<TableId> renamed = after.renamed();
    tasks.forEach(
        (each, task) -> {
          if (task.tables().keySet().stream().anyMatch(renamed::contains)) {
            patches.rewrite(each, task);
          }
        });
    SchemaTurn done = new SchemaTurn(change.position(), SchemaTurn.Phase.APPLIED, capture);
    return patches
        .put(tick.status().at(tick.checkpoint()).with(done).withTables(after.nextTable(), true))
        .txn();
  }
}
