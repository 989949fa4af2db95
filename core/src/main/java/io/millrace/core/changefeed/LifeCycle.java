package io.millrace.core.changefeed;

import io.millrace.api.RunningError;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.Tso;
import io.millrace.api.changefeed.ChangefeedState;
import io.millrace.core.meta.ClusterState.Feed;
import io.millrace.core.meta.PositionRecord.Failure;
import io.millrace.core.meta.SpecRecord;
import io.millrace.core.meta.SpecRecord.Wish;
import io.millrace.core.meta.StatusRecord;
import io.millrace.core.meta.Versioned;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The states of a changefeed and what moves it from one to the next.
 *
 * <p>An error that trying again may mend leads to {@code error}: after a wait of 10 s, doubled each
 * time to 10 minutes, it is attempted again, and is {@code normal} once its checkpoint has passed
 * the one of the attempt. Trouble that lasts 30 minutes, and any other error, leads to {@code
 * failed}.
 *
 * <p><i>Source:</i> API v1, section 2.
 */
public final class LifeCycle {
  private static final Duration FIRST_WAIT = Duration.ofSeconds(10);
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(10);
  private static final Duration STUCK = Duration.ofMinutes(30);
  private static final int HISTORY = 10;

  private LifeCycle() {}

  /** Returns the state to show: what is observed, unless the user wished otherwise since. */
  public static ChangefeedState shown(Feed feed) {
    return shown(feed.spec().value(), feed.status().map(Versioned::value));
  }

  /** Returns the state to show of a changefeed with a specification and, once met, a status. */
  public static ChangefeedState shown(SpecRecord spec, Optional<StatusRecord> status) {
    if (spec.wish() == Wish.REMOVED) {
      return ChangefeedState.REMOVED;
    }
    if (status.isPresent() && status.get().generation() >= spec.generation()) {
      return status.get().state();
    }
    return spec.wish() == Wish.RUNNING ? ChangefeedState.NORMAL : ChangefeedState.STOPPED;
  }

  /** Returns the status of a changefeed that the owner meets for the first time. */
  public static StatusRecord first(SpecRecord spec) {
    boolean runs = spec.wish() == Wish.RUNNING;
    return new StatusRecord(
        spec.generation(),
        runs ? ChangefeedState.NORMAL : ChangefeedState.STOPPED,
        runs,
        spec.start(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        false,
        1);
  }

  /** Returns the status after a wish of a later generation: errors are forgotten on resuming. */
  public static StatusRecord wished(StatusRecord now, SpecRecord spec) {
    boolean runs = spec.wish() == Wish.RUNNING;
    return new StatusRecord(
        spec.generation(),
        runs ? ChangefeedState.NORMAL : ChangefeedState.STOPPED,
        runs,
        now.checkpoint(),
        now.turn(),
        runs ? Optional.empty() : now.error(),
        runs ? List.of() : now.errorHistory(),
        Optional.empty(),
        Optional.empty(),
        now.surveyed() && !runs,
        now.nextTable());
  }

  /**
   * Returns the status after an error.
   *
   * @param jitter 0 to 1, what part of the random tenth is added to the wait
   */
  public static StatusRecord failed(StatusRecord now, Failure failure, Instant at, double jitter) {
    Instant since = now.troubleSince().orElse(at);
    boolean stuck = !at.isBefore(since.plus(STUCK));
    RunningError error =
        failure.retryable() && stuck
            ? new RunningError(
                failure.error().time(),
                failure.error().address(),
                StandardErrorCode.CHANGEFEED_UNRETRYABLE.code(),
                "no progress since "
                    + since
                    + ", last error: ["
                    + failure.error().code()
                    + "]"
                    + failure.error().message())
            : failure.error();
    List<Instant> history = new ArrayList<>(now.errorHistory());
    history.add(failure.error().time());
    boolean again = failure.retryable() && !stuck;
    return new StatusRecord(
        now.generation(),
        again ? ChangefeedState.ERROR : ChangefeedState.FAILED,
        false,
        now.checkpoint(),
        now.turn(),
        Optional.of(error),
        history.subList(Math.max(0, history.size() - HISTORY), history.size()),
        again ? Optional.of(at.plus(wait(history.size(), jitter))) : Optional.empty(),
        Optional.of(since),
        now.surveyed(),
        now.nextTable());
  }

  private static Duration wait(int errors, double jitter) {
    Duration wait = FIRST_WAIT;
    for (int i = 1; i < errors && wait.compareTo(LONGEST_WAIT) < 0; i++) {
      wait = wait.multipliedBy(2);
    }
    wait = wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait;
    return wait.plusMillis((long) (wait.toMillis() * jitter / 10));
  }

  /** Returns whether a changefeed in error is to be attempted again. */
  public static boolean mayRetry(StatusRecord now, Instant at) {
    return now.state() == ChangefeedState.ERROR
        && !now.attempting()
        && now.retryAt().map(retry -> !at.isBefore(retry)).orElse(true);
  }

  /** Returns the status of a changefeed that is attempted again; it stays in error. */
  public static StatusRecord retried(StatusRecord now) {
    return with(now, ChangefeedState.ERROR, true, now.error());
  }

  /**
   * Returns the status after the checkpoint moved: an attempt that makes progress has worked, and
   * the target ts ends it.
   */
  public static StatusRecord progressed(StatusRecord now, Tso target) {
    if (!target.isZero() && now.checkpoint().ts().compareTo(target) >= 0) {
      return with(now, ChangefeedState.FINISHED, false, Optional.empty());
    }
    if (now.state() != ChangefeedState.ERROR && now.error().isEmpty()) {
      return now;
    }
    return new StatusRecord(
        now.generation(),
        ChangefeedState.NORMAL,
        true,
        now.checkpoint(),
        now.turn(),
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        now.surveyed(),
        now.nextTable());
  }

  /**
   * Returns the status of a changefeed that works and stands still, or no longer does.
   *
   * @param error what to show of it
   */
  public static StatusRecord stalled(StatusRecord now, Optional<RunningError> error) {
    return with(now, ChangefeedState.NORMAL, true, error);
  }

  private static StatusRecord with(
      StatusRecord now, ChangefeedState state, boolean attempting, Optional<RunningError> error) {
    return new StatusRecord(
        now.generation(),
        state,
        attempting,
        now.checkpoint(),
        now.turn(),
        error,
        now.errorHistory(),
        Optional.empty(),
        now.troubleSince(),
        now.surveyed(),
        now.nextTable());
  }
}
