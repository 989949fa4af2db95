package io.millrace.core.store;

import com.google.common.base.Utf8;
import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.store.Guard;
import io.millrace.api.store.MetaStore;
import io.millrace.api.store.Op;
import io.millrace.api.store.Txn;
import java.util.HashSet;
import java.util.Set;

/** The limits that every store puts on a transaction. */
public final class Limits {
  private Limits() {}

  /**
   * Checks a transaction.
   *
   * @throws CdcException {@link StandardErrorCode#STORE_TXN_TOO_LARGE} if it has too many parts or
   *     bytes
   * @throws IllegalArgumentException if two operations name one key, or a text is no Unicode
   */
  public static void check(Txn txn) {
    check(txn, 0);
  }

  /**
   * Checks a transaction to which guards will be added.
   *
   * @param spare how many
   * @throws CdcException as {@link #check(Txn)}
   */
  public static void check(Txn txn, int spare) {
    int parts = txn.guards().size() + txn.ops().size() + spare;
    if (parts > MetaStore.MAX_TXN_PARTS) {
      throw new CdcException(
          StandardErrorCode.STORE_TXN_TOO_LARGE,
          "a transaction of "
              + parts
              + " guards and operations is too large, at most "
              + MetaStore.MAX_TXN_PARTS
              + " are accepted: split it");
    }
    long bytes = 0;
    for (Guard guard : txn.guards()) {
      bytes += Utf8.encodedLength(guard.key());
    }
    Set<String> keys = new HashSet<>();
    for (Op op : txn.ops()) {
      if (!keys.add(op.key())) {
        throw new IllegalArgumentException("two operations of one transaction name " + op.key());
      }
      bytes += Utf8.encodedLength(op.key());
      bytes += op instanceof Op.Put put ? Utf8.encodedLength(put.value()) : 0;
    }
    if (bytes > MetaStore.MAX_TXN_BYTES) {
      throw new CdcException(
          StandardErrorCode.STORE_TXN_TOO_LARGE,
          "a transaction of "
              + bytes
              + " bytes is too large, at most "
              + MetaStore.MAX_TXN_BYTES
              + " are accepted: split it");
    }
  }
}
