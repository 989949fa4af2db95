package io.millrace.testkit.store;

import io.millrace.api.store.Commit;
import io.millrace.api.store.Lease;
import io.millrace.api.store.MetaStore;
import io.millrace.api.store.Op;
import io.millrace.api.store.Txn;
import io.millrace.testkit.store.StoreThrough.LeaseThrough;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Ways to break a store's leases. */
final class BrokenLeases {
  private BrokenLeases() {}

  /** Returns a store of which each lease is wrapped. */
  static UnaryOperator<MetaStore> leasing(UnaryOperator<LeaseThrough> wrap) {
    return inner ->
        new StoreThrough(inner) {
          @Override
          public Lease lease(Duration ttl) {
            return wrap.apply(new LeaseThrough(inner.lease(ttl)));
          }

          @Override
          public Commit commit(Txn txn) {
            return inner.commit(
                new Txn(txn.guards(), txn.ops().stream().map(BrokenLeases::unwrapped).toList()));
          }
        };
  }

  /** Returns a store whose leases live for another time. */
  static UnaryOperator<MetaStore> lasting(UnaryOperator<Duration> change) {
    return inner ->
        new StoreThrough(inner) {
          @Override
          public Lease lease(Duration ttl) {
            return inner.lease(change.apply(ttl));
          }
        };
  }

  /** Puts want the store's own lease. */
  private static Op unwrapped(Op op) {
    return op instanceof Op.Put put && put.lease().orElse(null) instanceof LeaseThrough lease
        ? new Op.Put(put.key(), put.value(), Optional.of(lease.inner))
        : op;
  }

  static List<Op> withoutLeases(List<Op> ops) {
    return ops.stream()
        .map(op -> op instanceof Op.Put put ? new Op.Put(put.key(), put.value()) : op)
        .toList();
  }

  static final class StaysWhenClosed extends LeaseThrough {
    StaysWhenClosed(LeaseThrough of) {
      super(of.inner);
    }

    @Override
    public void close() {
      // the fault
    }
  }

  static final class NeverLost extends LeaseThrough {
    NeverLost(LeaseThrough of) {
      super(of.inner);
    }

    @Override
    public void renew() {
      // the fault
    }
  }

  /** Has all leases live as long as the first. */
  static final class LikeTheFirst extends StoreThrough {
    private Optional<Duration> first = Optional.empty();

    LikeTheFirst(MetaStore inner) {
      super(inner);
    }

    @Override
    public synchronized Lease lease(Duration ttl) {
      first = first.or(() -> Optional.of(ttl));
      return inner.lease(first.get());
    }
  }

  /** Keeps a key under the lease of its first write, whatever the next ones say. */
  static final class KeepsTheFirst extends StoreThrough {
    private final Map<String, Optional<Lease>> leases = new HashMap<>();

    KeepsTheFirst(MetaStore inner) {
      super(inner);
    }

    @Override
    public synchronized Commit commit(Txn txn) {
      List<Op> ops = new ArrayList<>();
      for (Op op : txn.ops()) {
        ops.add(
            op instanceof Op.Put put
                ? new Op.Put(
                    put.key(), put.value(), leases.computeIfAbsent(put.key(), key -> put.lease()))
                : op);
      }
      return inner.commit(new Txn(txn.guards(), ops));
    }
  }
}
