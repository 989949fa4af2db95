package io.millrace.core.owner;

import io.millrace.api.CaptureId;
import io.millrace.api.TableId;
import io.millrace.api.event.Resolved;
import io.millrace.api.store.Txn;
import io.millrace.core.meta.ClusterState.Feed;
import io.millrace.core.meta.CommandRecord;
import io.millrace.core.meta.SchemaRecord;
import io.millrace.core.meta.TaskRecord;
import io.millrace.core.meta.Versioned;
import io.millrace.core.schedule.Schedule;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * On which captures a changefeed's tables are: when they are placed anew, and when they move.
 *
 * <p><i>Threads:</i> the control loop.
 */
final class Placement {
  private @Nullable NavigableSet<CaptureId> balanced;
  private boolean uneven;

  /** Places what is on no capture: tables of captures that are gone, that moved, or are new. */
  Optional<Txn> assign(Tick tick, Herald herald) {
    NavigableSet<CaptureId> capable = capable(tick);
    if (capable.isEmpty()) {
      return Optional.empty();
    }
    Feed feed = tick.feed();
    Resolved settled = tick.checkpoint();
    Schedule schedule = new Schedule(feed, tick.status().at(settled), capable);
    Patches patches = tick.patches().restOnWork();
    Map<TableId, Resolved> homeless = new HashMap<>();
    for (CaptureId each : feed.tasks().keySet()) {
      if (tick.isAlive(each)) {
        if (feed.current(each).isPresent()) {
          schedule.settle(each);
        }
      } else if (herald.fence(each)) {
        homeless.putAll(schedule.remove(each));
        patches.deletePosition(each);
      } else {
        return Optional.empty();
      }
    }
    Set<TableId> placed = new HashSet<>(homeless.keySet());
    for (TaskRecord task : schedule.tasks().values()) {
      placed.addAll(task.tables().keySet());
      placed.addAll(task.leaving().keySet());
    }
    for (Versioned<SchemaRecord> table : feed.tables()) {
      if (!placed.contains(table.value().id())) {
        homeless.put(table.value().id(), settled);
      }
    }
    schedule.assign(homeless);
    schedule.ensureReader();
    schedule.releaseIdle();
    patches.put(schedule.tasks());
    // the checkpoint that the points rest on goes with them
    return patches.size() == 0
        ? Optional.empty()
        : Optional.of(patches.put(tick.status().at(settled)).txn());
  }

  /** Returns the tasks as they are once a schema change has dropped and made tables. */
  static SortedMap<CaptureId, TaskRecord> after(Tick tick, Consequences change) {
    Schedule schedule = new Schedule(tick.feed(), tick.status(), capable(tick));
    schedule.keepOnly(change.there());
    Resolved before = tick.checkpoint();
    Map<TableId, Resolved> made = new HashMap<>();
    change.made().forEach(table -> made.put(table, before));
    schedule.assign(made);
    return schedule.tasks();
  }

  /**
   * Moves some tables, as soon as tables may move: off captures that are to be emptied, as users
   * command, and to captures that have joined.
   */
  Optional<Txn> balance(Tick tick) {
    NavigableSet<CaptureId> capable = capable(tick);
    if (capable.isEmpty()) {
      return Optional.empty();
    }
    Feed feed = tick.feed();
    Schedule schedule = new Schedule(feed, tick.status(), capable);
    uneven |= balanced == null ? schedule.hasIdle() : !balanced.containsAll(capable);
    balanced = capable;
    boolean full = schedule.hasToEmpty();
    if ((!full && !uneven && feed.commands().isEmpty()) || !schedule.mayMove()) {
      return Optional.empty();
    }
    Patches patches = tick.patches().restOnWork();
    if (full) {
      schedule.empty();
    } else if (feed.commands().isEmpty()) {
      uneven = schedule.rebalance();
    } else {
      Versioned<CommandRecord> command = feed.commands().get(0);
      if (!schedule.follow(command.value())) {
        patches.delete(command);
      }
    }
    patches.put(schedule.tasks());
    return patches.size() == 0 ? Optional.empty() : Optional.of(patches.txn());
  }

  /**
   * Returns the captures that can work on a changefeed; those to be emptied only if there is no
   * other.
   */
  private static NavigableSet<CaptureId> capable(Tick tick) {
    String uri = tick.feed().spec().value().spec().sinkUri();
    String scheme = uri.substring(0, Math.max(0, uri.indexOf(':'))).toLowerCase(Locale.ROOT);
    TreeSet<CaptureId> capable = new TreeSet<>();
    tick.state()
        .captures()
        .forEach(
            (id, record) -> {
              if (record.value().sinks().contains(scheme)) {
                capable.add(id);
              }
            });
    TreeSet<CaptureId> staying = new TreeSet<>(capable);
    staying.removeAll(tick.state().drains().keySet());
    return staying.isEmpty() ? capable : staying;
  }
}
