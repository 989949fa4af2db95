package io.millrace.testkit.store;

import io.millrace.api.store.Commit;
import io.millrace.api.store.Delta;
import io.millrace.api.store.Lease;
import io.millrace.api.store.MetaStore;
import io.millrace.api.store.Snapshot;
import io.millrace.api.store.Txn;
import io.millrace.api.store.Watch;
import java.time.Duration;
import java.util.Optional;

/** Does just what the store behind it does; faults are planted by overriding. */
class StoreThrough implements MetaStore {
  final MetaStore inner;

  StoreThrough(MetaStore inner) {
    this.inner = inner;
  }

  @Override
  public Snapshot read(String prefix) {
    return inner.read(prefix);
  }

  @Override
  public Commit commit(Txn txn) {
    return inner.commit(txn);
  }

  @Override
  public Watch watch(String prefix, long afterRevision) {
    return inner.watch(prefix, afterRevision);
  }

  @Override
  public Lease lease(Duration ttl) {
    return inner.lease(ttl);
  }

  @Override
  public void close() {
    inner.close();
  }

  /** Does just what the watch behind it does. */
  static class WatchThrough implements Watch {
    final Watch inner;

    WatchThrough(Watch inner) {
      this.inner = inner;
    }

    @Override
    public Optional<Delta> poll(Duration wait) {
      return inner.poll(wait);
    }

    @Override
    public void close() {
      inner.close();
    }
  }

  /** Does just what the lease behind it does. */
  static class LeaseThrough implements Lease {
    final Lease inner;

    LeaseThrough(Lease inner) {
      this.inner = inner;
    }

    @Override
    public void renew() {
      inner.renew();
    }

    @Override
    public void close() {
      inner.close();
    }
  }
}
