package io.millrace.api.consumer;

import io.millrace.api.Tso;
import io.millrace.api.event.RowChange;
import io.millrace.api.event.SourcePosition;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** One transaction's rows, or one slice of a large transaction's. <i>Threads:</i> any. */
public interface Changes {
  /** Returns the rows in log order. */
  List<RowChange> rows();

  /** Returns the start of the transaction: its identity, the same when it comes again. */
  SourcePosition position();

  /** Returns the transaction's label. */
  Tso commitTs();

  /**
   * Returns the number of the slice, from 0; slice 0 voids an unfinished transaction that came
   * before.
   */
  int slice();

  /** Returns whether no slice of this transaction follows. */
  boolean endOfTransaction();

  /**
   * Acknowledges these rows and all before them: they will not come again. Calling it again does
   * nothing.
   */
  void ack();

  /**
   * Acknowledges this transaction and all before it in the caller's own database transaction: they
   * count as acknowledged once that commits, and do not come again then, also where the process
   * dies at once. With that each transaction of the upstream is taken exactly once. Rows of one
   * that a table's former node has taken are left out; the rest of it comes.
   *
   * <p>A large transaction, which comes in slices, is to be taken in one transaction of the
   * caller's, and acknowledged with its last slice. After the upstream was replaced by another
   * server, what is not flushed may come again.
   *
   * <p><i>Threads:</i> any that may use the connection; blocks for the round trips.
   *
   * @param connection one to the database that was given to the builder with the consumer, within a
   *     transaction; it is neither committed nor closed
   * @throws SQLException what the database says
   * @throws io.millrace.api.CdcException {@link io.millrace.api.StandardErrorCode#CONSUMER_FAILED}
   *     where another node has taken a table over: roll back, and throw on
   * @throws IllegalStateException if the consumer has no database, or a slice follows
   */
  void ackIn(Connection connection) throws SQLException;
}
