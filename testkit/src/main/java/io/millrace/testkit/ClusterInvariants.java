package io.millrace.testkit;

import io.millrace.api.CaptureId;
import io.millrace.api.ChangefeedId;
import io.millrace.api.TableId;
import io.millrace.api.TableName;
import io.millrace.api.changefeed.ChangefeedState;
import io.millrace.api.event.Resolved;
import io.millrace.api.event.RowBatch;
import io.millrace.api.event.RowChange;
import io.millrace.api.event.SchemaChange;
import io.millrace.api.event.SourcePosition;
import io.millrace.core.meta.ClusterState;
import io.millrace.core.meta.ClusterState.Feed;
import io.millrace.core.meta.StatusRecord;
import io.millrace.core.meta.TaskRecord;
import io.millrace.core.meta.Versioned;
import io.millrace.testkit.sink.Downstream;
import io.millrace.testkit.sink.Recorded;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What must hold of one changefeed of a {@link TestCluster} after every step, and when all is done.
 *
 * <p>Created before the first step, asked after each. A breach is an {@link AssertionError}.
 * <i>Threads:</i> one.
 */
public final class ClusterInvariants {
  private final TestCluster cluster;
  private final ChangefeedId id;
  private final Optional<Downstream> own;
  private final Map<String, Seen> all = new HashMap<>();
  private Map<String, Long> stored = new HashMap<>();
  private Optional<CaptureId> owner;
  private Optional<Resolved> checkpoint = Optional.empty();
  private String incarnation = "";
  private Seen now = new Seen();
  private boolean restored;
  private int seen;

  /** What the downstream has seen of one incarnation of the changefeed. */
  private static final class Seen {
    private final Set<SourcePosition> begun = new HashSet<>();
    private final Set<SourcePosition> done = new HashSet<>();
    private final Map<SourcePosition, Integer> executions = new HashMap<>();
    private final Map<SourcePosition, Integer> attempts = new HashMap<>();
    private final Set<Row> durable = new HashSet<>();
    private final Map<TableName, Integer> furthest = new HashMap<>();
  }

  /** A row of the log. */
  private record Row(TableName table, long id, SourcePosition position) {}

  /** Creates the invariants of a changefeed that is not yet worked on. */
  public ClusterInvariants(TestCluster cluster, ChangefeedId id) {
    this(cluster, id, Optional.empty());
  }

  /**
   * Creates the invariants of a changefeed that is not yet worked on.
   *
   * @param own what the cluster's sinks write to, where that is a downstream of a user's own
   */
  public ClusterInvariants(TestCluster cluster, ChangefeedId id, Optional<Downstream> own) {
    this.cluster = cluster;
    this.id = id;
    this.own = own;
    this.owner = cluster.state().owner().map(ClusterState.Candidate::capture);
  }

  private static void require(boolean holds, String what, Object... details) {
    if (!holds) {
      throw new AssertionError(what + ": " + Arrays.asList(details));
    }
  }

  /**
   * Checks what must hold after a step.
   *
   * @param by who did it; empty: the test itself
   */
  public void check(Optional<CaptureId> by) {
    ClusterState state = cluster.state();
    state.feed(id).ifPresent(feed -> meet(feed.spec().value().incarnation()));
    onlyTheOwnerWrites(state, by);
    owner = state.owner().map(ClusterState.Candidate::capture);
    noTableRunsTwice(state);
    List<Recorded> records = cluster.sink().records(seen);
    seen += records.size();
    records.forEach(this::follow);
    state.feed(id).flatMap(Feed::status).map(Versioned::value).ifPresent(this::checkpointHolds);
  }

  /** Goes on with a changefeed that was created again under the same name, or put back. */
  private void meet(String current) {
    if (!current.equals(incarnation)) {
      incarnation = current;
      now = all.computeIfAbsent(current, x -> new Seen());
      checkpoint = Optional.empty();
    }
  }

  /**
   * Says that the store was put back to an older copy: what the copy does not know may be done
   * again, schema changes excepted.
   */
  public void restored() {
    restored = true;
    checkpoint = Optional.empty();
    stored = new HashMap<>();
    ClusterState state = cluster.state();
    owner = Optional.empty();
    note(state);
  }

  private void onlyTheOwnerWrites(ClusterState state, Optional<CaptureId> by) {
    Map<String, Long> last = stored;
    note(state);
    require(
        stored.equals(last) || (by.isPresent() && by.equals(owner)),
        "who wrote as owner, and the owner",
        by,
        owner);
  }

  private void note(ClusterState state) {
    Map<String, Long> revisions = new HashMap<>();
    state
        .feed(id)
        .ifPresent(
            feed -> {
              feed.status().ifPresent(it -> revisions.put(it.key(), it.modRevision()));
              feed.tables().forEach(it -> revisions.put(it.key(), it.modRevision()));
              feed.tasks().values().forEach(it -> revisions.put(it.key(), it.modRevision()));
            });
    stored = revisions;
  }

  private void noTableRunsTwice(ClusterState state) {
    for (Map.Entry<TableId, List<CaptureId>> table : cluster.sink().writers().entrySet()) {
      List<CaptureId> live =
          table.getValue().stream()
              .filter(capture -> state.captures().containsKey(capture))
              .toList();
      require(live.size() <= 1, "a table is written twice, by", table.getKey(), live);
    }
  }

  private void follow(Recorded what) {
    Seen seen = all.computeIfAbsent(what.incarnation(), x -> new Seen());
    boolean isCurrent = seen == now;
    SourcePosition at = what.position();
    switch (what.kind()) {
      case ROW -> {
        if (isCurrent) {
          inOrderWithSchemaChanges(what);
        }
      }
      case DURABLE -> {
        boolean isNew = seen.durable.add(new Row(what.table(), what.id(), at));
        require(isNew || !cluster.sink().isExactlyOnce(), "became durable twice", what);
        if (isCurrent) {
          inOrderWithRows(what);
        }
      }
      case BEGUN -> {
        seen.begun.add(at);
        seen.attempts.merge(at, 1, Integer::sum);
      }
      case EXECUTED -> {
        int times = seen.executions.merge(at, 1, Integer::sum);
        int tries = seen.attempts.getOrDefault(at, 0);
        require(times <= tries && !seen.done.contains(at), "took effect once too often", what);
      }
      case DONE -> seen.done.add(at);
    }
  }

  private static boolean isBefore(SourcePosition transaction, SourcePosition change) {
    return transaction.file() != change.file()
        ? transaction.file() < change.file()
        : transaction.offset() < change.offset();
  }

  private void inOrderWithSchemaChanges(Recorded row) {
    require(row.position().server().equals(start().server()), "a row of another server", row);
    for (SchemaChange change : schemaChanges()) {
      SourcePosition at = change.position();
      boolean before = isBefore(row.position(), at);
      require(
          !before || restored || !now.begun.contains(at),
          "a row was written after a schema change behind it had begun",
          row,
          at);
      require(
          before || now.done.contains(at),
          "a row was written before a schema change ahead of it was done",
          row,
          at);
    }
  }

  /** Returns the schema changes that the changefeed must deliver. */
  private List<SchemaChange> schemaChanges() {
    SourcePosition start = start();
    return cluster.source().schemaChanges().stream()
        .filter(change -> !isBefore(change.position(), start))
        .toList();
  }

  private SourcePosition start() {
    return cluster.feed(id).spec().value().start().position();
  }

  private void inOrderWithRows(Recorded row) {
    List<SourcePosition> order = new ArrayList<>();
    for (RowBatch batch : cluster.source().transactions()) {
      if (batch.rows().stream().anyMatch(r -> r.table().name().equals(row.table()))) {
        order.add(batch.position());
      }
    }
    int index = order.indexOf(row.position());
    int last = now.furthest.getOrDefault(row.table(), firstOf(row.table()) - 1);
    require(index <= last + 1, "came before rows that precede it in its table", row);
    now.furthest.put(row.table(), Math.max(last, index));
  }

  /** Returns which of a table's transactions is the first that the changefeed must deliver. */
  private int firstOf(TableName table) {
    SourcePosition start = start();
    int before = 0;
    for (RowBatch batch : cluster.source().transactions()) {
      boolean has = batch.rows().stream().anyMatch(r -> r.table().name().equals(table));
      before += has && isBefore(batch.position(), start) ? 1 : 0;
    }
    return before;
  }

  private void checkpointHolds(StatusRecord status) {
    Resolved next = status.checkpoint();
    checkpoint.ifPresent(
        last ->
            require(
                !next.position().isBefore(last.position()) && !last.ts().isAfter(next.ts()),
                "the checkpoint went back, from and to",
                last,
                next));
    boolean moved = checkpoint.map(last -> !last.position().equals(next.position())).orElse(true);
    checkpoint = Optional.of(next);
    if (moved) {
      allIsDurableBefore(next.position());
    }
  }

  private void allIsDurableBefore(SourcePosition place) {
    SourcePosition start = start();
    for (RowBatch batch : cluster.source().transactions()) {
      boolean ofAnotherServer = !batch.position().server().equals(place.server());
      if (ofAnotherServer
          || isBefore(batch.position(), start)
          || !isBefore(batch.position(), place)) {
        continue;
      }
      for (RowChange row : batch.rows()) {
        Row wanted = new Row(row.table().name(), row.after().longAt(0), batch.position());
        require(now.durable.contains(wanted), "missing below a checkpoint", wanted, place);
        own.ifPresent(
            it ->
                require(
                    it.delivered(wanted.table()).contains(wanted.id()),
                    "said to be durable, and not in the downstream",
                    wanted,
                    place));
      }
    }
    own.ifPresent(this::inOrderOfTheLog);
  }

  /**
   * Checks in what order rows first came to a downstream. A changefeed created again, an older
   * store and another log may each bring rows late that another left out.
   */
  private void inOrderOfTheLog(Downstream downstream) {
    if (restored || all.size() > 1) {
      return;
    }
    Map<TableName, List<Long>> log = new HashMap<>();
    for (RowBatch batch : cluster.source().transactions()) {
      if (!batch.position().server().equals(start().server())) {
        return;
      }
      for (RowChange row : batch.rows()) {
        log.computeIfAbsent(row.table().name(), table -> new ArrayList<>())
            .add(row.after().longAt(0));
      }
    }
    log.forEach(
        (table, wanted) -> {
          List<Long> came = downstream.delivered(table).stream().distinct().toList();
          List<Long> inOrder = wanted.stream().filter(came::contains).toList();
          require(
              came.equals(inOrder),
              "rows came out of order, table, came, log",
              table,
              came,
              wanted);
        });
  }

  /** Checks that everything has arrived, once nothing is left to do. */
  public void checkComplete() {
    Feed feed = cluster.feed(id);
    require(feed.status().isPresent(), "the owner has not met the changefeed");
    StatusRecord status = feed.status().orElseThrow().value();
    require(
        status.state() == ChangefeedState.NORMAL,
        "state and error",
        status.state(),
        status.error());
    SourcePosition end = cluster.source().end();
    require(
        status.checkpoint().position().equals(end),
        "where the checkpoint rests, where the log ends, tasks, positions",
        status.checkpoint().position(),
        end,
        feed.tasks(),
        feed.positions());
    allIsDurableBefore(end);
    for (SchemaChange change : schemaChanges()) {
      require(now.done.contains(change.position()), "a schema change was not done", change);
    }
    List<TableId> placed = new ArrayList<>();
    for (Versioned<TaskRecord> task : feed.tasks().values()) {
      require(task.value().leaving().isEmpty(), "a table is still on its way", task);
      placed.addAll(task.value().tables().keySet());
    }
    List<TableId> tables = feed.tables().stream().map(table -> table.value().id()).toList();
    require(
        placed.stream().sorted().toList().equals(tables),
        "tables, and where they are",
        tables,
        placed);
    require(feed.commands().isEmpty(), "commands are left", feed.commands());
  }
}
