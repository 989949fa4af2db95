package io.millrace.api.consumer;

import io.millrace.api.Tso;
import io.millrace.api.event.RowChange;
import io.millrace.api.event.SourcePosition;
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
}
