package io.millrace.core.source.mysql;

import io.millrace.api.event.Restart;
import io.millrace.core.ddl.Xid;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The XA transactions that are prepared and neither committed nor rolled back at the place a stream
 * reads. Their rows stay in the log.
 *
 * <p><i>Threads:</i> one.
 */
final class XaLedger {
  private final Map<Xid, Prepared> open = new LinkedHashMap<>();

  /** Notes a prepared transaction. */
  void prepared(Xid xid, Prepared transaction) {
    open.remove(xid);
    open.put(xid, transaction);
  }

  /** Takes a transaction out; null where its PREPARE was not met. */
  @Nullable Prepared end(Xid xid) {
    return open.remove(xid);
  }

  /** Returns a transaction that stays in; null where its PREPARE was not met. */
  @Nullable Prepared find(Xid xid) {
    return open.get(xid);
  }

  /**
   * Returns where to begin again so that no open transaction is missed; null where none is open.
   */
  @Nullable Restart oldest() {
    return open.isEmpty() ? null : open.values().iterator().next().restart();
  }

  /**
   * A prepared transaction.
   *
   * @param restart where it begins in the log, and a timestamp no transaction before it is later
   *     than
   * @param hasRows whether it has rows that are wanted
   */
  record Prepared(Restart restart, boolean hasRows) {}
}
