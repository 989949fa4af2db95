package io.millrace.testkit.store;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.store.Commit;
import io.millrace.api.store.Delta;
import io.millrace.api.store.Lease;
import io.millrace.api.store.MetaStore;
import io.millrace.api.store.Op;
import io.millrace.api.store.Snapshot;
import io.millrace.api.store.Txn;
import io.millrace.api.store.Watch;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * A handle to a store that fails when it is told to. Without a fault it does what the store does.
 *
 * <p><i>Threads:</i> any.
 */
public final class FaultyStore implements MetaStore {
  /** What becomes of a commit. Whoever commits cannot tell the last two apart. */
  public enum CommitFault {
    /** The store decides, and says so. */
    NONE,
    /** Nothing is applied; the call fails. */
    FAIL_BEFORE,
    /** The store decides; the call fails all the same. */
    FAIL_AFTER
  }

  private static final Logger LOG = System.getLogger(FaultyStore.class.getName());

  private final MetaStore inner;
  private final Object lock = new Object();
  private final Queue<CommitFault> script = new ArrayDeque<>();
  private final List<FaultyLease> leases = new ArrayList<>();
  private final Set<FaultyWatch> watches =
      Collections.newSetFromMap(new IdentityHashMap<FaultyWatch, Boolean>());
  private Function<Txn, CommitFault> rule = txn -> CommitFault.NONE;
  private CountDownLatch news = new CountDownLatch(1);
  private boolean cutOff;
  private boolean held;

  /** Creates a handle that owns another one and closes it. */
  public FaultyStore(MetaStore inner) {
    this.inner = inner;
  }

  /** Says what becomes of the next commits, one after another; those after them are healthy. */
  public void script(CommitFault... faults) {
    synchronized (lock) {
      script.addAll(List.of(faults));
    }
  }

  /**
   * Says what becomes of every commit for which the script has nothing, until told otherwise.
   *
   * @param rule called once for each such commit
   */
  public void rule(Function<Txn, CommitFault> rule) {
    synchronized (lock) {
      this.rule = rule;
    }
  }

  /** Makes every call fail, as when the network is gone. */
  public void cutOff() {
    synchronized (lock) {
      cutOff = true;
    }
  }

  /** Ends {@link #cutOff()}. */
  public void reconnect() {
    synchronized (lock) {
      cutOff = false;
    }
  }

  /** Keeps back what watches would report. */
  public void holdWatches() {
    synchronized (lock) {
      held = true;
    }
  }

  /** Lets watches report what was kept back. */
  public void releaseWatches() {
    synchronized (lock) {
      held = false;
      wake();
    }
  }

  /** Makes every open watch say that it has lost changes. */
  public void compactWatches() {
    synchronized (lock) {
      watches.forEach(FaultyWatch::compact);
    }
  }

  /** Ends every lease taken so far, as when it was not renewed in time. */
  public void loseLeases() {
    List<FaultyLease> lost;
    synchronized (lock) {
      lost = List.copyOf(leases);
      leases.clear();
    }
    lost.forEach(lease -> lease.real.close());
  }

  @Override
  public Snapshot read(String prefix) {
    checkLink();
    return inner.read(prefix);
  }

  @Override
  public Commit commit(Txn txn) {
    checkLink();
    CommitFault fault = next(txn);
    if (fault == CommitFault.FAIL_BEFORE) {
      throw failed("the commit was lost on its way");
    }
    Commit commit =
        inner.commit(new Txn(txn.guards(), txn.ops().stream().map(this::real).toList()));
    if (fault == CommitFault.FAIL_AFTER) {
      throw failed("the answer to the commit was lost");
    }
    return commit;
  }

  private CommitFault next(Txn txn) {
    synchronized (lock) {
      CommitFault scripted = script.poll();
      return scripted == null ? rule.apply(txn) : scripted;
    }
  }

  private Op real(Op op) {
    return op instanceof Op.Put put && put.lease().orElse(null) instanceof FaultyLease lease
        ? new Op.Put(put.key(), put.value(), Optional.of(lease.real))
        : op;
  }

  @Override
  public Watch watch(String prefix, long afterRevision) {
    checkLink();
    FaultyWatch watch = new FaultyWatch(inner.watch(prefix, afterRevision));
    synchronized (lock) {
      watches.add(watch);
    }
    return watch;
  }

  @Override
  public Lease lease(Duration ttl) {
    checkLink();
    FaultyLease lease = new FaultyLease(inner.lease(ttl));
    synchronized (lock) {
      leases.add(lease);
    }
    return lease;
  }

  @Override
  public void close() {
    inner.close();
    releaseWatches();
  }

  private void wake() {
    news.countDown();
    news = new CountDownLatch(1);
  }

  private void checkLink() {
    synchronized (lock) {
      if (cutOff) {
        throw failed("the store cannot be reached");
      }
    }
  }

  private static CdcException failed(String how) {
    return new CdcException(StandardErrorCode.STORE_FAILED, how + ": a fault of the test");
  }

  private final class FaultyLease implements Lease {
    private final Lease real;

    FaultyLease(Lease real) {
      this.real = real;
    }

    @Override
    public void renew() {
      checkLink();
      real.renew();
    }

    @Override
    public void close() {
      checkLink();
      synchronized (lock) {
        leases.remove(this);
      }
      real.close();
    }
  }

  private final class FaultyWatch implements Watch {
    private final Watch real;
    private final Queue<Delta> kept = new ArrayDeque<>();
    private boolean compacted;
    private boolean closed;

    FaultyWatch(Watch real) {
      this.real = real;
    }

    void compact() {
      compacted = true;
      wake();
    }

    @Override
    public Optional<Delta> poll(Duration wait) {
      checkLink();
      awaitRelease(wait);
      synchronized (lock) {
        if (compacted) {
          throw new CdcException(
              StandardErrorCode.STORE_COMPACTED, "the watch has lost changes: a fault of the test");
        }
        if (held && !closed) {
          return Optional.empty();
        }
        if (!kept.isEmpty()) {
          return Optional.of(kept.remove());
        }
      }
      return keepIfHeld(real.poll(wait));
    }

    /** Waits once while reports are held; whatever wakes it, the poll then says what there is. */
    private void awaitRelease(Duration wait) {
      CountDownLatch next;
      synchronized (lock) {
        if (!held || compacted || closed) {
          return;
        }
        next = news;
      }
      try {
        boolean woken = next.await(wait.toMillis(), TimeUnit.MILLISECONDS);
        LOG.log(Level.DEBUG, "held watch woken={0}", woken);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private Optional<Delta> keepIfHeld(Optional<Delta> polled) {
      synchronized (lock) {
        if (held) {
          polled.ifPresent(kept::add);
          return Optional.empty();
        }
        return polled;
      }
    }

    @Override
    public void close() {
      synchronized (lock) {
        closed = true;
        watches.remove(this);
        wake();
      }
      real.close();
    }
  }
}
