package io.millrace.core.capture;

import io.millrace.api.CaptureId;
import io.millrace.api.CdcException;
import io.millrace.api.ChangefeedId;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.store.Guard;
import io.millrace.api.store.Txn;
import io.millrace.core.meta.ClusterState;
import io.millrace.core.meta.PositionRecord.Outcome;
import io.millrace.core.meta.PositionRecord.StoppedTurn;
import io.millrace.core.meta.SchemaTurn;
import io.millrace.core.meta.StateTracker;
import io.millrace.core.meta.StatusRecord;
import io.millrace.core.meta.Versioned;
import io.millrace.core.owner.Owner;
import io.millrace.core.owner.OwnerTools;
import io.millrace.core.processor.Processors;
import io.millrace.core.processor.Tools;
import io.millrace.core.worker.Crew;
import io.millrace.core.worker.Worker;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Follows the cluster's state, lets the owner (if it is this capture) and the processors decide,
 * and stores what they say. A transaction whose guards fail is dropped: the next round decides
 * anew.
 *
 * <p><i>Threads:</i> its worker; {@link #id} and {@link #close} any.
 */
final class ControlLoop implements Worker {
  private static final Logger LOG = System.getLogger(ControlLoop.class.getName());
  private static final Duration ROUND = Duration.ofMillis(20);

  private final Registration registration;
  private final OwnerTools ownerTools;
  private final Tools tools;
  private final Crew crew;
  private final InstantSource clock;

  private final StateTracker tracker;
  private @Nullable Owner owner;
  private @Nullable Processors processors;
  private final Map<ChangefeedId, StoppedTurn> turns = new HashMap<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private String trouble = "";
  private boolean lost;
  private volatile boolean closed;

  ControlLoop(
      Registration registration,
      OwnerTools ownerTools,
      Tools tools,
      Crew crew,
      InstantSource clock) {
    this.registration = registration;
    this.ownerTools = ownerTools;
    this.tools = tools;
    this.crew = crew;
    this.clock = clock;
    this.tracker = registration.tracker();
  }

  Optional<CaptureId> id() {
    return registration.id();
  }

  /** Takes a place in the cluster. */
  CaptureId register() {
    CaptureId id = registration.take();
    processors = new Processors(id, tools);
    LOG.log(Level.INFO, "capture registered capture=" + id + " address=" + tools.self().address());
    return id;
  }

  @Override
  public synchronized boolean work() {
    if (closed) {
      return false;
    }
    try {
      if (lost) {
        return comeBack();
      }
      registration.renew();
      Duration wait = crew.patience().compareTo(ROUND) < 0 ? crew.patience() : ROUND;
      boolean moved = round(tracker.poll(wait));
      trouble = "";
      return moved;
    } catch (RuntimeException e) {
      if (!closed) {
        met(e);
        rest();
      }
      return false;
    }
  }

  private void met(RuntimeException e) {
    if (e instanceof CdcException cdc && cdc.code() == StandardErrorCode.LEASE_LOST) {
      LOG.log(Level.WARNING, "lease lost, all work stops capture={0}", registration.id());
      lost = true;
      registration.leave();
      return;
    }
    boolean again = e.toString().equals(trouble);
    trouble = e.toString();
    LOG.log(again ? Level.DEBUG : Level.WARNING, "nothing can be decided or stored", e);
    Processors running = processors;
    if (running != null) {
      running.forgetReports();
    }
  }

  /** Waits until it is closed, for the crew's patience at most. */
  private void rest() {
    try {
      if (closing.await(crew.patience().toNanos(), TimeUnit.NANOSECONDS)) {
        LOG.log(Level.DEBUG, "closed while it waited capture={0}", registration.id());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean round(ClusterState state) {
    CaptureId self = registration.id().orElseThrow();
    if (!state.captures().containsKey(self)) {
      throw new CdcException(StandardErrorCode.LEASE_LOST, "the capture's key is gone");
    }
    Instant now = clock.instant();
    boolean moved = false;
    if (state.isOwner(self)) {
      moved |= lead(state, self, now);
    } else if (retire() && !state.isCandidate(self)) {
      // its key was deleted: it queues again, behind the others
      moved |= registration.queue();
    }
    Processors running = processors;
    if (running != null) {
      moved |= store(running.tick(state, reports(state, self), now), registration.asCapture());
    }
    return moved;
  }

  /**
   * Returns what became of the schema changes whose executor this capture is by the records, though
   * it is no longer owner and nothing of its heralds runs any more.
   */
  private Map<ChangefeedId, StoppedTurn> reports(ClusterState state, CaptureId self) {
    Map<ChangefeedId, StoppedTurn> reports = new HashMap<>();
    if (owner != null) {
      return reports;
    }
    for (ClusterState.Feed feed : state.changefeeds().values()) {
      feed.status()
          .flatMap(status -> status.value().turn().map(turn -> report(feed.id(), status, turn)))
          .filter(report -> feed.isExecuting(self))
          .ifPresent(report -> reports.put(feed.id(), report));
    }
    return reports;
  }

  private StoppedTurn report(ChangefeedId id, Versioned<StatusRecord> status, SchemaTurn turn) {
    StoppedTurn known = turns.get(id);
    return known != null && known.position().equals(turn.position())
        ? known
        : new StoppedTurn(turn.position(), status.modRevision(), Outcome.UNKNOWN);
  }

  private boolean lead(ClusterState state, CaptureId self, Instant now) {
    Owner leading = owner;
    if (leading == null) {
      LOG.log(Level.INFO, "elected owner capture=" + self);
      leading = new Owner(self, ownerTools);
      owner = leading;
      turns.clear();
    }
    ClusterState.Candidate candidate = state.owner().orElseThrow();
    Guard standing = new Guard.Held(candidate.record().key(), candidate.record().createRevision());
    return store(leading.tick(state, now), standing);
  }

  private boolean store(List<Txn> patches, Guard standing) {
    boolean moved = false;
    for (Txn patch : patches) {
      moved |= registration.commit(patch, standing);
    }
    return moved;
  }

  /** Has the former owner's work stop; true once it has. */
  private boolean retire() {
    Owner former = owner;
    if (former == null) {
      return true;
    }
    Optional<Map<ChangefeedId, StoppedTurn>> stopped = former.retire();
    stopped.ifPresent(
        all -> {
          turns.putAll(all);
          owner = null;
        });
    return stopped.isPresent();
  }

  /** Registers anew once nothing of the lost registration runs any more. */
  private boolean comeBack() {
    boolean ownerGone = retire();
    Processors former = processors;
    boolean gone = former == null || former.stop();
    if (!ownerGone || !gone) {
      rest();
      return false;
    }
    turns.clear();
    register();
    lost = false;
    return true;
  }

  /** Has everything stop; the lease ends with the store's handle, when all workers are gone. */
  @Override
  public void close() {
    closed = true;
    closing.countDown();
    tracker.close();
    synchronized (this) {
      registration.resign();
      Owner leading = owner;
      if (leading != null) {
        leading.retire();
      }
      Processors running = processors;
      if (running != null) {
        running.stop();
      }
    }
  }
}
