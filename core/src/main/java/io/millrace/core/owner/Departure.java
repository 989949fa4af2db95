package io.millrace.core.owner;

import io.millrace.api.CaptureId;
import io.millrace.api.CdcException;
import io.millrace.api.store.Txn;
import io.millrace.core.changefeed.LifeCycle;
import io.millrace.core.meta.ClusterState.Feed;
import io.millrace.core.meta.Keys;
import io.millrace.core.meta.SpecRecord.Wish;
import io.millrace.core.meta.StatusRecord;
import io.millrace.core.meta.TaskRecord;
import io.millrace.core.meta.Versioned;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The end of the work on a changefeed: captures stop, it rests until it is tried again or resumed,
 * or it is removed.
 *
 * <p><i>Threads:</i> the control loop.
 */
final class Departure {
  private static final Logger LOG = System.getLogger(Departure.class.getName());

  private final HeraldDesk heralds;
  private String forgotten = "";

  Departure(HeraldDesk heralds) {
    this.heralds = heralds;
  }

  /** Has all captures stop, and takes note of how far they came. */
  Optional<Txn> windDown(Tick tick) {
    Feed feed = tick.feed();
    Patches patches = tick.patches().restOnWork();
    StatusRecord settled = tick.status().at(tick.checkpoint());
    SortedMap<CaptureId, TaskRecord> tasks = new TreeMap<>();
    Optional<Throwable> trouble = heralds.find(feed.id()).flatMap(Herald::takeFailure);
    trouble.ifPresent(e -> logFenceFailure(feed, e));
    // what is removed does not wait for a downstream that is gone
    boolean forced = trouble.isPresent() && feed.spec().value().wish() == Wish.REMOVED;
    for (Map.Entry<CaptureId, Versioned<TaskRecord>> entry : feed.tasks().entrySet()) {
      CaptureId each = entry.getKey();
      TaskRecord task = entry.getValue().value();
      boolean gone =
          tick.isAlive(each)
              ? !task.run() && feed.current(each).isPresent()
              : forced || fenced(feed, each);
      if (gone) {
        patches.deletePosition(each);
      } else {
        tasks.put(each, task.stopping());
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

  /** Has the checkpoint told downstream, and nothing kept of the work that has ended. */
  Optional<Txn> rest(Tick tick) {
    Feed feed = tick.feed();
    StatusRecord status = tick.status();
    if (LifeCycle.mayRetry(status, tick.now())) {
      return Optional.of(tick.patches().put(LifeCycle.retried(status)).txn());
    }
    Optional<Herald> herald = heralds.find(feed.id());
    herald.ifPresent(it -> it.tell(status.checkpoint().ts(), feed::tableNames));
    if (herald.map(it -> it.hasTold(status.checkpoint().ts())).orElse(false)) {
      heralds.dismiss(feed.id());
    }
    List<Versioned<?>> strays = new ArrayList<>(feed.positions().values());
    // tables that no capture works on cannot be moved
    strays.addAll(feed.commands());
    return strays.stream().findFirst().map(stray -> tick.patches().delete(stray).txn());
  }

  /** Deletes a changefeed on which no capture works: downstream first, then what is stored. */
  Optional<Txn> remove(Keys keys, Feed feed) {
    if (feed.status().isPresent() && !isForgotten(feed)) {
      return Optional.empty();
    }
    heralds.dismiss(feed.id());
    if (!heralds.isGone(feed.id())) {
      return Optional.empty();
    }
    Patches patches = new Patches(keys, feed);
    List<Versioned<?>> records = new ArrayList<>(feed.positions().values());
    records.addAll(feed.tables());
    records.addAll(feed.commands());
    feed.verification().ifPresent(records::add);
    records.stream().limit(Patches.CHUNK).forEach(patches::delete);
    if (records.size() <= Patches.CHUNK) {
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
}
