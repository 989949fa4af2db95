package io.millrace.core.owner;

import io.millrace.api.CaptureId;
import io.millrace.api.ChangefeedId;
import io.millrace.api.store.Op;
import io.millrace.api.store.Txn;
import io.millrace.core.meta.ClusterState;
import io.millrace.core.meta.ClusterState.Feed;
import io.millrace.core.meta.DrainRecord;
import io.millrace.core.meta.PositionRecord.StoppedTurn;
import io.millrace.core.meta.RoundRecord;
import io.millrace.core.meta.StoredJson;
import io.millrace.core.meta.UpstreamRecord;
import io.millrace.core.meta.Versioned;
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

/**
 * The elected capture's decisions for the whole cluster. It is made when its capture is elected,
 * and retired when it is no longer.
 *
 * <p><i>Threads:</i> the control loop.
 */
public final class Owner {
  private static final String WATCH = "upstream-watch";
  private static final Duration ROUND_EVERY = Duration.ofSeconds(2);

  private final CaptureId capture;
  private final OwnerTools tools;
  private final HeraldDesk heralds;
  private final UpstreamWatch upstream;

  /** By incarnation: one that was removed and created again shares nothing with the former. */
  private final Map<String, Maintainer> maintainers = new HashMap<>();

  private boolean watching;
  private Instant roundAt = Instant.MIN;

  /** Creates the owner of a registration; it begins to watch the upstream. */
  public Owner(CaptureId capture, OwnerTools tools) {
    this.capture = capture;
    this.tools = tools;
    this.heralds = new HeraldDesk(capture, tools);
    this.upstream = new UpstreamWatch(tools.source(), tools.crew(), tools.ticker());
  }

  /** Returns what to store; each transaction stands by itself. */
  public List<Txn> tick(ClusterState state, Instant now) {
    if (!watching && tools.crew().isGone(WATCH)) {
      watching = true;
      tools.crew().hire(WATCH, () -> upstream);
    }
    List<Txn> patches = new ArrayList<>();
    Set<String> incarnations = new HashSet<>();
    for (Feed feed : state.changefeeds().values()) {
      incarnations.add(feed.spec().value().incarnation());
      decide(state, feed, now).ifPresent(patches::add);
    }
    maintainers.keySet().retainAll(incarnations);
    heralds.keepOnly(state.changefeeds().keySet());
    state.drains().forEach((gone, mark) -> forget(state, gone, mark).ifPresent(patches::add));
    if (!now.isBefore(roundAt.plus(ROUND_EVERY)) || now.isBefore(roundAt)) {
      roundAt = now;
      patches.add(round(state, now));
    }
    return patches;
  }

  private Optional<Txn> decide(ClusterState state, Feed feed, Instant now) {
    Maintainer maintainer =
        maintainers.computeIfAbsent(
            feed.spec().value().incarnation(),
            it -> new Maintainer(capture, tools, heralds, upstream));
    try {
      Optional<Txn> decision = maintainer.tick(state, feed, now);
      // the guard that this capture is owner is added
      decision.ifPresent(txn -> Limits.check(txn, 1));
      return decision;
    } catch (RuntimeException e) {
      return maintainer.stop(state, feed, e, now);
    }
  }

  /** Deletes the mark of a capture that was emptied and is gone. */
  private static Optional<Txn> forget(
      ClusterState state, CaptureId capture, Versioned<DrainRecord> mark) {
    return state.captures().containsKey(capture)
        ? Optional.empty()
        : Optional.of(new Txn(List.of(mark.unchanged()), List.of(new Op.Delete(mark.key()))));
  }

  private Txn round(ClusterState state, Instant now) {
    List<Op> ops = new ArrayList<>();
    ops.add(new Op.Put(state.keys().round(), StoredJson.write(new RoundRecord(now))));
    upstream
        .seen()
        .map(
            seen ->
                new UpstreamRecord(
                    seen.head().end(), seen.head().ts(), seen.oldest(), seen.oldestTs()))
        .filter(record -> !state.upstream().equals(Optional.of(record)))
        .ifPresent(
            record -> ops.add(new Op.Put(state.keys().upstream(), StoredJson.write(record))));
    return new Txn(List.of(), ops);
  }

  /**
   * Has all its workers stop.
   *
   * @return once they are gone, what became of the schema changes they had to apply
   */
  public Optional<Map<ChangefeedId, StoppedTurn>> retire() {
    tools.crew().dismiss(WATCH);
    Optional<Map<ChangefeedId, StoppedTurn>> turns = heralds.retire();
    return tools.crew().isGone(WATCH) ? turns : Optional.empty();
  }
}
