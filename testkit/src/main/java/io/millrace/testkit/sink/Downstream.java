package io.millrace.testkit.sink;

import io.millrace.api.TableName;
import io.millrace.api.sink.SinkProvider;
import java.util.List;

/**
 * A downstream of a user's own, to be put under a cluster that is led through faults.
 *
 * <p>It outlives captures that are killed; what their sinks only held in memory is gone with them.
 * <i>Threads:</i> one.
 */
public interface Downstream {
  /** Returns what opens its sinks; all captures share it. */
  SinkProvider sinks();

  /**
   * Returns the ids, that is the first columns, of all rows that a table of this name has ever got
   * and that survive a power cut now, in the order of writing; repetitions included, whatever
   * became of the table since.
   */
  List<Long> delivered(TableName table);
}
