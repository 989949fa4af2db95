package io.millrace.core.store;

import com.google.common.base.Ticker;
import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.store.Commit;
import io.millrace.api.store.Delta;
import io.millrace.api.store.Lease;
import io.millrace.api.store.MetaStore;
import io.millrace.api.store.Op;
import io.millrace.api.store.Snapshot;
import io.millrace.api.store.Txn;
import io.millrace.core.store.JournalCommit.Change;
import io.millrace.core.store.JournalCommit.Delete;
import io.millrace.core.store.JournalCommit.Put;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A store inside this process, used through any number of handles.
 *
 * <p>One lock guards all. Whoever holds it decides every transaction that waits, journals them
 * together, and then shows them: so concurrent commits share one sync, and nothing is ever seen, by
 * a read or by a watch, that is not durable. Leases lapse on the ticker, at the first access
 * afterwards; a watch that waits wakes for it. After a failed journal the store refuses everything,
 * because what it holds may be more than what is durable.
 *
 * <p><i>Threads:</i> any.
 */
public final class StoreCore {
  /** How many commits a history keeps unless told otherwise. */
  public static final int HISTORY = 4096;

  private static final int MAX_BATCH = 64;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Queue<PendingCommit> queue = new ConcurrentLinkedQueue<>();
  private final Set<StoreLease> leases = new LinkedHashSet<>();
  private final Map<String, StoreLease> holders = new HashMap<>();
  private final List<JournalCommit> staged = new ArrayList<>();
  private final List<Delta> unseen = new ArrayList<>();
  private final Ticker ticker;
  private final Journal journal;
  private final Contents contents;
  private final History history;
  private final String name;
  private @Nullable Throwable failure;

  private StoreCore(String name, Ticker ticker, Journal journal, Contents contents, int history) {
    this.name = name;
    this.ticker = ticker;
    this.journal = journal;
    this.contents = contents;
    this.history = new History(contents.revision(), history);
  }

  /**
   * Returns a store that begins with the given contents and ends every lease in them.
   *
   * @param name what messages call the store
   * @param ticker measures leases
   * @param history how many commits watches may lag behind
   * @throws CdcException {@link StandardErrorCode#STORE_FAILED} if the end of the leases cannot be
   *     journaled
   */
  public static StoreCore open(
      String name, Ticker ticker, Journal journal, Image image, int history) {
    StoreCore core = new StoreCore(name, ticker, journal, new Contents(image), history);
    core.lock.lock();
    try {
      core.stageDeletes(core.contents.leasedKeys());
      core.persist();
    } finally {
      core.lock.unlock();
    }
    return core;
  }

  /**
   * Returns a new handle.
   *
   * @param onClose runs once, when the handle is closed
   */
  public MetaStore handle(Runnable onClose) {
    return new StoreHandle(this, onClose);
  }

  Snapshot read(StoreHandle handle, String prefix) {
    lock.lock();
    try {
      settle(handle);
      return new Snapshot(contents.revision(), contents.read(prefix));
    } finally {
      lock.unlock();
    }
  }

  Commit commit(StoreHandle handle, Txn txn) {
    Limits.check(txn);
    for (Op op : txn.ops()) {
      if (op instanceof Op.Put put && put.lease().isPresent()) {
        own(put.lease().get());
      }
    }
    PendingCommit pending = new PendingCommit(handle, txn);
    queue.add(pending);
    lock.lock();
    try {
      while (!pending.isDone()) {
        commitBatch();
      }
    } finally {
      lock.unlock();
    }
    return pending.result();
  }

  StoreWatch watch(StoreHandle handle, String prefix, long afterRevision) {
    lock.lock();
    try {
      settle(handle);
      history.check(afterRevision);
      StoreWatch watch = new StoreWatch(this, handle, prefix, afterRevision);
      handle.watches().add(watch);
      return watch;
    } finally {
      lock.unlock();
    }
  }

  StoreLease lease(StoreHandle handle, Duration ttl) {
    if (ttl.isZero() || ttl.isNegative()) {
      throw new IllegalArgumentException("a lease needs a positive time to live, not " + ttl);
    }
    lock.lock();
    try {
      settle(handle);
      StoreLease lease = new StoreLease(this, handle, StoreWatch.nanos(ttl), ticker.read());
      leases.add(lease);
      // a watch that waits must not sleep past the end of this lease
      changed.signalAll();
      return lease;
    } finally {
      lock.unlock();
    }
  }

  Optional<Delta> poll(StoreWatch watch, Duration wait) {
    lock.lock();
    try {
      long left = StoreWatch.nanos(wait);
      watch.checkOpen();
      while (true) {
        settle(watch.handle());
        Optional<Delta> next = watch.advance(history);
        if (next.isPresent() || left <= 0) {
          return next;
        }
        long slice = Math.min(left, untilNextLapse());
        left -= slice - changed.awaitNanos(slice);
        if (watch.isClosed()) {
          return Optional.empty();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  void renew(StoreLease lease) {
    lock.lock();
    try {
      if (!lease.isEnded()) {
        settle(lease.handle());
      }
      lease.checkAlive();
      lease.renewedAt(ticker.read());
    } finally {
      lock.unlock();
    }
  }

  void close(StoreLease lease) {
    lock.lock();
    try {
      if (!lease.isEnded()) {
        settle(lease.handle());
        end(lease);
        persist();
      }
    } finally {
      lock.unlock();
    }
  }

  void close(StoreWatch watch) {
    lock.lock();
    try {
      watch.markClosed();
      watch.handle().watches().remove(watch);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Ends a handle; its leases' keys vanish if the store still can make that durable. */
  void close(StoreHandle handle) {
    lock.lock();
    try {
      for (StoreWatch watch : handle.watches()) {
        watch.markClosed();
      }
      handle.watches().clear();
      for (StoreLease lease : List.copyOf(leases)) {
        if (lease.handle() == handle) {
          end(lease);
        }
      }
      if (failure == null) {
        persist();
      }
    } finally {
      handle.markClosed();
      changed.signalAll();
      lock.unlock();
    }
  }

  private StoreLease own(Lease lease) {
    if (lease instanceof StoreLease ours && ours.core() == this) {
      return ours;
    }
    throw new IllegalArgumentException("the lease of a put belongs to another store");
  }

  private void settle(StoreHandle handle) {
    handle.checkOpen();
    checkUsable();
    lapse();
    persist();
  }

  private void commitBatch() {
    List<PendingCommit> batch = new ArrayList<>();
    try {
      checkUsable();
      lapse();
      while (batch.size() < MAX_BATCH) {
        PendingCommit next = queue.poll();
        if (next == null) {
          break;
        }
        batch.add(next);
        decide(next);
      }
      persist();
      batch.forEach(PendingCommit::finish);
    } catch (RuntimeException | Error e) {
      // whatever went wrong between decision and journal: the map may be ahead of the journal
      failure = failure == null ? e : failure;
      batch.forEach(pending -> pending.refuse(failed()));
      for (PendingCommit next = queue.poll(); next != null; next = queue.poll()) {
        next.refuse(failed());
      }
    }
  }

  private void decide(PendingCommit pending) {
    try {
      pending.handle().checkOpen();
      if (!pending.txn().guards().stream().allMatch(contents::holds)) {
        pending.decide(new Commit(false, contents.revision()));
        return;
      }
      List<Change> changes = changes(pending.txn());
      if (!changes.isEmpty()) {
        stage(changes);
        hold(pending.txn());
      }
      pending.decide(new Commit(true, contents.revision()));
    } catch (CdcException e) {
      pending.refuse(e);
    }
  }

  private List<Change> changes(Txn txn) {
    List<Change> changes = new ArrayList<>(txn.ops().size());
    for (Op op : txn.ops()) {
      if (op instanceof Op.Put put) {
        put.lease().ifPresent(lease -> own(lease).checkAlive());
        changes.add(new Put(put.key(), put.value(), put.lease().isPresent()));
      } else if (contents.contains(op.key())) {
        changes.add(new Delete(op.key()));
      }
    }
    return changes;
  }

  private void hold(Txn txn) {
    for (Op op : txn.ops()) {
      if (op instanceof Op.Put put && put.lease().isPresent()) {
        StoreLease lease = own(put.lease().get());
        lease.keys().add(op.key());
        holders.put(op.key(), lease);
      }
    }
  }

  /** Ends the leases that ran out, the earliest first, each with a revision of its own. */
  private void lapse() {
    long now = ticker.read();
    List<StoreLease> over = new ArrayList<>();
    for (StoreLease lease : leases) {
      if (lease.left(now) <= 0) {
        over.add(lease);
      }
    }
    over.sort(Comparator.comparingLong(lease -> lease.left(now)));
    over.forEach(this::end);
  }

  private void end(StoreLease lease) {
    lease.markEnded();
    leases.remove(lease);
    stageDeletes(List.copyOf(lease.keys()));
  }

  private void stageDeletes(List<String> keys) {
    if (!keys.isEmpty()) {
      stage(keys.stream().<Change>map(Delete::new).toList());
    }
  }

  private void stage(List<Change> changes) {
    JournalCommit commit = new JournalCommit(contents.revision() + 1, changes);
    unseen.add(contents.apply(commit));
    staged.add(commit);
    for (Change change : changes) {
      StoreLease holder = holders.remove(change.key());
      if (holder != null) {
        holder.keys().remove(change.key());
      }
    }
  }

  private void persist() {
    if (staged.isEmpty()) {
      return;
    }
    try {
      journal.append(List.copyOf(staged), contents);
    } catch (IOException | RuntimeException | Error e) {
      failure = e;
      changed.signalAll();
      throw failed();
    }
    unseen.forEach(history::add);
    staged.clear();
    unseen.clear();
    changed.signalAll();
  }

  private void checkUsable() {
    if (failure != null) {
      throw failed();
    }
  }

  private CdcException failed() {
    String message =
        name
            + " failed and takes no more commits, because it cannot tell what is durable: mend the"
            + " cause and restart";
    return failure == null
        ? new CdcException(StandardErrorCode.STORE_FAILED, message)
        : new CdcException(StandardErrorCode.STORE_FAILED, message + " (" + failure + ")", failure);
  }

  private long untilNextLapse() {
    long now = ticker.read();
    long least = Long.MAX_VALUE;
    for (StoreLease lease : leases) {
      least = Math.min(least, lease.left(now));
    }
    return Math.max(least, 1);
  }
}
