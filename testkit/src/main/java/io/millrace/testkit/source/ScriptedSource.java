package io.millrace.testkit.source;

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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
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

  private final ScriptedTables tables = new ScriptedTables();
  private final ScriptedLog log;
  private boolean tellsDefinitions = true;

  /** Creates an upstream without tables and clock, whose log is empty. */
  public ScriptedSource(int entriesPerPoll) {
    log = new ScriptedLog(entriesPerPoll, Optional.empty(), START);
  }

  /**
   * Creates an upstream without tables, whose log is empty and whose labels are a clock's; its
   * history reaches back an hour.
   */
  public ScriptedSource(int entriesPerPoll, InstantSource clock) {
    Tso begin = Tso.of(clock.instant().minus(Duration.ofHours(1)));
    log = new ScriptedLog(entriesPerPoll, Optional.of(clock), begin);
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
    List<RowChange> rows = new ArrayList<>();
    changes.forEach(change -> rows.add(change.apply(tables)));
    return rows.isEmpty() ? log.end() : log.append(rows);
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
    log.append(
        DdlType.RENAME_TABLE, changes.get(0).name().schema(), "RENAME TABLE " + names, changes);
  }

  /** Drops a database and logs it. */
  public synchronized void dropSchema(String schema) {
    tables.dropSchema(schema);
    log.append(DdlType.DROP_SCHEMA, schema, "DROP DATABASE " + schema, List.of());
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
    log.append(type, table.name().schema(), query, List.of(table));
  }

  private TableChange change(Optional<TableName> before, Optional<TableName> after) {
    Optional<TableSchema> told =
        tellsDefinitions ? after.map(tables::definition) : Optional.empty();
    return new TableChange(before, after, told);
  }

  // ---- how it behaves

  /** Says whether schema changes logged from now on tell a table's definition; at first they do. */
  public synchronized void tellDefinitions(boolean tell) {
    tellsDefinitions = tell;
  }

  /** Has streams emit nothing, until told otherwise. */
  public void stall(boolean stall) {
    log.stall(stall);
  }

  /** Has all calls and all streams fail, until {@link #mend}. */
  public void fail(RuntimeException with) {
    log.fail(Optional.of(with));
  }

  /**
   * Breaks the connections of all streams: they reconnect by themselves, and begin the transaction
   * they are in again.
   */
  public void cutConnections() {
    log.cutConnections();
  }

  /** Has calls and new streams work again. */
  public void mend() {
    log.fail(Optional.empty());
  }

  /**
   * Keeps the restart of all promises at the present end of the log, as an open XA PREPARE does.
   */
  public void holdRestart() {
    log.holdRestart();
  }

  /**
   * Becomes another server, which has the same rows and no schema changes, all in the opposite
   * order: streams break off, and positions of before mean nothing any more.
   */
  public void becomeReorderedReplica() {
    log.reorder();
  }

  /** Drops the log before its present end. */
  public void purge() {
    log.purge();
  }

  // ---- reading the log

  /** Returns where the log ends; the next entry will stand there. */
  public SourcePosition end() {
    return log.end();
  }

  /** Returns the transactions of rows logged so far, as a stream would emit them. */
  public List<RowBatch> transactions() {
    return log.transactions();
  }

  /** Returns the rows that a table holds now, in the order in which their keys were inserted. */
  public synchronized List<Row> rows(TableName table) {
    return tables.rowsOf(table);
  }

  /** Returns the schema changes logged so far. */
  public List<SchemaChange> schemaChanges() {
    return log.schemaChanges();
  }

  /** Returns where the last stream was opened; empty: none was. */
  public Optional<Restart> opened() {
    return log.opened();
  }

  @Override
  public Head now() {
    return log.now();
  }

  @Override
  public SourcePosition locate(Tso ts) {
    return log.locate(ts);
  }

  @Override
  public SourcePosition oldest() {
    return log.oldest();
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
    log.answer();
    return tables.list();
  }

  @Override
  public List<Requirement> check() {
    return List.of();
  }

  @Override
  public ChangeStream open(Restart from, StreamOptions options) {
    return log.open(from, options);
  }

  /** Closes all streams; the log stays, and can be read on. */
  @Override
  public void close() {
    log.closeStreams();
  }
}
