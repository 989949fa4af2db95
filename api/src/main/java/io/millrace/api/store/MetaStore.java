package io.millrace.api.store;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import java.time.Duration;

/**
 * A small ordered map from keys to JSON texts, shared by all captures of a cluster: what etcd, an
 * embedded store and a TreeMap can all do.
 *
 * <p>Revisions grow with every commit that changes something, and all keys of one commit share its
 * revision. A commit that was acknowledged survives kill -9 and a power cut, unless the store says
 * that it is only in memory.
 *
 * <p><i>Threads:</i> any; every method may block for as long as the store takes. <i>Errors:</i>
 * {@link CdcException} with {@link StandardErrorCode#STORE_FAILED} where a method names no other;
 * after {@link #close()} every method throws it.
 */
public interface MetaStore extends AutoCloseable {
  /**
   * The most guards and operations together that a transaction may have; every store refuses more.
   */
  int MAX_TXN_PARTS = 100;

  /**
   * The most bytes, of keys and values in UTF-8 together, that a transaction may have; every store
   * refuses more.
   */
  int MAX_TXN_BYTES = 1 << 20;

  /**
   * Returns all entries whose key starts with a prefix, in key order, consistent at one revision.
   */
  Snapshot read(String prefix);

  /**
   * Applies all operations if all guards hold, else none.
   *
   * @throws CdcException {@link StandardErrorCode#STORE_TXN_TOO_LARGE} above the limits; {@link
   *     StandardErrorCode#LEASE_LOST} if a put names a lease that has ended
   */
  Commit commit(Txn txn);

  /**
   * Returns a watch on the keys that start with a prefix.
   *
   * @param afterRevision changes of later revisions are reported, each once, in order
   * @throws CdcException {@link StandardErrorCode#STORE_COMPACTED} if those are no longer known
   */
  Watch watch(String prefix, long afterRevision);

  /** Returns a new lease that ends when it has not been renewed for {@code ttl}. */
  Lease lease(Duration ttl);

  /**
   * Ends all leases of this handle, closes its watches and lets the store go. Calling it again does
   * nothing.
   */
  @Override
  void close();
}
