package io.millrace.api.store;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;

/**
 * A claim that lapses unless renewed in time; the keys put under it vanish with it. <i>Threads:</i>
 * any.
 */
public interface Lease extends AutoCloseable {
  /**
   * Begins the time to live anew.
   *
   * @throws CdcException {@link StandardErrorCode#LEASE_LOST} if it has ended
   */
  void renew();

  /** Ends the lease; its keys vanish at once. */
  @Override
  void close();
}
