package io.millrace.core.source.datagen;

import io.millrace.api.ConnectorUri;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.TableName;
import io.millrace.api.event.Column;
import io.millrace.api.event.ColumnType;
import io.millrace.api.event.DdlType;
import io.millrace.api.event.TableSchema;
import io.millrace.core.connector.Params;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a {@code datagen:} URI asks for, and the shape of the log that follows from it.
 *
 * <p>The log is numbered from 0. With schema changes, every (n + 1)-th entry is one; all others are
 * transactions. A schema change adds a column to one of the account tables, the next one drops it
 * again.
 *
 * <p><i>Threads:</i> immutable.
 */
final class Workload {
  static final String SCHEMA = "bank";

  private static final int TEXT_LENGTH = 32;
  private static final int MAX_ACCOUNTS = 10_000_000;
  private static final Set<String> PARAMS =
      new TreeSet<>(
          Set.of(
              "seed",
              "tables",
              "accounts",
              "rate",
              "txn-rows",
              "row-bytes",
              "limit",
              "ddl-every",
              "start"));

  private final long seed;
  private final int tables;
  private final int accounts;
  private final int pairs;
  private final int rowBytes;
  private final long ddlEvery;
  private final long rate;
  private final long limit;
  private final OptionalLong start;
  private final List<TableSchema> plain;
  private final List<TableSchema> extended;
  private final TableSchema transfers;

  private Workload(ConnectorUri uri) {
    Params params = new Params(uri.params(), StandardErrorCode.SOURCE_URI_INVALID);
    for (String name : uri.params().keySet()) {
      if (!PARAMS.contains(name)) {
        throw params.bad("parameter", name, "one of " + String.join(", ", PARAMS));
      }
    }
    seed = params.number("seed", 1, Long.MIN_VALUE, Long.MAX_VALUE);
    tables = (int) params.number("tables", 4, 1, 1000);
    accounts = (int) params.number("accounts", 1000, 2, MAX_ACCOUNTS / tables);
    pairs = (int) ((params.number("txn-rows", 2, 1, 10_000_000) + 1) / 2);
    rowBytes = (int) params.number("row-bytes", 16, 0, 60_000);
    ddlEvery = params.number("ddl-every", 0, 0, Integer.MAX_VALUE);
    rate = params.number("rate", 100, 0, 1_000_000);
    limit = params.number("limit", Long.MAX_VALUE, 0, Long.MAX_VALUE);
    start =
        params.text("start").isEmpty()
            ? OptionalLong.empty()
            : OptionalLong.of(params.number("start", 0, 0, 1L << 42));
    plain = new ArrayList<>();
    extended = new ArrayList<>();
    for (int i = 0; i < tables; i++) {
      plain.add(accountTable(i, false));
      extended.add(accountTable(i, true));
    }
    transfers = transferTable();
  }

  /**
   * Returns the workload of a URI.
   *
   * @throws io.millrace.api.CdcException {@link StandardErrorCode#SOURCE_URI_INVALID} naming the
   *     parameter
   */
  static Workload of(ConnectorUri uri) {
    return new Workload(uri);
  }

  /** Returns a name that two workloads share only if their logs have the same entries. */
  String identity() {
    long hash = Mix.of(seed, tables, accounts);
    hash = Mix.of(hash, pairs, rowBytes);
    hash = Mix.of(hash, ddlEvery, start.orElse(-1));
    return "datagen-" + Long.toHexString(hash);
  }

  long seed() {
    return seed;
  }

  int tableCount() {
    return tables;
  }

  /** Returns how many accounts each table has. */
  int accounts() {
    return accounts;
  }

  /** Returns how many payments a transaction holds. */
  int pairs() {
    return pairs;
  }

  /** Returns the length of the texts that only fill a row. */
  int rowBytes() {
    return rowBytes;
  }

  /** Returns how many entries a second the log gets; 0: as many as are read. */
  long rate() {
    return rate;
  }

  /** Returns how many entries the log ever has. */
  long limit() {
    return limit;
  }

  /** Returns when the log begins, in milliseconds since 1970, where the URI says so. */
  OptionalLong start() {
    return start;
  }

  /** Returns whether an entry of the log is a schema change. */
  boolean isSchemaChange(long entry) {
    return ddlEvery > 0 && entry % (ddlEvery + 1) == ddlEvery;
  }

  /** Returns the number, among transactions, of the first transaction from an entry on. */
  long transaction(long entry) {
    return entry - schemaChangesBefore(entry);
  }

  private long schemaChangesBefore(long entry) {
    return ddlEvery > 0 ? entry / (ddlEvery + 1) : 0;
  }

  /** Returns the account table that has the additional column before an entry, or -1. */
  int extendedTable(long entry) {
    long changes = schemaChangesBefore(entry);
    return changes % 2 == 1 ? (int) ((changes - 1) / 2 % tables) : -1;
  }

  /** Returns the account table that the schema change at an entry alters. */
  int alteredTable(long entry) {
    return (int) (schemaChangesBefore(entry) / 2 % tables);
  }

  /** Returns what the schema change at an entry does. */
  DdlType alteration(long entry) {
    return schemaChangesBefore(entry) % 2 == 0 ? DdlType.ADD_COLUMN : DdlType.DROP_COLUMN;
  }

  /** Returns the statement of the schema change at an entry. */
  String statement(long entry) {
    return "ALTER TABLE `%s`.`%s` %s"
        .formatted(
            SCHEMA,
            plain.get(alteredTable(entry)).name().table(),
            alteration(entry) == DdlType.ADD_COLUMN
                ? "ADD COLUMN `level` BIGINT NOT NULL DEFAULT 7"
                : "DROP COLUMN `level`");
  }

  /** Returns the definition of an account table; the number {@link #tableCount} means transfers. */
  TableSchema table(int number, int extendedTable) {
    if (number == tables) {
      return transfers;
    }
    return (number == extendedTable ? extended : plain).get(number);
  }

  /** Returns all tables as they are before an entry, by name. */
  List<TableSchema> tables(long entry) {
    int extendedTable = extendedTable(entry);
    List<TableSchema> all = new ArrayList<>();
    for (int i = 0; i <= tables; i++) {
      all.add(table(i, extendedTable));
    }
    all.sort((a, b) -> a.name().compareTo(b.name()));
    return List.copyOf(all);
  }

  private TableSchema accountTable(int number, boolean extendedByLevel) {
    List<Column> columns = new ArrayList<>();
    columns.add(integer("id", ColumnType.BIGINT));
    columns.add(text("owner", TEXT_LENGTH));
    columns.add(integer("balance", ColumnType.BIGINT));
    columns.add(text("note", Math.max(1, rowBytes)));
    if (extendedByLevel) {
      columns.add(
          integer("level", ColumnType.BIGINT).toBuilder()
              .defaultValue(Integer.toString(Bank.LEVEL))
              .build());
    }
    return keyed("accounts_" + (number + 1), columns);
  }

  private TableSchema transferTable() {
    return keyed(
        "transfers",
        List.of(
            integer("id", ColumnType.BIGINT),
            integer("from_table", ColumnType.INT),
            integer("from_account", ColumnType.BIGINT),
            integer("to_table", ColumnType.INT),
            integer("to_account", ColumnType.BIGINT),
            integer("amount", ColumnType.BIGINT),
            text("note", Math.max(1, rowBytes))));
  }

  private static TableSchema keyed(String name, List<Column> columns) {
    return new TableSchema(
        new TableName(SCHEMA, name), columns, List.of(TableSchema.Key.primary(List.of(0))));
  }

  private static Column integer(String name, ColumnType type) {
    return Column.builder(name, type).nullable(false).build();
  }

  private static Column text(String name, int length) {
    return Column.builder(name, ColumnType.VARCHAR)
        .nullable(false)
        .charset("utf8mb4")
        .length(length)
        .build();
  }
}
