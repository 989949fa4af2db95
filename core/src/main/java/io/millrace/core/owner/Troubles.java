package io.millrace.core.owner;

import io.millrace.api.CaptureId;
import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.event.SourcePosition;
import io.millrace.core.changefeed.Failures;
import io.millrace.core.meta.ClusterState.Feed;
import io.millrace.core.meta.PositionRecord.Failure;
import java.util.Optional;

/**
 * What a changefeed has met that it cannot go on with, wherever it was met: upstream, on a capture,
 * or by its herald downstream.
 *
 * <p><i>Threads:</i> the control loop.
 */
final class Troubles {
  private final String address;
  private final HeraldDesk heralds;
  private final UpstreamWatch upstream;
  private final Surveyor surveyor;

  /**
   * Creates the troubles of one changefeed.
   *
   * @param address this capture's, where it is the one that meets them
   */
  Troubles(String address, HeraldDesk heralds, UpstreamWatch upstream, Surveyor surveyor) {
    this.address = address;
    this.heralds = heralds;
    this.upstream = upstream;
    this.surveyor = surveyor;
  }

  /** Returns the first that is met; only what can no longer be read where it does not run. */
  Optional<Failure> met(Tick tick) {
    Optional<Failure> lost = upstream.seen().flatMap(seen -> lost(tick, seen.oldest()));
    if (lost.isPresent() || !tick.status().runs()) {
      return lost;
    }
    Optional<Throwable> unlisted = surveyor.trouble(tick.status());
    if (unlisted.isPresent()) {
      return unlisted.map(error -> own(tick, error));
    }
    Feed feed = tick.feed();
    for (CaptureId each : feed.tasks().keySet()) {
      Optional<Failure> met = feed.current(each).flatMap(position -> position.value().error());
      if (met.isPresent()) {
        return met;
      }
    }
    return heralds.find(feed.id()).flatMap(Herald::takeFailure).map(error -> own(tick, error));
  }

  /** Returns what this capture has met itself. */
  Failure own(Tick tick, Throwable error) {
    return Failures.of(
        tick.feed().id().value(), error, StandardErrorCode.OWNER_UNKNOWN, tick.now(), address);
  }

  private Optional<Failure> lost(Tick tick, SourcePosition oldest) {
    boolean over =
        switch (tick.status().state()) {
          case NORMAL, ERROR, STOPPED -> false;
          case FAILED, FINISHED, REMOVED -> true;
        };
    if (over) {
      return Optional.empty();
    }
    SourcePosition needed = tick.status().checkpoint().restart().position();
    if (!needed.server().equals(oldest.server())) {
      String text =
          "the upstream is now server %s, the changefeed's checkpoint is of server %s"
              .formatted(oldest.server(), needed.server());
      return Optional.of(own(tick, new CdcException(StandardErrorCode.SOURCE_CHANGED, text)));
    }
    if (needed.file() >= oldest.file()) {
      return Optional.empty();
    }
    String text =
        ("the upstream no longer has its log at %s, from where the changefeed must go on; the first"
                + " position it has is %s. Create it anew and copy the tables again")
            .formatted(needed, oldest);
    return Optional.of(own(tick, new CdcException(StandardErrorCode.SNAPSHOT_LOST_BY_GC, text)));
  }
}
