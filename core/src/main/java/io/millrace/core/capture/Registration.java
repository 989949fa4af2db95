package io.millrace.core.capture;

import io.millrace.api.CaptureId;
import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.store.Commit;
import io.millrace.api.store.Guard;
import io.millrace.api.store.Lease;
import io.millrace.api.store.MetaStore;
import io.millrace.api.store.Op;
import io.millrace.api.store.Txn;
import io.millrace.core.meta.CandidateRecord;
import io.millrace.core.meta.CaptureRecord;
import io.millrace.core.meta.Keys;
import io.millrace.core.meta.StateTracker;
import io.millrace.core.meta.StoredJson;
import io.millrace.core.worker.Mandate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A node's standing in the cluster: a lease, and the two keys that live as long as it does, the
 * capture's and the candidate's. Once lost it is taken anew under another id.
 *
 * <p><i>Threads:</i> the control loop; {@link #id} any.
 */
final class Registration {
  static final Duration TTL = Duration.ofSeconds(10);

  /** The rest is for calls under way when the mandate ends. */
  private static final Duration MANDATE = Duration.ofSeconds(6);

  private static final Duration RENEW_EVERY = Duration.ofSeconds(2);

  private final Keys keys;
  private final CaptureRecord self;
  private final MetaStore store;
  private final Mandate mandate;
  private final Supplier<CaptureId> ids;
  private @Nullable Lease lease;
  private long renewedAt;
  private long createRevision;
  private volatile @Nullable CaptureId id;

  Registration(
      Keys keys, CaptureRecord self, MetaStore store, Mandate mandate, Supplier<CaptureId> ids) {
    this.keys = keys;
    this.self = self;
    this.store = store;
    this.mandate = mandate;
    this.ids = ids;
  }

  Keys keys() {
    return keys;
  }

  /** Returns a tracker of the cluster's state. */
  StateTracker tracker() {
    return new StateTracker(store, keys);
  }

  Optional<CaptureId> id() {
    return Optional.ofNullable(id);
  }

  /** Takes a place in the cluster, behind all other candidates. */
  CaptureId take() {
    Mandate.Moment sent = mandate.moment();
    Lease taken = store.lease(TTL);
    CaptureId next = ids.get();
    Optional<Lease> with = Optional.of(taken);
    Commit commit =
        store.commit(
            new Txn(
                List.of(new Guard.Absent(keys.capture(next))),
                List.of(
                    new Op.Put(keys.capture(next), StoredJson.write(self), with),
                    new Op.Put(keys.owner(next), StoredJson.write(new CandidateRecord()), with))));
    if (!commit.applied()) {
      taken.close();
      throw new CdcException(
          StandardErrorCode.STORE_FAILED, "the capture id " + next + " is in use already");
    }
    lease = taken;
    createRevision = commit.revision();
    renewedAt = sent.nanos();
    mandate.extend(sent, MANDATE);
    id = next;
    return next;
  }

  /** Takes a place behind all other candidates again; false: it stands there already. */
  boolean queue() {
    Lease held = lease;
    if (held == null) {
      return false;
    }
    String key = keys.owner(current());
    Op candidate = new Op.Put(key, StoredJson.write(new CandidateRecord()), Optional.of(held));
    return commit(new Txn(List.of(new Guard.Absent(key)), List.of(candidate)), asCapture());
  }

  /**
   * Renews the lease if it is time to.
   *
   * @throws CdcException {@link StandardErrorCode#LEASE_LOST}, or what the store says
   */
  void renew() {
    Lease held = lease;
    Mandate.Moment now = mandate.moment();
    if (held != null && now.nanos() - renewedAt >= RENEW_EVERY.toNanos()) {
      held.renew();
      renewedAt = now.nanos();
      mandate.extend(now, MANDATE);
    }
  }

  /** Stores a transaction if this registration still stands; false: a guard failed. */
  boolean commit(Txn txn, Guard standing) {
    List<Guard> guards = new ArrayList<>(txn.guards());
    guards.add(standing);
    return store.commit(new Txn(guards, txn.ops())).applied();
  }

  /** Returns the guard that holds while the capture is registered. */
  Guard asCapture() {
    return new Guard.Held(keys.capture(current()), createRevision);
  }

  private CaptureId current() {
    CaptureId now = id;
    if (now == null) {
      throw new IllegalStateException("not registered");
    }
    return now;
  }

  /** Ends the right to write; the place is kept until the lease ends. */
  void resign() {
    mandate.end();
    id = null;
  }

  /** Gives the place up; the keys vanish at once if the store can be reached, else in time. */
  void leave() {
    resign();
    Lease held = lease;
    lease = null;
    if (held != null) {
      held.close();
    }
  }
}
