package io.millrace.core.store;

import io.millrace.api.CdcException;
import io.millrace.api.store.Commit;
import io.millrace.api.store.Txn;
import org.jspecify.annotations.Nullable;

/** A transaction on its way. <i>Threads:</i> under the core's lock, once queued. */
final class PendingCommit {
  private final StoreHandle handle;
  private final Txn txn;
  private @Nullable Commit outcome;
  private @Nullable CdcException error;
  private boolean done;

  PendingCommit(StoreHandle handle, Txn txn) {
    this.handle = handle;
    this.txn = txn;
  }

  StoreHandle handle() {
    return handle;
  }

  Txn txn() {
    return txn;
  }

  boolean isDone() {
    return done;
  }

  /** Notes the outcome, which counts once it is durable. */
  void decide(Commit commit) {
    outcome = commit;
  }

  void refuse(CdcException e) {
    error = e;
    done = true;
  }

  void finish() {
    done = true;
  }

  Commit result() {
    if (error != null) {
      throw error;
    }
    if (outcome == null) {
      throw new IllegalStateException("the transaction was never decided");
    }
    return outcome;
  }
}
