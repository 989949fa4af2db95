package io.millrace.core.sink.mysql;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.TableName;
import io.millrace.api.Tso;
import io.millrace.api.event.Resolved;
import io.millrace.api.event.RowChange;
import io.millrace.api.event.SourcePosition;
import io.millrace.api.event.TableSchema;
import io.millrace.api.sink.SinkRequest;
import io.millrace.core.sink.mysql.ConflictKeys.Hashes;
import io.millrace.core.worker.Threads;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A sink's claim, connections and lanes.
 *
 * <p><i>Threads:</i> one; {@link #close} any.
 */
final class Writing implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Writing.class.getName());
  private static final long IN_FLIGHT_BYTES = 64L << 20;
  private static final long COMPACT_NANOS = 1_000_000_000;

  /** By how much the upstream's clock may be ahead of this one. */
  private static final long SKEW_MILLIS = 60_000;

  private final MySqlOptions options;
  private final Cutter cutter;
  private final MissedRows missed;
  private final Optional<Ledger.Writer> writer;
  private final AppliedRows applied;
  private final Lanes lanes;
  private final Slot own;
  private final Slot asking;
  private final List<Slot> slots;
  private final Map<TableSchema, TableFeed> feeds = new HashMap<>();
  private final Hashes hashes = new Hashes();
  private final Map<TableName, SourcePosition> noted = new LinkedHashMap<>();
  private final Tso repeatsUntil;
  private @Nullable TableFeed lastFeed;
  private long version;
  private long compactedAt = System.nanoTime();
  private @Nullable Resolved compacted;

  private Writing(
      MySqlOptions options,
      Cutter cutter,
      MissedRows missed,
      Optional<Ledger.Writer> writer,
      AppliedRows applied,
      Lanes lanes,
      List<Slot> slots,
      long version) {
    this.options = options;
    this.cutter = cutter;
    this.missed = missed;
    this.writer = writer;
    this.applied = applied;
    this.lanes = lanes;
    this.slots = List.copyOf(slots);
    this.own = slots.get(options.workers());
    this.asking = slots.get(options.workers() + 1);
    this.version = version;
    this.repeatsUntil = Tso.ofMillis(System.currentTimeMillis() + SKEW_MILLIS, 0);
  }

  /**
   * Claims the request's tables, reads what is applied, and sets the lanes to work.
   *
   * @throws CdcException {@link StandardErrorCode#EPOCH_BEHIND} if a later assignment has claimed
   *     one of them; {@link StandardErrorCode#MYSQL_CONNECTION_ERROR}
   */
  static Writing open(
      SinkRequest request,
      MySqlOptions options,
      Downstream downstream,
      Threads threads,
      Cutter cutter,
      MissedRows missed) {
    Optional<Ledger.Writer> writer = Optional.empty();
    AppliedRows applied = new AppliedRows();
    long version = 0;
    try (Session session = downstream.rows()) {
      if (options.exactlyOnce()) {
        Ledger.Writer claimed = new Ledger(request, options).claim(session, options.workers() + 1);
        writer = Optional.of(claimed);
        applied = Ledger.read(session, claimed);
        version = Ledger.version(session, claimed);
      }
    } catch (SQLException e) {
      throw downstream.unreachable(e);
    }
    long most = Math.min(IN_FLIGHT_BYTES, Runtime.getRuntime().maxMemory() / 8);
    Lanes lanes = new Lanes(options.workers(), options.maxTxnRows(), most);
    List<Slot> slots = new ArrayList<>();
    for (int i = 0; i <= options.workers(); i++) {
      slots.add(new Slot(downstream, writer, i, options.multiStatements()));
    }
    slots.add(new Slot(downstream, Optional.empty(), slots.size(), false));
    Writing writing = new Writing(options, cutter, missed, writer, applied, lanes, slots, version);
    for (Slot slot : slots.subList(0, options.workers())) {
      threads
          .named(
              request.changefeed().value() + "-mysql-" + slot.number(),
              new Applier(lanes, slot, options, missed))
          .start();
    }
    return writing;
  }

  Lanes lanes() {
    return lanes;
  }

  /** Returns whether a transaction's rows may have been written before. */
  boolean mayRepeat(Tso commitTs) {
    return writer.isEmpty() && !commitTs.isAfter(repeatsUntil);
  }

  /**
   * Looks whether the definitions downstream are still those known. They can have changed only
   * while nothing was in flight: a schema change waits for all rows before it.
   */
  void beginTransaction() {
    if (lanes.completed() < lanes.put() || feeds.isEmpty()) {
      return;
    }
    if (writer.isEmpty()) {
      forgetDefinitions();
      return;
    }
    long now = ask(session -> Ledger.version(session, writer.get()));
    if (now != version) {
      version = now;
      forgetDefinitions();
    }
  }

  private void forgetDefinitions() {
    feeds.clear();
    lastFeed = null;
  }

  /** Returns what takes the rows of a definition. */
  // rows of one table share its definition's instance; another, equal one is only looked up again
  @SuppressWarnings("ReferenceEquality")
  TableFeed feed(TableSchema schema) {
    TableFeed known = lastFeed;
    if (known != null && known.plan().schema() == schema) {
      return known;
    }
    known = feeds.get(schema);
    if (known == null) {
      TargetTable target = ask(session -> TargetCatalog.read(session, schema.name()));
      checkEngine(target);
      known = new TableFeed(new TablePlan(schema, target), applied.find(schema.name()));
      feeds.put(schema, known);
    }
    lastFeed = known;
    return known;
  }

  private void checkEngine(TargetTable target) {
    String engine = target.engine().orElse("").toUpperCase(Locale.ROOT);
    if (writer.isPresent() && !engine.equals("INNODB")) {
      throw new CdcException(
          StandardErrorCode.MYSQL_QUERY_ERROR,
          "MySQL query error: the table "
              + target.name()
              + " is of the engine "
              + engine
              + " downstream, which knows no transactions; make it InnoDB, or write at least once"
              + " with exactly-once=false");
    }
  }

  /** A question to the downstream. */
  private interface Question<T> {
    T ask(Session session) throws SQLException;
  }

  /** Asks, once more after an outage. */
  private <T> T ask(Question<T> question) {
    for (int tries = 1; ; tries++) {
      try {
        return question.ask(asking.session());
      } catch (SQLException e) {
        asking.abandon();
        if (tries > 1 || lanes.isStopped() || !ServerErrors.isOutage(e)) {
          throw Applier.failure(
              "anything, reading definitions failed", e, true, options.exactlyOnce());
        }
      }
    }
  }

  /** Puts a unit into its lane; may wait for room. */
  void put(TableFeed feed, Unit unit) {
    ConflictKeys conflicts = feed.plan().conflicts();
    hashes.clear();
    boolean tellAll = true;
    for (RowChange row : unit.rows()) {
      tellAll &= conflicts.addTo(hashes, row);
      checkImages(feed.plan(), row);
    }
    if (!tellAll && !feed.isSerial()) {
      // those in flight have not the table's hash: they are waited for, once
      lanes.awaitIdle();
      feed.makeSerial();
    }
    if (feed.isSerial()) {
      hashes.add(conflicts.tableHash());
    }
    note(unit);
    lanes.put(unit, hashes.toArray());
  }

  /** Without a ledger an update may be written twice, and that needs every column. */
  private void checkImages(TablePlan plan, RowChange row) {
    if (writer.isEmpty()
        && row.kind() == RowChange.Kind.UPDATE
        && !plan.isComplete(row.after(), row.before())) {
      throw new CdcException(
          StandardErrorCode.MYSQL_QUERY_ERROR,
          "MySQL query error: the upstream's log has not every column of updates of the table "
              + plan.schema().name()
              + ", so they cannot be repeated without harm; set binlog_row_image=FULL there, or"
              + " write with exactly-once=true");
    }
  }

  private void note(Unit unit) {
    if (writer.isPresent()) {
      noted.merge(
          unit.plan().schema().name(), unit.position(), (known, next) -> later(known, next));
    }
  }

  private static SourcePosition later(SourcePosition known, SourcePosition next) {
    return known.server().equals(next.server()) && next.isBefore(known) ? known : next;
  }

  /** Begins a transaction that is written as it comes, when all before it is written. */
  LargeTransaction beginLarge() {
    lanes.awaitIdle();
    return new LargeTransaction(own, options, this::note, missed);
  }

  /** Now and then, raises the watermark of tables, and drops what the ledger notes below it. */
  void compact(Resolved reached) {
    long now = System.nanoTime();
    if (noted.isEmpty() || reached.equals(compacted) || now - compactedAt < COMPACT_NANOS) {
      return;
    }
    // behind an earlier writer's watermark all is applied, though not all of it is noted any more
    List<TableName> some =
        noted.keySet().stream()
            .filter(table -> applied.mayRaise(table, reached.position()))
            .limit(Ledger.MANY)
            .toList();
    if (some.isEmpty()) {
      return;
    }
    try {
      long next = own.next();
      own.begin(next);
      Ledger.compact(own.session(), writer.orElseThrow(), some, reached.position(), reached.ts());
      own.commit(next);
      for (TableName table : some) {
        SourcePosition last = noted.remove(table);
        if (last != null && !last.isBefore(reached.position())) {
          noted.put(table, last);
        }
      }
      compacted = some.size() < Ledger.MANY ? reached : null;
      compactedAt = System.nanoTime();
    } catch (SQLException e) {
      // nothing depends on it now
      LOG.log(Level.WARNING, "ledger not compacted, later again {0}", ServerErrors.masked(e));
      own.abandon();
      compactedAt = System.nanoTime();
    }
  }

  @Override
  public void close() {
    lanes.stop();
    cutter.cut(() -> slots.forEach(Slot::close));
  }
}
