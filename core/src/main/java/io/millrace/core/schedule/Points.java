package io.millrace.core.schedule;

import io.millrace.api.CaptureId;
import io.millrace.api.TableId;
import io.millrace.api.Tso;
import io.millrace.api.event.Resolved;
import io.millrace.api.event.Restart;
import io.millrace.api.event.SourcePosition;
import io.millrace.core.meta.ClusterState.Feed;
import io.millrace.core.meta.PositionRecord;
import io.millrace.core.meta.SchemaRecord;
import io.millrace.core.meta.StatusRecord;
import io.millrace.core.meta.TaskRecord;
import io.millrace.core.meta.Versioned;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How far tables are, as the stored state tells it. */
public final class Points {
  private Points() {}

  /** Returns the earlier of two points; it restarts at the earlier of both restarts. */
  public static Resolved least(Resolved a, Resolved b) {
    Resolved first = b.position().isBefore(a.position()) ? b : a;
    Restart restart =
        b.restart().position().isBefore(a.restart().position()) ? b.restart() : a.restart();
    return new Resolved(first.ts(), first.position(), restart);
  }

  /** Returns the point right before a schema change, given the last promise before it. */
  public static Resolved before(SourcePosition change, Tso label, Resolved last) {
    SourcePosition start =
        new SourcePosition(change.server(), change.file(), change.offset(), 0, change.detail());
    return new Resolved(label.previous(), start, last.restart());
  }

  /**
   * Returns how far a table is on a capture that has or had it: the final position recorded for it;
   * else the capture's position record, if that is of its present task or the task says nothing
   * better; else where the task has it start; else the changefeed's checkpoint.
   */
  public static Resolved of(Feed feed, StatusRecord status, CaptureId capture, TableId table) {
    Versioned<TaskRecord> task = feed.tasks().get(capture);
    Versioned<PositionRecord> position = feed.positions().get(capture);
    Optional<Resolved> start =
        task == null
            ? Optional.empty()
            : task.value().tables().getOrDefault(table, Optional.empty());
    if (position == null) {
      return start.orElse(status.checkpoint());
    }
    Resolved stopped = position.value().stopped().get(table);
    boolean back = task != null && task.value().tables().containsKey(table);
    if (stopped != null && !back) {
      return stopped;
    }
    boolean current = task != null && position.value().taskRevision() == task.modRevision();
    return current || start.isEmpty()
        ? position.value().checkpoint()
        : start.orElse(status.checkpoint());
  }

  /**
   * Returns the changefeed's checkpoint as its captures' records tell it: the least point of all
   * tables; of a changefeed without tables, that of the capture that reads for it. A table on no
   * capture holds it where it is, and it never goes back.
   */
  public static Resolved checkpoint(Feed feed, StatusRecord status) {
    @Nullable Resolved least = null;
    Set<TableId> placed = new HashSet<>();
    for (Map.Entry<CaptureId, Versioned<TaskRecord>> task : feed.tasks().entrySet()) {
      Set<TableId> tables = new HashSet<>(task.getValue().value().tables().keySet());
      tables.addAll(task.getValue().value().leaving().keySet());
      placed.addAll(tables);
      if (tables.isEmpty()) {
        Resolved own =
            feed.current(task.getKey())
                .map(position -> position.value().checkpoint())
                .orElse(status.checkpoint());
        least = least == null ? own : least(least, own);
      }
      for (TableId table : tables) {
        Resolved point = of(feed, status, task.getKey(), table);
        least = least == null ? point : least(least, point);
      }
    }
    boolean allPlaced =
        feed.tables().stream()
            .map(Versioned::value)
            .map(SchemaRecord::id)
            .allMatch(placed::contains);
    if (least == null || !allPlaced) {
      return status.checkpoint();
    }
    Resolved known = status.checkpoint();
    return least.position().isBefore(known.position())
        ? known
        : new Resolved(Tso.max(least.ts(), known.ts()), least.position(), least.restart());
  }
}
