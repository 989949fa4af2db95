package io.millrace.core.owner;

import io.millrace.api.CaptureId;
import io.millrace.api.CdcException;
import io.millrace.api.RunningError;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.TableId;
import io.millrace.api.TableName;
import io.millrace.api.changefeed.ChangefeedState;
import io.millrace.api.event.Resolved;
import io.millrace.api.event.SchemaChange;
import io.millrace.api.event.SourcePosition;
import io.millrace.api.event.TableSchema;
import io.millrace.api.store.MetaStore;
import io.millrace.api.store.Txn;
import io.millrace.core.changefeed.Failures;
import io.millrace.core.changefeed.LifeCycle;
import io.millrace.core.codec.SingleChanges;
import io.millrace.core.filter.ChangefeedFilter;
import io.millrace.core.filter.TableFilter;
import io.millrace.core.meta.ClusterState;
import io.millrace.core.meta.ClusterState.Feed;
import io.millrace.core.meta.CommandRecord;
import io.millrace.core.meta.PositionRecord;
import io.millrace.core.meta.PositionRecord.Failure;
import io.millrace.core.meta.PositionRecord.Outcome;
import io.millrace.core.meta.PositionRecord.StoppedTurn;
import io.millrace.core.meta.SchemaRecord;
import io.millrace.core.meta.SchemaTurn;
import io.millrace.core.meta.SpecRecord;
import io.millrace.core.meta.SpecRecord.Wish;
import io.millrace.core.meta.StatusRecord;
import io.millrace.core.meta.TaskRecord;
import io.millrace.core.meta.Versioned;
import io.millrace.core.schedule.Points;
import io.millrace.core.schedule.Schedule;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The owner's part for one changefeed. Each tick makes at most one decision: the first of those
 * below that is due.
 *
 * <p><i>Threads:</i> the control loop.
 */
final class Maintainer {
  private static final Logger LOG = System.getLogger(Maintainer.class.getName());

  /** Leaves room for guards in a transaction of 100 parts. */
  private static final int CHUNK = 40;

  private static final long CHUNK_BYTES = MetaStore.MAX_TXN_BYTES / 2;

  private static final Duration CHECKPOINT_EVERY = Duration.ofMillis(200);

  private final CaptureId capture;
  private final OwnerTools tools;
  private final HeraldDesk heralds;
  private final StallWatch stalls;
  private Instant checkpointAt = Instant.MIN;
  private long askedSurvey = -1;
  private long askedFor = -1;
  private String complaint = "";
  private String forgotten = "";
  private @Nullable NavigableSet<CaptureId> balanced;
  private boolean uneven;

  Maintainer(CaptureId capture, OwnerTools tools, HeraldDesk heralds) {
    this.capture = capture;
    this.tools = tools;
    this.heralds = heralds;
    this.stalls = new StallWatch(tools.stallAfter());
  }

  /** Returns the next decision about a changefeed, or empty where there is none to make. */
  Optional<Txn> tick(ClusterState state, Feed feed, UpstreamWatch upstream, Instant now) {
    SpecRecord spec = feed.spec().value();
    Optional<StatusRecord> known = feed.status().map(Versioned::value);
    if (known.isEmpty()) {
      return spec.wish() == Wish.REMOVED
          ? remove(state, feed)
          : Optional.of(patches(state, feed).put(LifeCycle.first(spec)).txn());
    }
    StatusRecord status = known.get();
    if (spec.wish() == Wish.REMOVED) {
      return feed.tasks().isEmpty() ? remove(state, feed) : windDown(state, feed, status);
    }
    if (spec.generation() > status.generation()) {
      return Optional.of(wished(state, feed, status, spec));
    }
    Optional<Failure> failure = failure(feed, status, upstream, now);
    if (failure.isPresent()) {
      return Optional.of(fail(state, feed, status, failure.get(), now));
    }
    boolean stopping = feed.tasks().values().stream().anyMatch(task -> !task.value().run());
    if (stopping || (!status.runs() && !feed.tasks().isEmpty())) {
      return windDown(state, feed, status);
    }
    if (!status.runs()) {
      stalls.reset();
      return rest(state, feed, status, now);
    }
    return run(state, feed, status, upstream, now);
  }

  /** Returns the decision about a changefeed of which {@link #tick} has thrown. */
  Optional<Txn> stop(ClusterState state, Feed feed, RuntimeException error, Instant now) {
    Optional<StatusRecord> status = feed.status().map(Versioned::value);
    if (status.map(StatusRecord::runs).orElse(false)) {
      Failure failure = own(feed, error, now);
      return Optional.of(fail(state, feed, status.get(), failure, now));
    }
    if (!error.toString().equals(complaint)) {
      complaint = error.toString();
      LOG.log(Level.ERROR, "changefeed could not be maintained changefeed=" + feed.id(), error);
    }
    return Optional.empty();
  }

  private Txn fail(
      ClusterState state, Feed feed, StatusRecord status, Failure failure, Instant now) {
    StatusRecord failed = LifeCycle.failed(status, failure, now, tools.random().nextDouble());
    return patches(state, feed).put(failed).txn();
  }

  private static Patches patches(ClusterState state, Feed feed) {
    return new Patches(state.keys(), feed);
  }

  /**
   * Follows what the user wished, by which the configuration may have changed too: whatever works
   * on the changefeed ends first.
   */
  private static Txn wished(ClusterState state, Feed feed, StatusRecord status, SpecRecord spec) {
    SortedMap<CaptureId, TaskRecord> ended = new TreeMap<>();
    feed.tasks()
        .forEach(
            (each, task) ->
                ended.put(
                    each, new TaskRecord(false, task.value().tables(), task.value().leaving())));
    return patches(state, feed).put(ended).put(LifeCycle.wished(status, spec)).txn();
  }

  // ---- errors

  private Optional<Failure> failure(
      Feed feed, StatusRecord status, UpstreamWatch upstream, Instant now) {
    Optional<Failure> lost = upstream.seen().flatMap(seen -> lost(feed, status, seen, now));
    if (lost.isPresent()) {
      return lost;
    }
    if (!status.runs()) {
      return Optional.empty();
    }
    if (!status.surveyed() && askedFor == status.generation()) {
      Optional<Throwable> trouble = upstream.trouble(askedSurvey);
      if (trouble.isPresent()) {
        return trouble.map(error -> own(feed, error, now));
      }
    }
    for (CaptureId each : feed.tasks().keySet()) {
      Optional<Failure> met = feed.current(each).flatMap(position -> position.value().error());
      if (met.isPresent()) {
        return met;
      }
    }
    return heralds.find(feed.id()).flatMap(Herald::takeFailure).map(error -> own(feed, error, now));
  }

  private Failure own(Feed feed, Throwable error, Instant now) {
    return Failures.of(
        feed.id().value(), error, StandardErrorCode.OWNER_UNKNOWN, now, tools.self().address());
  }

  private Optional<Failure> lost(
      Feed feed, StatusRecord status, UpstreamWatch.Seen seen, Instant now) {
    boolean over =
        switch (status.state()) {
          case NORMAL, ERROR, STOPPED -> false;
          case FAILED, FINISHED, REMOVED -> true;
        };
    if (over) {
      return Optional.empty();
    }
    SourcePosition needed = status.checkpoint().restart().position();
    SourcePosition oldest = seen.oldest();
    if (!needed.server().equals(oldest.server())) {
      String text =
          "the upstream is now server %s, the changefeed's checkpoint is of server %s"
              .formatted(oldest.server(), needed.server());
      return Optional.of(own(feed, new CdcException(StandardErrorCode.SOURCE_CHANGED, text), now));
    }
    if (needed.file() >= oldest.file()) {
      return Optional.empty();
    }
    String text =
        ("the upstream no longer has its log at %s, from where the changefeed must go on; the first"
                + " position it has is %s. Create it anew and copy the tables again")
            .formatted(needed, oldest);
    return Optional.of(
        own(feed, new CdcException(StandardErrorCode.SNAPSHOT_LOST_BY_GC, text), now));
  }

  // ---- not running

  /** Has all captures stop, and takes note of how far they came. */
  private Optional<Txn> windDown(ClusterState state, Feed feed, StatusRecord status) {
    Patches patches = patches(state, feed).restOnWork();
    StatusRecord settled = status.at(Points.checkpoint(feed, status));
    SortedMap<CaptureId, TaskRecord> tasks = new TreeMap<>();
    Optional<Throwable> trouble = heralds.find(feed.id()).flatMap(Herald::takeFailure);
    trouble.ifPresent(e -> logFenceFailure(feed, e));
    // what is removed does not wait for a downstream that is gone
    boolean forced = trouble.isPresent() && feed.spec().value().wish() == Wish.REMOVED;
    for (Map.Entry<CaptureId, Versioned<TaskRecord>> entry : feed.tasks().entrySet()) {
      CaptureId each = entry.getKey();
      TaskRecord task = entry.getValue().value();
      boolean gone =
          state.captures().containsKey(each)
              ? !task.run() && feed.current(each).isPresent()
              : forced || fenced(feed, each);
      if (gone) {
        Versioned<PositionRecord> position = feed.positions().get(each);
        if (position != null) {
          patches.delete(position);
        }
      } else {
        tasks.put(each, new TaskRecord(false, task.tables(), task.leaving()));
      }
    }
    patches.put(tasks);
    if (patches.size() == 0) {
      return Optional.empty();
    }
    return Optional.of(patches.put(settled).txn());
  }

  private boolean fenced(Feed feed, CaptureId gone) {
    try {
      return heralds.of(feed).fence(gone);
    } catch (CdcException e) {
      if (feed.spec().value().wish() != Wish.REMOVED) {
        throw e;
      }
      logFenceFailure(feed, e);
      return true;
    }
  }

  private static void logFenceFailure(Feed feed, Throwable error) {
    LOG.log(Level.WARNING, "downstream not reached, trying again changefeed=" + feed.id(), error);
  }

  private Optional<Txn> rest(ClusterState state, Feed feed, StatusRecord status, Instant now) {
    if (LifeCycle.mayRetry(status, now)) {
      return Optional.of(patches(state, feed).put(LifeCycle.retried(status)).txn());
    }
    Optional<Herald> herald = heralds.find(feed.id());
    herald.ifPresent(it -> it.tell(status.checkpoint().ts(), feed::tableNames));
    if (herald.map(it -> it.hasTold(status.checkpoint().ts())).orElse(false)) {
      heralds.dismiss(feed.id());
    }
    List<Versioned<?>> strays = new ArrayList<>(feed.positions().values());
    // tables that no capture works on cannot be moved
    strays.addAll(feed.commands());
    return strays.stream().findFirst().map(stray -> patches(state, feed).delete(stray).txn());
  }

  private Optional<Txn> remove(ClusterState state, Feed feed) {
    if (feed.status().isPresent() && !isForgotten(feed)) {
      return Optional.empty();
    }
    heralds.dismiss(feed.id());
    if (!heralds.isGone(feed.id())) {
      return Optional.empty();
    }
    Patches patches = patches(state, feed);
    List<Versioned<?>> records = new ArrayList<>(feed.positions().values());
    records.addAll(feed.tables());
    records.addAll(feed.commands());
    feed.verification().ifPresent(records::add);
    records.stream().limit(CHUNK).forEach(patches::delete);
    if (records.size() <= CHUNK) {
      feed.status().ifPresent(patches::delete);
      patches.delete(feed.spec());
    }
    return Optional.of(patches.txn());
  }

  /** Has what is noted downstream deleted; what is removed does not wait where that fails. */
  private boolean isForgotten(Feed feed) {
    String incarnation = feed.spec().value().incarnation();
    if (!forgotten.equals(incarnation)) {
      try {
        Herald herald = heralds.of(feed);
        if (!herald.forget()) {
          return false;
        }
        herald.takeFailure().ifPresent(e -> logNotesStay(feed, e));
      } catch (CdcException e) {
        logNotesStay(feed, e);
      }
      forgotten = incarnation;
    }
    return true;
  }

  private static void logNotesStay(Feed feed, Throwable error) {
    LOG.log(Level.WARNING, "notes downstream stay, removed anyway changefeed=" + feed.id(), error);
  }

  // ---- running

  private Optional<Txn> run(
      ClusterState state, Feed feed, StatusRecord status, UpstreamWatch upstream, Instant now) {
    Herald herald = heralds.of(feed);
    ChangefeedFilter filter =
        ChangefeedFilter.of(feed.spec().value().spec(), TableFilter.Imports.REFUSED);
    if (!status.surveyed()) {
      return survey(state, feed, status, upstream, filter);
    }
    return assign(state, feed, status, herald)
        .or(() -> turn(state, feed, status, herald, filter))
        .or(() -> balance(state, feed, status))
        .or(() -> progress(state, feed, status, herald, now))
        .or(() -> stall(state, feed, status, upstream, now));
  }

  /** Takes the tables that the upstream lists into the changefeed. */
  private Optional<Txn> survey(
      ClusterState state,
      Feed feed,
      StatusRecord status,
      UpstreamWatch upstream,
      ChangefeedFilter filter) {
    if (askedFor != status.generation()) {
      askedFor = status.generation();
      askedSurvey = upstream.ask();
    }
    UpstreamWatch.Survey survey = upstream.survey();
    Optional<SourcePosition> asOf = survey.asOf();
    if (survey.number() < askedSurvey || asOf.isEmpty()) {
      return Optional.empty();
    }
    Set<TableName> known = new HashSet<>();
    Patches patches = patches(state, feed);
    long next = status.nextTable();
    boolean all = true;
    for (Versioned<SchemaRecord> table : feed.tables()) {
      known.add(table.value().name());
      // the filter may have been another before: what is kept of a table that is not followed ages
      if (!filter.matches(table.value().name())) {
        if (patches.size() == CHUNK) {
          all = false;
          break;
        }
        patches.delete(table);
      }
    }
    for (TableSchema table : survey.tables()) {
      if (table.view() || known.contains(table.name()) || !filter.accepts(table)) {
        continue;
      }
      if (patches.size() == CHUNK || patches.bytes() > CHUNK_BYTES) {
        all = false;
        break;
      }
      patches.put(
          new SchemaRecord(new TableId(next++), table.name(), Optional.of(table), asOf.get()));
    }
    return Optional.of(patches.put(status.withTables(next, all)).txn());
  }

  /** Places what is on no capture: tables of captures that are gone, that moved, or are new. */
  private Optional<Txn> assign(ClusterState state, Feed feed, StatusRecord status, Herald herald) {
    NavigableSet<CaptureId> capable = capable(state, feed);
    if (capable.isEmpty()) {
      return Optional.empty();
    }
    Resolved settled = Points.checkpoint(feed, status);
    Schedule schedule = new Schedule(feed, status.at(settled), capable);
    Patches patches = patches(state, feed).restOnWork();
    Map<TableId, Resolved> homeless = new HashMap<>();
    for (CaptureId each : feed.tasks().keySet()) {
      if (state.captures().containsKey(each)) {
        if (feed.current(each).isPresent()) {
          schedule.settle(each);
        }
      } else if (herald.fence(each)) {
        homeless.putAll(schedule.remove(each));
        Versioned<PositionRecord> position = feed.positions().get(each);
        if (position != null) {
          patches.delete(position);
        }
      } else {
        return Optional.empty();
      }
    }
    Set<TableId> placed = new HashSet<>(homeless.keySet());
    schedule
        .tasks()
        .values()
        .forEach(
            task -> {
              placed.addAll(task.tables().keySet());
              placed.addAll(task.leaving().keySet());
            });
    for (Versioned<SchemaRecord> table : feed.tables()) {
      if (!placed.contains(table.value().id())) {
        homeless.put(table.value().id(), settled);
      }
    }
    schedule.assign(homeless);
    schedule.ensureReader();
    schedule.releaseIdle();
    patches.put(schedule.tasks());
    // the checkpoint that the points rest on goes with them
    return patches.size() == 0
        ? Optional.empty()
        : Optional.of(patches.put(status.at(settled)).txn());
  }

  /**
   * Moves some tables, as soon as tables may move: off captures that are to be emptied, as users
   * command, and to captures that have joined.
   */
  private Optional<Txn> balance(ClusterState state, Feed feed, StatusRecord status) {
    NavigableSet<CaptureId> capable = capable(state, feed);
    if (capable.isEmpty()) {
      return Optional.empty();
    }
    Schedule schedule = new Schedule(feed, status, capable);
    uneven |= balanced == null ? schedule.hasIdle() : !balanced.containsAll(capable);
    balanced = capable;
    boolean full = schedule.hasToEmpty();
    if ((!full && !uneven && feed.commands().isEmpty()) || !schedule.mayMove()) {
      return Optional.empty();
    }
    Patches patches = patches(state, feed).restOnWork();
    if (full) {
      schedule.empty();
    } else if (feed.commands().isEmpty()) {
      uneven = schedule.rebalance();
    } else {
      Versioned<CommandRecord> command = feed.commands().get(0);
      if (!schedule.follow(command.value())) {
        patches.delete(command);
      }
    }
    patches.put(schedule.tasks());
    return patches.size() == 0 ? Optional.empty() : Optional.of(patches.txn());
  }

  /**
   * Returns the captures that can work on a changefeed; those to be emptied only if there is no
   * other.
   */
  private static NavigableSet<CaptureId> capable(ClusterState state, Feed feed) {
    String uri = feed.spec().value().spec().sinkUri();
    String scheme = uri.substring(0, Math.max(0, uri.indexOf(':'))).toLowerCase(Locale.ROOT);
    TreeSet<CaptureId> capable = new TreeSet<>();
    state
        .captures()
        .forEach(
            (id, record) -> {
              if (record.value().sinks().contains(scheme)) {
                capable.add(id);
              }
            });
    TreeSet<CaptureId> staying = new TreeSet<>(capable);
    staying.removeAll(state.drains().keySet());
    return staying.isEmpty() ? capable : staying;
  }

  // ---- schema changes

  private Optional<Txn> turn(
      ClusterState state, Feed feed, StatusRecord status, Herald herald, ChangefeedFilter filter) {
    Optional<SchemaChange> waited = waitedFor(state, feed);
    if (waited.isEmpty()) {
      return Optional.empty();
    }
    SchemaChange change = waited.get();
    @Nullable SchemaTurn turn = status.turn().orElse(null);
    if (turn != null && turn.covers(change.position())) {
      return Optional.empty();
    }
    boolean begun = turn != null && turn.position().equals(change.position());
    if (filter.decide(change) != ChangefeedFilter.Decision.APPLIED) {
      return Optional.of(applied(state, feed, status, filter, change));
    }
    Optional<Outcome> former =
        turn == null ? Optional.empty() : reported(feed, turn.executor(), change);
    if (begun && former.equals(Optional.of(Outcome.DONE))) {
      return Optional.of(applied(state, feed, status, filter, change));
    }
    if (reported(feed, capture, change).isPresent()) {
      // a successor would take this capture's old report for its last word: it goes first
      return Optional.empty();
    }
    if (turn == null || !begun) {
      return Optional.of(name(state, feed, status, change));
    }
    if (!turn.executor().equals(capture)) {
      boolean over = former.isPresent() || !state.captures().containsKey(turn.executor());
      return over ? Optional.of(name(state, feed, status, change)) : Optional.empty();
    }
    long term = feed.status().orElseThrow().modRevision();
    herald.apply(SingleChanges.only(change, filter.applied(change)), term);
    return herald.hasApplied(change.position())
        ? Optional.of(applied(state, feed, status, filter, change))
        : Optional.empty();
  }

  /**
   * Returns the schema change before which every capture of the changefeed is alive and waits, none
   * of its tables being elsewhere or on the way.
   */
  private static Optional<SchemaChange> waitedFor(ClusterState state, Feed feed) {
    @Nullable SchemaChange change = null;
    for (Map.Entry<CaptureId, Versioned<TaskRecord>> entry : feed.tasks().entrySet()) {
      TaskRecord task = entry.getValue().value();
      Optional<SchemaChange> waits =
          feed.current(entry.getKey()).flatMap(position -> position.value().waiting());
      boolean live = state.captures().containsKey(entry.getKey());
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

  private static Resolved before(Feed feed, StatusRecord status) {
    return Points.checkpoint(feed, status);
  }

  private Txn name(ClusterState state, Feed feed, StatusRecord status, SchemaChange change) {
    SchemaTurn next = new SchemaTurn(change.position(), SchemaTurn.Phase.APPLYING, capture);
    return patches(state, feed).restOnWork().put(status.at(before(feed, status)).with(next)).txn();
  }

  /** Returns what a capture that was owner says of a schema change it was to apply. */
  private static Optional<Outcome> reported(Feed feed, CaptureId former, SchemaChange change) {
    return Optional.ofNullable(feed.positions().get(former))
        .flatMap(position -> position.value().stoppedTurn())
        .filter(report -> report.position().equals(change.position()))
        .map(StoppedTurn::outcome);
  }

  /** Records a change as applied with all its consequences; large ones drop tables beforehand. */
  private Txn applied(
      ClusterState state,
      Feed feed,
      StatusRecord status,
      ChangefeedFilter filter,
      SchemaChange change) {
    List<SchemaRecord> tables = feed.tables().stream().map(Versioned::value).toList();
    Consequences after = new Consequences(filter, tables, status.nextTable()).of(change);
    Patches patches = patches(state, feed).restOnWork();
    Set<TableId> gone = after.gone();
    List<Versioned<SchemaRecord>> dropped =
        feed.tables().stream().filter(table -> gone.contains(table.value().id())).toList();
    dropped.stream().limit(CHUNK).forEach(patches::delete);
    if (dropped.size() > CHUNK) {
      return patches.txn();
    }
    after.written().values().forEach(patches::put);
    Schedule schedule = new Schedule(feed, status, capable(state, feed));
    schedule.keepOnly(after.there());
    Resolved before = before(feed, status);
    Map<TableId, Resolved> made = new HashMap<>();
    after.made().forEach(table -> made.put(table, before));
    schedule.assign(made);
    SchemaTurn done = new SchemaTurn(change.position(), SchemaTurn.Phase.APPLIED, capture);
    patches.put(schedule.tasks());
    Set<TableId> renamed = after.renamed();
    schedule
        .tasks()
        .forEach(
            (each, task) -> {
              if (task.tables().keySet().stream().anyMatch(renamed::contains)) {
                patches.rewrite(each, task);
              }
            });
    return patches.put(status.at(before).with(done).withTables(after.nextTable(), true)).txn();
  }

  // ---- progress

  /** Shows that the checkpoint stands still, or no longer does. */
  private Optional<Txn> stall(
      ClusterState state, Feed feed, StatusRecord status, UpstreamWatch upstream, Instant now) {
    Optional<UpstreamWatch.Seen> seen = upstream.seen();
    if (status.state() != ChangefeedState.NORMAL || seen.isEmpty()) {
      return Optional.empty();
    }
    SourcePosition head = seen.get().head().end();
    Optional<RunningError> error = stalls.look(state, feed, status, head, now);
    if (error.equals(status.error())) {
      return Optional.empty();
    }
    error.ifPresent(it -> LOG.log(Level.WARNING, "changefeed={0} {1}", feed.id(), it.message()));
    return Optional.of(patches(state, feed).put(LifeCycle.stalled(status, error)).txn());
  }

  private Optional<Txn> progress(
      ClusterState state, Feed feed, StatusRecord status, Herald herald, Instant now) {
    herald.tell(status.checkpoint().ts(), feed::tableNames);
    Resolved least = Points.checkpoint(feed, status);
    io.millrace.api.Tso target = feed.spec().value().spec().targetTs();
    boolean reached = !target.isZero() && least.ts().compareTo(target) >= 0;
    boolean moved =
        least.ts().isAfter(status.checkpoint().ts())
            || status.checkpoint().position().isBefore(least.position());
    boolean due = !now.isBefore(checkpointAt.plus(CHECKPOINT_EVERY)) || now.isBefore(checkpointAt);
    if (!reached && !(moved && due)) {
      return Optional.empty();
    }
    checkpointAt = now;
    StatusRecord next = LifeCycle.progressed(status.at(least), target);
    return next.equals(status)
        ? Optional.empty()
        : Optional.of(patches(state, feed).restOnWork().put(next).txn());
  }
}
