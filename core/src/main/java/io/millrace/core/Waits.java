package io.millrace.core;

import com.google.common.base.Ticker;
import io.millrace.api.CdcException;
import io.millrace.api.ChangefeedId;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.Tso;
import io.millrace.api.changefeed.ChangefeedState;
import io.millrace.api.store.MetaStore;
import io.millrace.core.changefeed.LifeCycle;
import io.millrace.core.meta.ClusterState;
import io.millrace.core.meta.ClusterState.Feed;
import io.millrace.core.meta.Keys;
import io.millrace.core.meta.SpecRecord.Wish;
import io.millrace.core.meta.StateTracker;
import io.millrace.core.meta.StatusRecord;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Waits for what the owner does, on a watch of the store.
 *
 * @param keys where the cluster is stored
 * @param store the store
 * @param ticker measures the limits
 */
record Waits(Keys keys, MetaStore store, Ticker ticker) {

  /** Returns whether a state came in which a condition holds, within a limit. */
  private boolean until(Duration limit, Predicate<ClusterState> condition) {
    try (StateTracker tracker = new StateTracker(store, keys)) {
      long begin = ticker.read();
      ClusterState state = tracker.poll(Duration.ZERO);
      while (!condition.test(state)) {
        Duration left = limit.minusNanos(ticker.read() - begin);
        if (left.isNegative() || left.isZero()) {
          return false;
        }
        ClusterState next = tracker.poll(left);
        if (next.revision() == state.revision()) {
          return false; // nothing came in all the time that was left
        }
        state = next;
      }
      return true;
    }
  }

  /** Returns whether a changefeed that is being taken down was gone in time. */
  boolean gone(ChangefeedId id, Duration limit) {
    return until(
        limit,
        state ->
            state.feed(id).map(feed -> feed.spec().value().wish() != Wish.REMOVED).orElse(true));
  }

  /**
   * Returns when a changefeed's checkpoint has reached a ts.
   *
   * @throws CdcException {@link StandardErrorCode#CHANGEFEED_NOT_EXISTS}, {@link
   *     StandardErrorCode#CHANGEFEED_ABNORMAL_STATE} if it cannot reach it as it is now, {@link
   *     StandardErrorCode#AWAIT_TIMEOUT}
   */
  void checkpoint(ChangefeedId id, Tso ts, Duration limit) {
    if (!until(limit, state -> reached(Queries.feed(state, id), ts))) {
      boolean interrupted = Thread.currentThread().isInterrupted();
      throw new CdcException(
          StandardErrorCode.AWAIT_TIMEOUT,
          "the checkpoint of changefeed %s did not reach %s %s"
              .formatted(id, ts, interrupted ? "before an interrupt" : "within " + limit));
    }
  }

  private static boolean reached(Feed feed, Tso ts) {
    if (Queries.checkpoint(feed).compareTo(ts) >= 0) {
      return true;
    }
    ChangefeedState state = LifeCycle.shown(feed);
    Tso target = feed.spec().value().spec().targetTs();
    boolean runs = state == ChangefeedState.NORMAL || state == ChangefeedState.ERROR;
    boolean ends = !target.isZero() && ts.isAfter(target);
    if (!runs || ends) {
      throw unreachable(feed, state, ts, target);
    }
    return false;
  }

  private static CdcException unreachable(Feed feed, ChangefeedState state, Tso ts, Tso target) {
    Optional<String> error =
        feed.status()
            .map(status -> status.value())
            .filter(status -> state == ChangefeedState.FAILED)
            .flatMap(StatusRecord::error)
            .map(met -> ": [" + met.code() + "]" + met.message());
    return new CdcException(
        StandardErrorCode.CHANGEFEED_ABNORMAL_STATE,
        "changefeed in abnormal state: %s, the checkpoint %s of %s cannot reach %s%s%s"
            .formatted(
                state.wireName(),
                Queries.checkpoint(feed),
                feed.id(),
                ts,
                target.isZero() ? "" : ", its target ts is " + target,
                error.orElse("")));
  }
}
