package io.millrace.core;

import io.millrace.api.CdcException;
import io.millrace.api.ChangefeedId;
import io.millrace.api.RunningError;
import io.millrace.api.changefeed.ChangefeedState;
import io.millrace.api.changefeed.ChangefeedSummary;
import io.millrace.core.changefeed.LifeCycle;
import io.millrace.core.meta.ClusterState;
import io.millrace.core.meta.ClusterState.Feed;
import io.millrace.core.meta.StateTracker;
import io.millrace.core.worker.Worker;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Tells an embedder's listener what changefeeds meet, as the store has it: whoever met it, each
 * error once. A listener that takes long, or throws, holds nothing up but what it is told next.
 *
 * <p><i>Threads:</i> its worker.
 */
final class FailureWatch implements Worker {
  private static final Logger LOG = System.getLogger(FailureWatch.class.getName());

  private final StateTracker tracker;
  private final Duration patience;
  private final Consumer<ChangefeedSummary> listener;
  private final CountDownLatch closing = new CountDownLatch(1);
  private Map<ChangefeedId, Told> told = Map.of();

  /** What identifies an error: its text may change while it lasts. */
  private record Told(String incarnation, ChangefeedState state, String code, Instant time) {}

  /**
   * Creates a watch.
   *
   * @param tracker follows the cluster; closed with the watch
   * @param patience how long a step may wait for a change
   */
  FailureWatch(StateTracker tracker, Duration patience, Consumer<ChangefeedSummary> listener) {
    this.tracker = tracker;
    this.patience = patience;
    this.listener = listener;
  }

  @Override
  public boolean work() {
    ClusterState state;
    try {
      state = tracker.poll(patience);
    } catch (CdcException e) {
      if (closing.getCount() > 0) {
        LOG.log(Level.DEBUG, "the store does not answer, failures are told later", e);
        rest();
      }
      return false;
    }
    Map<ChangefeedId, Told> now = new HashMap<>();
    for (Feed feed : state.changefeeds().values()) {
      failure(feed)
          .ifPresent(
              error -> {
                Told next =
                    new Told(
                        feed.spec().value().incarnation(),
                        LifeCycle.shown(feed),
                        error.code(),
                        error.time());
                now.put(feed.id(), next);
                if (!next.equals(told.get(feed.id()))) {
                  tell(feed, error);
                }
              });
    }
    boolean moved = !now.equals(told);
    told = now;
    return moved;
  }

  /** Returns what a changefeed that is to run has met. */
  private static Optional<RunningError> failure(Feed feed) {
    ChangefeedState state = LifeCycle.shown(feed);
    return state == ChangefeedState.STOPPED || state == ChangefeedState.REMOVED
        ? Optional.empty()
        : Queries.error(feed);
  }

  private void tell(Feed feed, RunningError error) {
    try {
      listener.accept(
          new ChangefeedSummary(
              feed.id(), LifeCycle.shown(feed), Queries.checkpoint(feed), Optional.of(error)));
    } catch (Throwable e) {
      LOG.log(Level.WARNING, "the failure listener threw changefeed=" + feed.id(), e);
    }
  }

  /** Waits until it is closed, for its patience at most. */
  private void rest() {
    try {
      if (closing.await(patience.toNanos(), TimeUnit.NANOSECONDS)) {
        LOG.log(Level.DEBUG, "closed while it waited");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closing.countDown();
    tracker.close();
  }
}
