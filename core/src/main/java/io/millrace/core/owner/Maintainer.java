package io.millrace.core.owner;

import io.millrace.api.CaptureId;
import io.millrace.api.RunningError;
import io.millrace.api.Tso;
import io.millrace.api.changefeed.ChangefeedState;
import io.millrace.api.event.Resolved;
import io.millrace.api.store.Txn;
import io.millrace.core.changefeed.LifeCycle;
import io.millrace.core.filter.ChangefeedFilter;
import io.millrace.core.filter.TableFilter;
import io.millrace.core.meta.ClusterState;
import io.millrace.core.meta.ClusterState.Feed;
import io.millrace.core.meta.PositionRecord.Failure;
import io.millrace.core.meta.SpecRecord;
import io.millrace.core.meta.SpecRecord.Wish;
import io.millrace.core.meta.StatusRecord;
import io.millrace.core.meta.TaskRecord;
import io.millrace.core.meta.Versioned;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The owner's part for one changefeed. Each tick makes at most one decision: the first that is due,
 * in the order that stands here. How each is made stands in the parts that it asks.
 *
 * <p><i>Threads:</i> the control loop.
 */
final class Maintainer {
  private static final Logger LOG = System.getLogger(Maintainer.class.getName());
  private static final Duration CHECKPOINT_EVERY = Duration.ofMillis(200);

  private final OwnerTools tools;
  private final HeraldDesk heralds;
  private final UpstreamWatch upstream;
  private final Surveyor surveyor;
  private final Troubles troubles;
  private final Departure departure;
  private final Placement placement = new Placement();
  private final Barrier barrier;
  private final StallWatch stalls;
  private Instant checkpointAt = Instant.MIN;
  private String complaint = "";

  Maintainer(CaptureId capture, OwnerTools tools, HeraldDesk heralds, UpstreamWatch upstream) {
    this.tools = tools;
    this.heralds = heralds;
    this.upstream = upstream;
    this.surveyor = new Surveyor(upstream);
    this.troubles = new Troubles(tools.self().address(), heralds, upstream, surveyor);
    this.departure = new Departure(heralds);
    this.barrier = new Barrier(capture);
    this.stalls = new StallWatch(tools.stallAfter());
  }

  /** Returns the next decision about a changefeed, or empty where there is none to make. */
  Optional<Txn> tick(ClusterState state, Feed feed, Instant now) {
    SpecRecord spec = feed.spec().value();
    Optional<StatusRecord> known = feed.status().map(Versioned::value);
    if (spec.wish() == Wish.REMOVED && (known.isEmpty() || feed.tasks().isEmpty())) {
      return departure.remove(state.keys(), feed);
    }
    if (known.isEmpty()) {
      return Optional.of(new Patches(state.keys(), feed).put(LifeCycle.first(spec)).txn());
    }
    StatusRecord status = known.get();
    Tick tick = new Tick(state, feed, status, now);
    if (spec.wish() == Wish.REMOVED) {
      return departure.windDown(tick);
    }
    if (spec.generation() > status.generation()) {
      return Optional.of(wished(tick, spec));
    }
    Optional<Failure> failure = troubles.met(tick);
    if (failure.isPresent()) {
      return Optional.of(fail(tick, failure.get()));
    }
    boolean stopping = feed.tasks().values().stream().anyMatch(task -> !task.value().run());
    if (stopping || (!status.runs() && !feed.tasks().isEmpty())) {
      return departure.windDown(tick);
    }
    if (!status.runs()) {
      stalls.reset();
      return departure.rest(tick);
    }
    return run(tick);
  }

  /** Returns the decision about a changefeed of which {@link #tick} has thrown. */
  Optional<Txn> stop(ClusterState state, Feed feed, RuntimeException error, Instant now) {
    Optional<StatusRecord> status = feed.status().map(Versioned::value);
    if (status.map(StatusRecord::runs).orElse(false)) {
      Tick tick = new Tick(state, feed, status.get(), now);
      return Optional.of(fail(tick, troubles.own(tick, error)));
    }
    if (!error.toString().equals(complaint)) {
      complaint = error.toString();
      LOG.log(Level.ERROR, "changefeed could not be maintained changefeed=" + feed.id(), error);
    }
    return Optional.empty();
  }

  private Txn fail(Tick tick, Failure failure) {
    double chance = tools.random().nextDouble();
    return tick.patches().put(LifeCycle.failed(tick.status(), failure, tick.now(), chance)).txn();
  }

  /**
   * Follows what the user wished, by which the configuration may have changed too: whatever works
   * on the changefeed ends first.
   */
  private static Txn wished(Tick tick, SpecRecord spec) {
    SortedMap<CaptureId, TaskRecord> ended = new TreeMap<>();
    tick.feed().tasks().forEach((each, task) -> ended.put(each, task.value().stopping()));
    return tick.patches().put(ended).put(LifeCycle.wished(tick.status(), spec)).txn();
  }

  private Optional<Txn> run(Tick tick) {
    Herald herald = heralds.of(tick.feed());
    ChangefeedFilter filter =
        ChangefeedFilter.of(tick.feed().spec().value().spec(), TableFilter.Imports.REFUSED);
    if (!tick.status().surveyed()) {
      return surveyor.take(tick, filter);
    }
    return placement
        .assign(tick, herald)
        .or(() -> barrier.turn(tick, herald, filter))
        .or(() -> placement.balance(tick))
        .or(() -> progress(tick, herald))
        .or(() -> stall(tick));
  }

  private Optional<Txn> progress(Tick tick, Herald herald) {
    StatusRecord status = tick.status();
    herald.tell(status.checkpoint().ts(), tick.feed()::tableNames);
    Resolved least = tick.checkpoint();
    Tso target = tick.feed().spec().value().spec().targetTs();
    boolean reached = !target.isZero() && least.ts().compareTo(target) >= 0;
    boolean moved =
        least.ts().isAfter(status.checkpoint().ts())
            || status.checkpoint().position().isBefore(least.position());
    Instant now = tick.now();
    boolean due = !now.isBefore(checkpointAt.plus(CHECKPOINT_EVERY)) || now.isBefore(checkpointAt);
    if (!reached && !(moved && due)) {
      return Optional.empty();
    }
    checkpointAt = now;
    StatusRecord next = LifeCycle.progressed(status.at(least), target);
    return next.equals(status)
        ? Optional.empty()
        : Optional.of(tick.patches().restOnWork().put(next).txn());
  }

  /** Shows that the checkpoint stands still, or no longer does. */
  private Optional<Txn> stall(Tick tick) {
    StatusRecord status = tick.status();
    Optional<UpstreamWatch.Seen> seen = upstream.seen();
    if (status.state() != ChangefeedState.NORMAL || seen.isEmpty()) {
      return Optional.empty();
    }
    Optional<RunningError> error = stalls.look(tick, seen.get().head().end());
    if (error.equals(status.error())) {
      return Optional.empty();
    }
    error.ifPresent(
        it -> LOG.log(Level.WARNING, "changefeed={0} {1}", tick.feed().id(), it.message()));
    return Optional.of(tick.patches().put(LifeCycle.stalled(status, error)).txn());
  }
}
