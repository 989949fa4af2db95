package io.millrace.core.store.memory;

import com.google.common.base.Ticker;
import io.millrace.api.store.MetaStore;
import io.millrace.core.store.Image;
import io.millrace.core.store.Journal;
import io.millrace.core.store.StoreCore;

/**
 * A store in memory that the captures of one process share; it lives on when all its handles are
 * closed. <i>Threads:</i> any.
 */
public final class MemoryStore {
  private final StoreCore core;

  /** Creates an empty store whose leases run on a ticker. */
  public MemoryStore(Ticker ticker) {
    this(ticker, StoreCore.HISTORY);
  }

  /**
   * Creates an empty store.
   *
   * @param ticker measures leases
   * @param history how many commits a watch may lag behind before its changes are lost
   */
  public MemoryStore(Ticker ticker, int history) {
    core = StoreCore.open("the store in memory", ticker, Journal.NONE, Image.EMPTY, history);
  }

  /** Returns a new handle; closing it ends the leases taken through it. */
  public MetaStore open() {
    return core.handle(() -> {});
  }
}
