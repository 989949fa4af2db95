package io.millrace.core.store.memory;

import com.google.common.base.Ticker;
import io.millrace.api.CdcException;
import io.millrace.api.ConnectorUri;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.store.MetaStore;
import io.millrace.api.store.StoreProvider;

/** Opens {@code memory:}, each time a new and empty store. <i>Threads:</i> any. */
public final class MemoryStoreProvider implements StoreProvider {
  private final Ticker ticker;

  /** Creates a provider whose stores measure leases by a ticker. */
  public MemoryStoreProvider(Ticker ticker) {
    this.ticker = ticker;
  }

  @Override
  public MetaStore open(ConnectorUri uri) {
    if (!uri.hosts().isEmpty() || !uri.params().isEmpty()) {
      throw new CdcException(
          StandardErrorCode.STORE_URI_INVALID,
          "store uri '" + uri + "' is invalid, a store in memory is written memory:");
    }
    return new MemoryStore(ticker).open();
  }
}
