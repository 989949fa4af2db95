package io.millrace.core.meta;

import com.google.common.collect.ImmutableSortedMap;
import io.millrace.api.CaptureId;
import io.millrace.api.TableId;
import io.millrace.api.event.Resolved;
import java.util.Map;
import java.util.Optional;

/**
 * What one capture is to do for a changefeed. Written by the owner only.
 *
 * @param run whether it shall work at all; false asks it to stop and say so
 * @param tables the tables it works on, each with where it starts if it was handed over and no
 *     position record of a task that held it has been seen
 * @param leaving tables it shall stop, no longer in {@code tables}; its position record says how
 *     far they came
 */
public record TaskRecord(
    boolean run, Map<TableId, Optional<Resolved>> tables, Map<TableId, Leaving> leaving) {
  /** Copies and sorts the maps. */
  public TaskRecord {
    tables = ImmutableSortedMap.copyOf(tables);
    leaving = ImmutableSortedMap.copyOf(leaving);
  }

  /** Returns the same task, with which it is asked to stop. */
  public TaskRecord stopping() {
    return new TaskRecord(false, tables, leaving);
  }

  /**
   * A table on its way out.
   *
   * @param target the capture it goes to; empty: the one with the fewest
   */
  public record Leaving(Optional<CaptureId> target) {}
}
