package io.millrace.testkit.source;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.TableName;
import io.millrace.api.Tso;
import io.millrace.api.event.Column;
import io.millrace.api.event.DdlType;
import io.millrace.api.event.Resolved;
import io.millrace.api.event.Restart;
import io.millrace.api.event.Row;
import io.millrace.api.event.RowBatch;
import io.millrace.api.event.RowChange;
import io.millrace.api.event.SchemaChange;
import io.millrace.api.event.SourcePosition;
import io.millrace.api.event.TableChange;
import io.millrace.api.event.TableSchema;
import io.millrace.api.source.ChangeSource;
import io.millrace.api.source.ChangeStream;
import io.millrace.api.source.Head;
import io.millrace.api.source.Requirement;
import io.millrace.api.source.StreamOptions;
import io.millrace.testkit.event.TableBuilder;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * An upstream whose log a test writes: transactions and schema changes.
 *
 * <pre>{@code
 * TableName orders = source.create(table("shop.orders").column("id", BIGINT).primaryKey("id"));
 * source.transaction().insert(orders, 1).insert(orders, 2).commit();
 * }</pre>
 *
 * <p>Entry {@code n} of the log, from 0, begins at offset {@code 100 (n + 1)}. Without a clock its
 * label is {@code START + n + 1} ms, and a stream never waits. With one, labels are the clock's
 * time, a stream waits as long as it may for the next entry, and an idle one promises the time
 * anew. A table made by its name alone has the column {@code id BIGINT}, the key unless it was made
 * without one. A stream emits a few entries a poll, then a {@link Resolved}; of a transaction of
 * several slices one slice a poll. A table that a stream does not know is announced at the start of
 * the transaction that has its first row, with the table's number in that transaction as the
 * ordinal, whichever others are known.
 *
 * <p><i>Threads:</i> any.
 */
public final class ScriptedSource implements ChangeSource {
  /** The label of the log's beginning. */
  public static final Tso START = Tso.ofMillis(1_700_000_000_000L, 0);

  private static final int STEP = 100;

  /** A transaction of rows, or a schema change. */
  record Entry(Tso label, List<RowChange> rows, Optional<SchemaChange> change) {}

  private final List<Entry> log = new ArrayList<>();
  private final ScriptedTables tables = new ScriptedTables();
  private final Set<ScriptedStream> streams = new LinkedHashSet<>();
  private String server = "scripted";
  private final int entriesPerPoll;
  private final Optional<InstantSource> clock;
  private final Tso begin;
  private Tso promised;
  private CountDownLatch news = new CountDownLatch(1);
  private Optional<Restart> held = Optional.empty();
  private Optional<RuntimeException> failure = Optional.empty();
  private Optional<Restart> opened = Optional.empty();
  private boolean tellsDefinitions = true;
  private boolean stalled;
  private int purged;
  private int connection;

  /** Creates an upstream without tables and clock, whose log is empty. */
  public ScriptedSource(int entriesPerPoll) {
    this.entriesPerPoll = entriesPerPoll;
    this.clock = Optional.empty();
    this.begin = START;
    this.promised = begin;
  }

  /**
   * Creates an upstream without tables, whose log is empty and whose labels are a clock's; its
   * history reaches back an hour.
   */
  public ScriptedSource(int entriesPerPoll, InstantSource clock) {
    this.entriesPerPoll = entriesPerPoll;
    this.clock = Optional.of(clock);
    this.begin = Tso.of(clock.instant().minus(Duration.ofHours(1)));
    this.promised = begin;
  }

  /** Returns a connection of one node: closing it closes the streams opened through it only. */
  public ChangeSource handle() {
    return new ScriptedHandle(this);
  }

  // ---- writing the log

  /** Adds a table without logging it, as if it were older than the log; returns its name. */
  public synchronized TableName add(TableBuilder table) {
    TableSchema built = table.build();
    tables.add(built);
    return built.name();
  }

  /** Adds a table without logging it, as if it were older than the log. */
  public synchronized void add(TableName table) {
    tables.add(ScriptedTables.plain(table, true));
  }

  /** Adds a table that has no key, without logging it. */
  public synchronized void addWithoutKey(TableName table) {
    tables.add(ScriptedTables.plain(table, false));
  }

  /** Drops a table without logging it; does nothing where there is none. */
  public synchronized void dropUnlogged(TableName table) {
    tables.drop(table);
  }

  /** Adds a table that the log has rows of, but that the server no longer lists. */
  public synchronized void addUnlisted(TableName table) {
    tables.addUnlisted(ScriptedTables.plain(table, true));
  }

  /** Begins a transaction. */
  public ScriptedTransaction transaction() {
    return new ScriptedTransaction(this);
  }

  /** Logs a transaction that inserts one row with this id into each of some tables. */
  public void insert(long id, TableName... into) {
    ScriptedTransaction transaction = transaction();
    for (TableName table : into) {
      transaction.insert(table, id);
    }
    transaction.commit();
  }

  synchronized SourcePosition commit(List<Function<ScriptedTables, RowChange>> changes) {
    SourcePosition at = end();
    List<RowChange> rows = new ArrayList<>();
    changes.forEach(change -> rows.add(change.apply(tables)));
    if (!rows.isEmpty()) {
      append(new Entry(nextLabel(), List.copyOf(rows), Optional.empty()));
    }
    return at;
  }

  private void append(Entry entry) {
    log.add(entry);
    promised = entry.label();
    wake();
  }

  private void wake() {
    news.countDown();
    news = new CountDownLatch(1);
  }

  private Tso nextLabel() {
    return clock
        .map(it -> Tso.max(promised.next(), Tso.of(it.instant())))
        .orElseGet(() -> Tso.ofMillis(START.millis() + log.size() + 1, 0));
  }

  /** Makes a table and logs it; returns its name. */
  public synchronized TableName create(TableBuilder table) {
    TableName name = add(table);
    logCreated(name);
    return name;
  }

  /** Makes a table and logs it. */
  public synchronized void create(TableName table) {
    add(table);
    logCreated(table);
  }

  /** Makes a table that has no key and logs it. */
  public synchronized void createWithoutKey(TableName table) {
    addWithoutKey(table);
    logCreated(table);
  }

  private void logCreated(TableName table) {
    log(DdlType.CREATE_TABLE, "CREATE TABLE " + table, Optional.empty(), Optional.of(table));
  }

  /** Adds a column {@code extra<n> BIGINT} to a table and logs it. */
  public synchronized void alter(TableName table) {
    alter(table, "ALTER TABLE " + table + " ADD COLUMN extra BIGINT");
  }

  /** Adds a column {@code extra<n> BIGINT} to a table and logs it as some statement. */
  public synchronized void alter(TableName table, String query) {
    addColumn(table, tables.extra(table), query);
  }

  /** Adds a column to a table, NULL in the rows that are there, and logs it. */
  public synchronized void addColumn(TableName table, Column column) {
    addColumn(
        table,
        column,
        "ALTER TABLE %s ADD COLUMN %s %s".formatted(table, column.name(), column.type()));
  }

  private void addColumn(TableName table, Column column, String query) {
    tables.addColumn(table, column);
    Optional<TableName> name = Optional.of(table);
    log(DdlType.ADD_COLUMN, query, name, name);
  }

  /** Makes a table's first column its primary key and logs it. */
  public synchronized void addPrimaryKey(TableName table) {
    tables.addPrimaryKey(table);
    Optional<TableName> name = Optional.of(table);
    log(DdlType.ADD_PRIMARY_KEY, "ALTER TABLE " + table + " ADD PRIMARY KEY (id)", name, name);
  }

  /** Drops a table and logs it. */
  public synchronized void drop(TableName table) {
    tables.definition(table);
    tables.drop(table);
    log(DdlType.DROP_TABLE, "DROP TABLE " + table, Optional.of(table), Optional.empty());
  }

  /** Renames a table and logs it. */
  public synchronized void rename(TableName from, TableName to) {
    rename(Map.of(from, to));
  }

  /** Renames tables in one statement and logs it. */
  public synchronized void rename(Map<TableName, TableName> names) {
    List<TableChange> changes = new ArrayList<>();
    new TreeMap<>(names)
        .forEach(
            (from, to) -> {
              tables.rename(from, to);
              changes.add(change(Optional.of(from), Optional.of(to)));
            });
    log(DdlType.RENAME_TABLE, changes.get(0).name().schema(), "RENAME TABLE " + names, changes);
  }

  /** Drops a database and logs it. */
  public synchronized void dropSchema(String schema) {
    tables.dropSchema(schema);
    log(DdlType.DROP_SCHEMA, schema, "DROP DATABASE " + schema, List.of());
  }

  /** Empties a table and logs it. */
  public synchronized void truncate(TableName table) {
    tables.definition(table);
    tables.truncate(table);
    Optional<TableName> name = Optional.of(table);
    log(DdlType.TRUNCATE_TABLE, "TRUNCATE TABLE " + table, name, name);
  }

  private void log(
      DdlType type, String query, Optional<TableName> before, Optional<TableName> after) {
    TableChange table = change(before, after);
    log(type, table.name().schema(), query, List.of(table));
  }

  private TableChange change(Optional<TableName> before, Optional<TableName> after) {
    Optional<TableSchema> told =
        tellsDefinitions ? after.map(tables::definition) : Optional.empty();
    return new TableChange(before, after, told);
  }

  private void log(DdlType type, String schema, String query, List<TableChange> changes) {
    Tso label = nextLabel();
    SourcePosition at = position(log.size(), 0);
    append(
        new Entry(
            label,
            List.of(),
            Optional.of(new SchemaChange(at, label, label, type, schema, query, changes))));
  }

  // ---- how it behaves

  /** Says whether schema changes logged from now on tell a table's definition; at first they do. */
  public synchronized void tellDefinitions(boolean tell) {
    tellsDefinitions = tell;
  }

  /** Has streams emit nothing, until told otherwise. */
  public synchronized void stall(boolean stall) {
    stalled = stall;
  }

  /** Has all calls and all streams fail, until {@link #mend}. */
  public synchronized void fail(RuntimeException with) {
    failure = Optional.of(with);
  }

  /**
   * Breaks the connections of all streams: they reconnect by themselves, and begin the transaction
   * they are in again.
   */
  public synchronized void cutConnections() {
    connection++;
  }

  /** Has calls and new streams work again. */
  public synchronized void mend() {
    failure = Optional.empty();
  }

  /**
   * Keeps the restart of all promises at the present end of the log, as an open XA PREPARE does.
   */
  public synchronized void holdRestart() {
    held = Optional.of(new Restart(position(log.size(), 0), label(log.size() - 1)));
  }

  /**
   * Becomes another server, which has the same rows and no schema changes, all in the opposite
   * order: streams break off, and positions of before mean nothing any more.
   */
  public synchronized void becomeReorderedReplica() {
    server += "'";
    List<Entry> rows = new ArrayList<>(log.stream().filter(it -> it.change().isEmpty()).toList());
    Collections.reverse(rows);
    log.clear();
    for (Entry each : rows) {
      append(new Entry(nextLabel(), each.rows(), Optional.empty()));
    }
  }

  /** Drops the log before its present end. */
  public synchronized void purge() {
    purged = log.size();
  }

  // ---- reading the log

  /** Returns where the log ends; the next entry will stand there. */
  public synchronized SourcePosition end() {
    return position(log.size(), 0);
  }

  /** Returns the transactions of rows logged so far, as a stream would emit them. */
  public synchronized List<RowBatch> transactions() {
    List<RowBatch> batches = new ArrayList<>();
    for (int n = 0; n < log.size(); n++) {
      if (log.get(n).change().isEmpty()) {
        batches.add(batch(n));
      }
    }
    return batches;
  }

  /** Returns the rows that a table holds now, in the order in which their keys were inserted. */
  public synchronized List<Row> rows(TableName table) {
    return tables.rowsOf(table);
  }

  /** Returns the schema changes logged so far. */
  public synchronized List<SchemaChange> schemaChanges() {
    return log.stream().flatMap(entry -> entry.change().stream()).toList();
  }

  /** Returns where the last stream was opened; empty: none was. */
  public synchronized Optional<Restart> opened() {
    return opened;
  }

  synchronized SourcePosition position(int n, int ordinal) {
    return new SourcePosition(server, 1, (long) STEP * (n + 1), ordinal, "");
  }

  /** Returns the label of an entry, or that of the log's beginning. */
  synchronized Tso label(int n) {
    return n < 0 ? begin : log.get(n).label();
  }

  synchronized RowBatch batch(int n) {
    List<RowChange> rows = log.get(n).rows();
    long bytes = rows.stream().mapToLong(RowChange::bytes).sum();
    return new RowBatch(position(n, 0), label(n), label(n), 0, rows, bytes, true);
  }

  /** Returns how many streams are open. */
  public synchronized int openStreams() {
    return streams.size();
  }

  /** Returns a number that changes when the connections of streams break. */
  synchronized int connection() {
    return connection;
  }

  synchronized Entry entry(int n) {
    return log.get(n);
  }

  /** Returns how many entries a stream may read at once, from one on. */
  synchronized int ready(String of, int from) {
    answer();
    if (!of.equals(server)) {
      throw new CdcException(StandardErrorCode.SOURCE_UNAVAILABLE, of + " has gone");
    }
    return stalled ? 0 : Math.min(entriesPerPoll, log.size() - from);
  }

  synchronized Resolved before(int n) {
    SourcePosition at = position(n, 0);
    Tso ts = n == log.size() ? promised() : label(n - 1);
    Restart restart = held.filter(it -> it.position().isBefore(at)).orElse(new Restart(at, ts));
    return new Resolved(ts, at, restart);
  }

  /** Returns the last label, or the time where there is a clock: what follows is later. */
  private Tso promised() {
    promised =
        clock.map(it -> Tso.max(promised, Tso.of(it.instant()))).orElse(label(log.size() - 1));
    return promised;
  }

  /**
   * Waits for another entry, where there is a clock and none to be read from one on.
   *
   * @return whether there may be one
   */
  boolean await(String of, int from, Duration wait) {
    CountDownLatch next;
    synchronized (this) {
      if (wait.isZero() || clock.isEmpty() || ready(of, from) > 0) {
        return true;
      }
      next = news;
    }
    try {
      return next.await(wait.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Returns whether an idle stream has something new to promise. */
  synchronized boolean promisesMore(Tso than) {
    return !stalled && clock.isPresent() && promised().isAfter(than);
  }

  private void answer() {
    if (failure.isPresent()) {
      throw failure.get();
    }
  }

  @Override
  public synchronized Head now() {
    answer();
    return new Head(end(), promised());
  }

  @Override
  public synchronized SourcePosition locate(Tso ts) {
    answer();
    int n = 0;
    while (n < log.size() && label(n).compareTo(ts) <= 0) {
      n++;
    }
    if (n < purged || (clock.isPresent() && ts.compareTo(begin) < 0)) {
      throw new CdcException(StandardErrorCode.START_TS_BEFORE_GC, "the log begins after " + ts);
    }
    return position(n, 0);
  }

  @Override
  public synchronized SourcePosition oldest() {
    answer();
    return position(purged, 0);
  }

  @Override
  public Optional<Tso> oldestTs() {
    return Optional.of(START);
  }

  @Override
  public void retain(Tso ts, Duration ttl) {
    // Only a test purges the log.
  }

  @Override
  public synchronized List<TableSchema> tables() {
    answer();
    return tables.list();
  }

  @Override
  public List<Requirement> check() {
    return List.of();
  }

  @Override
  public synchronized ChangeStream open(Restart from, StreamOptions options) {
    answer();
    SourcePosition at = from.position();
    if (!at.server().equals(server) || end().isBefore(at)) {
      throw new CdcException(StandardErrorCode.SOURCE_CHANGED, "there is no position " + at);
    }
    int n = (int) (at.offset() / STEP) - 1;
    if (n < purged) {
      throw new CdcException(StandardErrorCode.SNAPSHOT_LOST_BY_GC, at + " was purged");
    }
    opened = Optional.of(from);
    ScriptedStream stream = new ScriptedStream(this, server, n, options);
    streams.add(stream);
    return stream;
  }

  synchronized void closed(ScriptedStream stream) {
    streams.remove(stream);
    wake();
  }

  /** Closes all streams; the log stays, and can be read on. */
  @Override
  public synchronized void close() {
    List.copyOf(streams).forEach(ScriptedStream::close);
  }
}
