package io.millrace.testkit.store;

import static org.assertj.core.api.Assertions.catchThrowable;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.store.Commit;
import io.millrace.api.store.Entry;
import io.millrace.api.store.Guard;
import io.millrace.api.store.MetaStore;
import io.millrace.api.store.Op;
import io.millrace.api.store.Snapshot;
import io.millrace.api.store.Txn;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** Ways to break what a store commits and what it reads. */
final class BrokenCommits {
  private BrokenCommits() {}

  /** Returns a store that commits other guards. */
  static UnaryOperator<MetaStore> guards(UnaryOperator<List<Guard>> change) {
    return inner -> new Changed(inner, txn -> new Txn(change.apply(txn.guards()), txn.ops()));
  }

  /** Returns a store that commits other operations. */
  static UnaryOperator<MetaStore> operations(UnaryOperator<List<Op>> change) {
    return inner -> new Changed(inner, txn -> new Txn(txn.guards(), change.apply(txn.ops())));
  }

  /** Returns a store that reads other entries. */
  static UnaryOperator<MetaStore> entries(UnaryOperator<List<Entry>> change) {
    return inner ->
        new StoreThrough(inner) {
          @Override
          public Snapshot read(String prefix) {
            Snapshot snapshot = inner.read(prefix);
            return new Snapshot(snapshot.revision(), change.apply(snapshot.entries()));
          }
        };
  }

  static UnaryOperator<MetaStore> without(Class<? extends Guard> kind) {
    return guards(guards -> guards.stream().filter(it -> !kind.isInstance(it)).toList());
  }

  static Guard unchanged(Guard guard) {
    return guard instanceof Guard.Held held
        ? new Guard.Unchanged(held.key(), held.createRevision())
        : guard;
  }

  static List<Op> withoutLast(List<Op> ops) {
    return ops.size() < 2 ? ops : ops.subList(0, ops.size() - 1);
  }

  static List<Op> withoutDeletes(List<Op> ops) {
    return ops.stream().filter(op -> op instanceof Op.Put).toList();
  }

  static List<Entry> reversed(List<Entry> entries) {
    List<Entry> reversed = new ArrayList<>(entries);
    Collections.reverse(reversed);
    return reversed;
  }

  static Entry withoutCreation(Entry entry) {
    return new Entry(entry.key(), entry.value(), entry.modRevision(), entry.modRevision());
  }

  static Entry asAscii(Entry entry) {
    return new Entry(
        entry.key(),
        entry.value().replaceAll("[^\\x00-\\x7f]", "?"),
        entry.createRevision(),
        entry.modRevision());
  }

  /** Shows an entry where there is none, as a directory that stands for its contents. */
  static List<Entry> orPlaceholder(List<Entry> entries) {
    return entries.isEmpty() ? List.of(new Entry("/", "", 1, 1)) : entries;
  }

  private static Optional<Entry> find(MetaStore store, String key) {
    return store.read(key).entries().stream().filter(it -> it.key().equals(key)).findFirst();
  }

  private static final class Changed extends StoreThrough {
    private final UnaryOperator<Txn> change;

    Changed(MetaStore inner, UnaryOperator<Txn> change) {
      super(inner);
      this.change = change;
    }

    @Override
    public Commit commit(Txn txn) {
      return inner.commit(change.apply(txn));
    }
  }

  static final class OneByOne extends StoreThrough {
    OneByOne(MetaStore inner) {
      super(inner);
    }

    @Override
    public Commit commit(Txn txn) {
      Commit commit = inner.commit(new Txn(txn.guards(), List.of()));
      for (Op op : commit.applied() ? txn.ops() : List.<Op>of()) {
        commit = inner.commit(new Txn(List.of(), List.of(op)));
      }
      return commit;
    }
  }

  /** Every fifth read is one behind, as if another thread had committed since. */
  static final class Stale extends StoreThrough {
    private Optional<Snapshot> before = Optional.empty();
    private int reads;

    Stale(MetaStore inner) {
      super(inner);
    }

    @Override
    public synchronized Snapshot read(String prefix) {
      Snapshot now = inner.read(prefix);
      Snapshot shown = ++reads % 5 == 0 ? before.orElse(now) : now;
      before = Optional.of(now);
      return shown;
    }
  }

  /** From its second commit on, goes on after the first operation only when that was read. */
  static final class ShowsHalf extends StoreThrough {
    private volatile CountDownLatch read = new CountDownLatch(0);
    private int commits;

    ShowsHalf(MetaStore inner) {
      super(inner);
    }

    @Override
    public Snapshot read(String prefix) {
      CountDownLatch awaited = read;
      Snapshot snapshot = inner.read(prefix);
      awaited.countDown();
      return snapshot;
    }

    @Override
    public Commit commit(Txn txn) {
      if (commits++ == 0) {
        return inner.commit(txn);
      }
      inner.commit(new Txn(txn.guards(), txn.ops().subList(0, 1)));
      CountDownLatch awaited = new CountDownLatch(1);
      read = awaited;
      try {
        if (!awaited.await(30, TimeUnit.SECONDS)) {
          throw new IllegalStateException("nobody reads");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return inner.commit(new Txn(List.of(), txn.ops().subList(1, txn.ops().size())));
    }
  }

  static final class AppliesWhenRefused extends StoreThrough {
    AppliesWhenRefused(MetaStore inner) {
      super(inner);
    }

    @Override
    public Commit commit(Txn txn) {
      Commit commit = inner.commit(txn);
      if (!commit.applied()) {
        inner.commit(new Txn(List.of(), txn.ops()));
      }
      return commit;
    }
  }

  /** Takes a transaction that would change nothing for one whose guards do not hold. */
  static final class RefusesTheIdle extends StoreThrough {
    RefusesTheIdle(MetaStore inner) {
      super(inner);
    }

    @Override
    public Commit commit(Txn txn) {
      boolean idle =
          txn.ops().stream()
              .allMatch(op -> op instanceof Op.Delete gone && find(inner, gone.key()).isEmpty());
      return idle ? new Commit(false, inner.read("").revision()) : inner.commit(txn);
    }
  }

  /** Makes a key that is to be deleted, where there is none. */
  static final class MakesToDelete extends StoreThrough {
    MakesToDelete(MetaStore inner) {
      super(inner);
    }

    @Override
    public Commit commit(Txn txn) {
      for (Op op : txn.ops()) {
        if (op instanceof Op.Delete gone && find(inner, gone.key()).isEmpty()) {
          inner.commit(new Txn(List.of(), List.of(new Op.Put(gone.key(), ""))));
        }
      }
      return inner.commit(txn);
    }
  }

  /** Takes any key of the name for the one that a guard means. */
  static final class HeldByName extends StoreThrough {
    HeldByName(MetaStore inner) {
      super(inner);
    }

    @Override
    public Commit commit(Txn txn) {
      return inner.commit(new Txn(txn.guards().stream().map(this::byName).toList(), txn.ops()));
    }

    private Guard byName(Guard guard) {
      return guard instanceof Guard.Held
          ? find(inner, guard.key())
              .<Guard>map(there -> new Guard.Held(guard.key(), there.createRevision()))
              .orElse(guard)
          : guard;
    }
  }

  static final class LoosePrefix extends StoreThrough {
    LoosePrefix(MetaStore inner) {
      super(inner);
    }

    @Override
    public Snapshot read(String prefix) {
      return inner.read(prefix.substring(0, prefix.length() - 1));
    }
  }

  static final class StandsStill extends StoreThrough {
    StandsStill(MetaStore inner) {
      super(inner);
    }

    @Override
    public Commit commit(Txn txn) {
      long before = inner.read("").revision();
      return new Commit(inner.commit(txn).applied(), before);
    }
  }

  static final class TakesAll extends StoreThrough {
    TakesAll(MetaStore inner) {
      super(inner);
    }

    @Override
    public Commit commit(Txn txn) {
      Throwable refused = catchThrowable(() -> inner.commit(txn));
      if (refused instanceof CdcException e && e.code() == StandardErrorCode.STORE_TXN_TOO_LARGE) {
        return new Commit(true, inner.read("").revision());
      }
      return inner.commit(txn);
    }
  }

  static final class StaysOpen extends StoreThrough {
    StaysOpen(MetaStore inner) {
      super(inner);
    }

    @Override
    public void close() {
      // the fault
    }
  }
}
