package io.millrace.core.store;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.store.Lease;
import java.util.SortedSet;
import java.util.TreeSet;

/** A lease and the keys put under it. <i>Threads:</i> its state is under the core's lock. */
final class StoreLease implements Lease {
  private final StoreCore core;
  private final StoreHandle handle;
  private final long ttlNanos;
  private final SortedSet<String> keys = new TreeSet<>();
  private long renewed;
  private boolean ended;

  StoreLease(StoreCore core, StoreHandle handle, long ttlNanos, long now) {
    this.core = core;
    this.handle = handle;
    this.ttlNanos = ttlNanos;
    this.renewed = now;
  }

  @Override
  public void renew() {
    core.renew(this);
  }

  @Override
  public void close() {
    core.close(this);
  }

  StoreCore core() {
    return core;
  }

  StoreHandle handle() {
    return handle;
  }

  SortedSet<String> keys() {
    return keys;
  }

  /** Returns the nanoseconds until it lapses; zero or less: it is over. */
  long left(long now) {
    return ttlNanos - (now - renewed);
  }

  void renewedAt(long now) {
    renewed = now;
  }

  boolean isEnded() {
    return ended;
  }

  void markEnded() {
    ended = true;
  }

  void checkAlive() {
    if (ended) {
      throw new CdcException(
          StandardErrorCode.LEASE_LOST,
          "the lease has ended, it was not renewed within "
              + ttlNanos / 1_000_000
              + " ms or was closed: take a new one");
    }
  }
}
