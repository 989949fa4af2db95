package io.millrace.core.schedule;

import io.millrace.api.CaptureId;
import io.millrace.api.TableId;
import io.millrace.api.event.Resolved;
import io.millrace.core.meta.ClusterState.Feed;
import io.millrace.core.meta.CommandRecord;
import io.millrace.core.meta.PositionRecord;
import io.millrace.core.meta.StatusRecord;
import io.millrace.core.meta.TaskRecord;
import io.millrace.core.meta.Versioned;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The tasks of one changefeed while they are being changed: begins with those stored, and ends with
 * those to store.
 *
 * <p><i>Threads:</i> one.
 */
public final class Schedule {
  /** A task is one record, and what one transaction stores is bounded. */
  private static final long MOST_START_BYTES = 256 << 10;

  /** How many tables leave at once, whose points stand in one record. */
  private static final int MOST_MOVES = 20;

  private final Feed feed;
  private final StatusRecord status;
  private final NavigableSet<CaptureId> capable;
  private final TreeMap<CaptureId, TaskRecord> tasks = new TreeMap<>();

  /**
   * Creates a schedule with the tasks as stored.
   *
   * @param feed the changefeed
   * @param status its status
   * @param capable the live captures that can work on it; not empty
   */
  public Schedule(Feed feed, StatusRecord status, NavigableSet<CaptureId> capable) {
    this.feed = feed;
    this.status = status;
    this.capable = capable;
    feed.tasks().forEach((capture, task) -> tasks.put(capture, task.value()));
  }

  /**
   * Gives each table to the capture with the fewest, from a point on. Where that is too much to
   * store at once, some stay without a capture.
   */
  public void assign(Map<TableId, Resolved> tables) {
    Map<CaptureId, Map<TableId, Resolved>> shares = new HashMap<>();
    Map<CaptureId, Integer> loads = loads();
    for (Map.Entry<TableId, Resolved> table : new TreeMap<>(tables).entrySet()) {
      CaptureId lightest = lightest(loads);
      loads.merge(lightest, 1, Integer::sum);
      shares.computeIfAbsent(lightest, c -> new TreeMap<>()).put(table.getKey(), table.getValue());
    }
    shares.forEach(this::place);
  }

  /** Returns how many tables each capable capture has. */
  private Map<CaptureId, Integer> loads() {
    TreeMap<CaptureId, Integer> loads = new TreeMap<>();
    capable.forEach(capture -> loads.put(capture, tables(capture).size()));
    return loads;
  }

  /** Has the lightest capture read without tables, if no capture reads. */
  public void ensureReader() {
    if (tasks.isEmpty()) {
      tasks.put(lightest(loads()), new TaskRecord(true, Map.of(), Map.of()));
    }
  }

  private CaptureId lightest(Map<CaptureId, Integer> loads) {
    // a capture that already reads without tables comes first, else two would
    return capable.stream()
        .min(
            Comparator.<CaptureId, Integer>comparing(loads::get)
                .thenComparing(capture -> !tasks.containsKey(capture)))
        .orElseThrow();
  }

  private Set<TableId> tables(CaptureId capture) {
    TaskRecord task = tasks.get(capture);
    return task == null ? Set.of() : task.tables().keySet();
  }

  private void place(CaptureId capture, Map<TableId, Resolved> share) {
    TaskRecord task = tasks.getOrDefault(capture, new TaskRecord(true, Map.of(), Map.of()));
    Map<TableId, Optional<Resolved>> tables = kept(capture, task);
    long room = MOST_START_BYTES;
    for (Optional<Resolved> start : tables.values()) {
      room -= start.map(Schedule::bytes).orElse(0L);
    }
    // who has no record yet starts everything at the checkpoint, which needs no saying
    boolean begins = !feed.positions().containsKey(capture);
    for (Map.Entry<TableId, Resolved> table : share.entrySet()) {
      Resolved point = table.getValue();
      if (begins && point.equals(status.checkpoint())) {
        tables.put(table.getKey(), Optional.empty());
      } else if (room > 0) {
        room -= bytes(point);
        tables.put(table.getKey(), Optional.of(point));
      }
    }
    tasks.put(capture, new TaskRecord(task.run(), tables, task.leaving()));
  }

  /** Returns about how large a point is when it is stored. */
  private static long bytes(Resolved point) {
    return 300L + point.position().detail().length() + point.restart().position().detail().length();
  }

  /** Returns a task's tables, without starts that a position record has overtaken. */
  private Map<TableId, Optional<Resolved>> kept(CaptureId capture, TaskRecord task) {
    Map<TableId, Optional<Resolved>> tables = new HashMap<>(task.tables());
    Versioned<TaskRecord> stored = feed.tasks().get(capture);
    if (feed.current(capture).isPresent() && stored != null) {
      stored
          .value()
          .tables()
          .forEach(
              (table, start) -> {
                if (start.isPresent() && start.equals(tables.get(table))) {
                  tables.put(table, Optional.empty());
                }
              });
    }
    return tables;
  }

  /** Takes tables that are gone out of all tasks: all but some. */
  public void keepOnly(Collection<TableId> there) {
    tasks.replaceAll(
        (capture, task) -> {
          Map<TableId, Optional<Resolved>> tables = new HashMap<>(task.tables());
          Map<TableId, TaskRecord.Leaving> leaving = new HashMap<>(task.leaving());
          tables.keySet().retainAll(there);
          leaving.keySet().retainAll(there);
          boolean changed =
              tables.size() + leaving.size() < task.tables().size() + task.leaving().size();
          return changed ? new TaskRecord(task.run(), tables, leaving) : task;
        });
  }

  /** Takes a capture out, with its tables: those and where they are. */
  public Map<TableId, Resolved> remove(CaptureId capture) {
    Map<TableId, Resolved> points = new TreeMap<>();
    TaskRecord task = tasks.remove(capture);
    if (task != null) {
      task.tables().keySet().forEach(t -> points.put(t, Points.of(feed, status, capture, t)));
      task.leaving().keySet().forEach(t -> points.put(t, Points.of(feed, status, capture, t)));
    }
    return points;
  }

  /** Gives tables on to where they go that have left a capture. */
  public void settle(CaptureId capture) {
    TaskRecord task = tasks.get(capture);
    if (task == null || task.leaving().isEmpty()) {
      return;
    }
    tasks.put(capture, new TaskRecord(task.run(), task.tables(), Map.of()));
    Map<CaptureId, Map<TableId, Resolved>> shares = new HashMap<>();
    Map<TableId, Resolved> homeless = new HashMap<>();
    task.leaving()
        .forEach(
            (table, leaving) -> {
              Resolved point = Points.of(feed, status, capture, table);
              leaving
                  .target()
                  .filter(capable::contains)
                  .map(to -> shares.computeIfAbsent(to, c -> new HashMap<>()))
                  .orElse(homeless)
                  .put(table, point);
            });
    shares.forEach(this::place);
    assign(homeless);
  }

  /** Has a table leave its capture for another. */
  private void move(CaptureId from, TableId table, CaptureId to) {
    TaskRecord task = tasks.get(from);
    if (task != null && task.tables().containsKey(table)) {
      Map<TableId, Optional<Resolved>> tables = new HashMap<>(task.tables());
      tables.remove(table);
      Map<TableId, TaskRecord.Leaving> leaving = new HashMap<>(task.leaving());
      leaving.put(table, new TaskRecord.Leaving(Optional.of(to)));
      tasks.put(from, new TaskRecord(task.run(), tables, leaving));
    }
  }

  /**
   * Returns whether tables may change captures now: every capture runs its present task, no table
   * is on its way, and none waits at a schema change.
   */
  public boolean mayMove() {
    return feed.tasks().entrySet().stream()
        .allMatch(
            task ->
                task.getValue().value().run()
                    && task.getValue().value().leaving().isEmpty()
                    && feed.current(task.getKey())
                        .map(position -> !waits(position.value()))
                        .orElse(false));
  }

  private boolean waits(PositionRecord position) {
    return position
        .waiting()
        .map(change -> status.turn().map(turn -> !turn.covers(change.position())).orElse(true))
        .orElse(false);
  }

  /**
   * Does what a user commands; what does not fit does nothing.
   *
   * @return whether it is to be followed again, once the tables that leave now have left
   */
  public boolean follow(CommandRecord command) {
    return switch (command.kind()) {
      case MOVE_TABLE -> {
        Optional<CaptureId> target = command.target().filter(capable::contains);
        Optional<TableId> table = command.table();
        if (target.isPresent() && table.isPresent()) {
          holder(table.get())
              .filter(from -> !from.equals(target.get()))
              .ifPresent(from -> move(from, table.get(), target.get()));
        }
        yield false;
      }
      case REBALANCE_TABLE -> rebalance();
    };
  }

  private Optional<CaptureId> holder(TableId table) {
    return tasks.entrySet().stream()
        .filter(task -> task.getValue().tables().containsKey(table))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  /**
   * Has captures that hold more tables than an even share, rounded up, give some to others.
   *
   * @return whether any did
   */
  public boolean rebalance() {
    Map<CaptureId, Integer> loads = loads();
    tasks.keySet().forEach(capture -> loads.put(capture, tables(capture).size()));
    int all = loads.values().stream().mapToInt(Integer::intValue).sum();
    return shed(loads, (all + capable.size() - 1) / capable.size(), List.copyOf(tasks.keySet()));
  }

  /** Returns whether captures hold tables that shall be emptied of them. */
  public boolean hasToEmpty() {
    return tasks.keySet().stream().anyMatch(capture -> !capable.contains(capture));
  }

  /** Has captures that shall be emptied give tables to others. */
  public void empty() {
    List<CaptureId> full =
        tasks.keySet().stream().filter(capture -> !capable.contains(capture)).toList();
    if (!shed(loads(), 0, full)) {
      full.forEach(tasks::remove);
      ensureReader();
    }
  }

  /** Moves tables of captures that hold more than a share; true: some. */
  private boolean shed(Map<CaptureId, Integer> loads, int share, List<CaptureId> captures) {
    int moves = 0;
    for (CaptureId from : captures) {
      TreeSet<TableId> held = new TreeSet<>(tables(from));
      while (held.size() > share && moves < MOST_MOVES) {
        CaptureId to = capable.stream().min(Comparator.comparing(loads::get)).orElseThrow();
        loads.merge(to, 1, Integer::sum);
        move(from, held.last(), to);
        held.remove(held.last());
        moves++;
      }
    }
    return moves > 0;
  }

  /** Returns whether a capture holds nothing that could have some of another's tables. */
  public boolean hasIdle() {
    Map<CaptureId, Integer> loads = loads();
    return loads.containsValue(0) && loads.values().stream().anyMatch(load -> load > 1);
  }

  /** Has captures stop reading that hold no tables while others do. */
  public void releaseIdle() {
    boolean held = tasks.values().stream().anyMatch(task -> !task.tables().isEmpty());
    tasks
        .entrySet()
        .removeIf(
            task ->
                held
                    && task.getValue().tables().isEmpty()
                    && task.getValue().leaving().isEmpty()
                    && task.getValue().run()
                    && feed.current(task.getKey()).isPresent());
  }

  /** Returns the tasks as they shall be. */
  public SortedMap<CaptureId, TaskRecord> tasks() {
    return tasks;
  }
}
