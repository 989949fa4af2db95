package io.millrace.core.store;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.store.Commit;
import io.millrace.api.store.Lease;
import io.millrace.api.store.MetaStore;
import io.millrace.api.store.Snapshot;
import io.millrace.api.store.Txn;
import io.millrace.api.store.Watch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** One user's access to a {@link StoreCore}. <i>Threads:</i> any. */
final class StoreHandle implements MetaStore {
  private final StoreCore core;
  private final Runnable onClose;
  private final AtomicBoolean closing = new AtomicBoolean();
  private final List<StoreWatch> watches = new ArrayList<>();
  private volatile boolean closed;

  StoreHandle(StoreCore core, Runnable onClose) {
    this.core = core;
    this.onClose = onClose;
  }

  @Override
  public Snapshot read(String prefix) {
    return core.read(this, prefix);
  }

  @Override
  public Commit commit(Txn txn) {
    return core.commit(this, txn);
  }

  @Override
  public Watch watch(String prefix, long afterRevision) {
    return core.watch(this, prefix, afterRevision);
  }

  @Override
  public Lease lease(Duration ttl) {
    return core.lease(this, ttl);
  }

  @Override
  public void close() {
    if (closing.compareAndSet(false, true)) {
      try {
        core.close(this);
      } finally {
        onClose.run();
      }
    }
  }

  /** Returns the open watches; under the core's lock. */
  List<StoreWatch> watches() {
    return watches;
  }

  void markClosed() {
    closed = true;
  }

  void checkOpen() {
    if (closed) {
      throw new CdcException(
          StandardErrorCode.STORE_FAILED, "the store is closed: open it again to use it");
    }
  }
}
