package io.millrace.api.store;

import io.millrace.api.CdcException;
import io.millrace.api.ConnectorUri;
import io.millrace.api.StandardErrorCode;

/** Opens metadata stores of one URI scheme. <i>Threads:</i> any. */
public interface StoreProvider {
  /**
   * Opens a store.
   *
   * @throws CdcException {@link StandardErrorCode#STORE_URI_INVALID}, {@link
   *     StandardErrorCode#STORE_LOCKED} or {@link StandardErrorCode#STORE_FAILED}
   */
  MetaStore open(ConnectorUri uri);
}
