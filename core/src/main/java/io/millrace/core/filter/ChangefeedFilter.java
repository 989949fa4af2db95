package io.millrace.core.filter;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.TableName;
import io.millrace.api.Tso;
import io.millrace.api.changefeed.ChangefeedSpec;
import io.millrace.api.event.DdlType;
import io.millrace.api.event.RowChange;
import io.millrace.api.event.SchemaChange;
import io.millrace.api.event.TableChange;
import io.millrace.api.event.TableSchema;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What one changefeed takes of its upstream's tables, rows and schema changes: a pure function of
 * its specification, the same on every capture.
 *
 * <p><i>Threads:</i> immutable; any thread. <i>Source:</i> TiCDC's filter as of 2026-08.
 */
public final class ChangefeedFilter {
  /** What is to be done with a schema change. */
  public enum Decision {
    /** It does not concern the changefeed: rows and tables go on as before. */
    IRRELEVANT,
    /** The changefeed's tables are brought up to date; the sink is not called. */
    TRACKED,
    /** The changefeed's tables are brought up to date and the sink applies it. */
    APPLIED
  }

  private static final ImmutableList<String> EVERYTHING = ImmutableList.of("*.*");
  private static final ImmutableSet<String> SYSTEM_SCHEMAS =
      ImmutableSet.of(
          "mysql",
          "information_schema",
          "performance_schema",
          "sys",
          "metrics_schema",
          "inspection_schema",
          "dm_heartbeat",
          "tidb_cdc",
          "millrace",
          "lightning_task_info",
          "workload_schema");
  private static final ImmutableSet<Integer> APPLIED_TYPES =
      ImmutableSet.of(
          1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26,
          32, 33, 37, 38, 41, 42, 47, 60, 61, 64, 65, 67, 71, 72);

  /** What databases need in order to stay alike, and messages have no form for. */
  private static final ImmutableSet<DdlType> DATABASES_ONLY =
      ImmutableSet.of(
          DdlType.OTHER,
          DdlType.ADD_CHECK_CONSTRAINT,
          DdlType.DROP_CHECK_CONSTRAINT,
          DdlType.ALTER_CHECK_CONSTRAINT);

  /** Statements that do the same to each of several tables, and can be told of some of them. */
  private static final ImmutableSet<DdlType> BY_TABLE =
      ImmutableSet.of(
          DdlType.DROP_TABLE, DdlType.DROP_VIEW, DdlType.RENAME_TABLE, DdlType.RENAME_TABLES);

  private final TableFilter rules;
  private final EventFilters events;
  private final Set<Tso> ignoredTs;
  private final boolean forceReplicate;

  private ChangefeedFilter(
      TableFilter rules, EventFilters events, Set<Tso> ignoredTs, boolean forceReplicate) {
    this.rules = rules;
    this.events = events;
    this.ignoredTs = ignoredTs;
    this.forceReplicate = forceReplicate;
  }

  /**
   * Returns the filter of a specification. Letter case matters in its rules; without rules all
   * tables but those of system schemas are accepted.
   *
   * @param imports whether rules may come from files; not where the specification came over the
   *     network
   * @throws CdcException {@link StandardErrorCode#FILTER_RULE_INVALID}, {@link
   *     StandardErrorCode#INVALID_IGNORE_EVENT_TYPE}
   */
  public static ChangefeedFilter of(ChangefeedSpec spec, TableFilter.Imports imports) {
    List<String> rules = spec.filterRules().isEmpty() ? EVERYTHING : spec.filterRules();
    return new ChangefeedFilter(
        TableFilter.parse(rules, true, imports),
        EventFilters.of(spec.eventFilters(), imports),
        ImmutableSet.copyOf(spec.ignoreTxnStartTs()),
        spec.forceReplicate());
  }

  /** Returns whether a schema belongs to the server itself, whatever the case of its letters. */
  public static boolean isSystemSchema(String schema) {
    return SYSTEM_SCHEMAS.contains(schema.toLowerCase(Locale.ROOT));
  }

  /** Returns whether a table passes: it is of no system schema and the rules accept it. */
  public boolean matches(TableName table) {
    return !isSystemSchema(table.schema()) && rules.matches(table);
  }

  /** Returns whether a schema as a whole passes. */
  public boolean matchesSchema(String schema) {
    return !isSystemSchema(schema) && rules.matchesSchema(schema);
  }

  /** Returns whether a table that passes can be replicated: it has a key, or is forced. */
  public boolean isEligible(TableSchema table) {
    return forceReplicate || table.eligible();
  }

  /** Returns whether a table passes and can be replicated. */
  public boolean accepts(TableSchema table) {
    return matches(table.name()) && isEligible(table);
  }

  /** Returns the tables that pass but cannot be replicated, in the order given; may be empty. */
  public List<TableName> ineligible(Collection<TableSchema> tables) {
    return tables.stream()
        .filter(table -> matches(table.name()) && !isEligible(table))
        .map(TableSchema::name)
        .toList();
  }

  /**
   * Returns whether a transaction is left out as a whole.
   *
   * @param startTs when it began; a MySQL upstream has no such ts, its commit ts is compared
   */
  public boolean isIgnored(Tso startTs) {
    return ignoredTs.contains(startTs);
  }

  /** Returns the kinds of row changes of a table that are left out. */
  public Set<RowChange.Kind> ignoredRows(TableName table) {
    return events.rows(table);
  }

  /**
   * Returns what is to be done with a schema change.
   *
   * @throws CdcException {@link StandardErrorCode#SYNC_RENAME_TABLE_FAILED} where a table gets a
   *     name that passes from one that does not: the rows it already has were never replicated;
   *     {@link StandardErrorCode#TABLE_INELIGIBLE} where it exchanges a partition with such a one
   */
  public Decision decide(SchemaChange change) {
    if (isIgnored(change.startTs())) {
      return Decision.IRRELEVANT;
    }
    if (change.type() == DdlType.ADOPT_TABLE) {
      return change.tables().stream().anyMatch(this::isAdopted)
          ? Decision.TRACKED
          : Decision.IRRELEVANT;
    }
    if (!isApplied(change.type().code()) && !DATABASES_ONLY.contains(change.type())) {
      return Decision.IRRELEVANT;
    }
    boolean ofSchema = isOfSchema(change.type().code()) || isUnknown(change);
    if (ofSchema ? !matchesSchema(change.schema()) : concerned(change).isEmpty()) {
      return Decision.IRRELEVANT;
    }
    boolean ignored =
        ofSchema
            ? events.ignores(change.type().code(), change.schema(), "", change.query())
            : applied(change).isEmpty();
    return ignored ? Decision.TRACKED : Decision.APPLIED;
  }

  /**
   * Returns the parts of a schema change that are to be repeated downstream: those that concern the
   * changefeed and are not left out by an event filter. A table that is renamed counts by its old
   * name.
   *
   * @throws CdcException as {@link #decide}; {@link StandardErrorCode#TABLE_INELIGIBLE} where a
   *     renamed table's old name is unknown
   */
  public List<TableChange> applied(SchemaChange change) {
    List<TableChange> concerned = concerned(change);
    if (events.isEmpty()) {
      return concerned;
    }
    List<TableChange> kept = concerned.stream().filter(table -> !ignores(change, table)).toList();
    return kept.size() == concerned.size() || isSeparable(change) ? kept : List.of();
  }

  /** Returns whether a statement can be told of some of its tables: none takes another's name. */
  private static boolean isSeparable(SchemaChange change) {
    Set<TableName> names = new HashSet<>();
    change.tables().forEach(table -> table.before().ifPresent(names::add));
    return BY_TABLE.contains(change.type())
        && change.tables().stream()
            .noneMatch(table -> isRenamed(table) && names.contains(table.name()));
  }

  private boolean ignores(SchemaChange change, TableChange table) {
    boolean rename =
        change.type() == DdlType.RENAME_TABLE || change.type() == DdlType.RENAME_TABLES;
    if (rename && table.before().isEmpty()) {
      throw new CdcException(
          StandardErrorCode.TABLE_INELIGIBLE,
          "the old name of the table '%s' is unknown, so no event filter can judge: [%s]"
              .formatted(table.name(), change.query()));
    }
    TableName judged = rename ? table.before().orElseThrow() : table.name();
    return events.ignores(change.type().code(), judged.schema(), judged.table(), change.query());
  }

  /**
   * Returns the parts of a schema change that concern this changefeed, in its order. One statement
   * may drop or rename tables inside and outside the rules; only these are to be followed and
   * repeated downstream. A table that is renamed in several steps counts by its first and its last
   * name.
   *
   * @throws CdcException as {@link #decide}
   */
  public List<TableChange> concerned(SchemaChange change) {
    Map<TableName, TableName> origins = new LinkedHashMap<>();
    List<TableChange> parts = new ArrayList<>();
    for (TableChange table : change.tables()) {
      TableName origin = table.name();
      if (isRenamed(table)) {
        TableName before = table.before().orElseThrow();
        TableName earlier = origins.remove(before);
        origin = earlier == null ? before : earlier;
        origins.put(table.name(), origin);
      }
      if (matches(origin)) {
        parts.add(table);
      }
    }
    origins.forEach((name, origin) -> checkRename(origin, name, change));
    if (change.type() == DdlType.EXCHANGE_TABLE_PARTITION
        && !parts.isEmpty()
        && parts.size() < change.tables().size()) {
      throw halfExchanged(change);
    }
    return parts;
  }

  private static boolean isRenamed(TableChange table) {
    return table.before().isPresent()
        && table.after().isPresent()
        && !table.before().equals(table.after());
  }

  private void checkRename(TableName from, TableName to, SchemaChange change) {
    if (matches(to) && !matches(from)) {
      throw new CdcException(
          StandardErrorCode.SYNC_RENAME_TABLE_FAILED,
          ("table '%s' is renamed to '%s', which the filter rules accept although they reject its"
                  + " old name, ddl query: [%s]; to replicate the table, add its old name to"
                  + " filter_rules")
              .formatted(from, to, change.query()));
    }
  }

  private static CdcException halfExchanged(SchemaChange change) {
    return new CdcException(
        StandardErrorCode.TABLE_INELIGIBLE,
        ("a partition is exchanged between %s, of which the filter rules accept but one: rows come"
                + " that were never replicated, ddl query: [%s]; add both to filter_rules, or add"
                + " the ts %s to ignore_txn_start_ts and copy the table again")
            .formatted(
                change.tables().stream().map(table -> table.name().toString()).toList(),
                change.query(),
                change.startTs()));
  }

  private boolean isAdopted(TableChange table) {
    return matches(table.name()) && table.schema().map(this::isEligible).orElse(true);
  }

  /** Returns whether a change is a statement that was not understood, so its tables are unknown. */
  public static boolean isUnknown(SchemaChange change) {
    return change.type() == DdlType.OTHER && change.tables().isEmpty();
  }

  /** Returns whether changes with TiDB's number of a type are told in messages at all. */
  public static boolean isApplied(int ddlCode) {
    return APPLIED_TYPES.contains(ddlCode);
  }

  /** Returns whether a type, by TiDB's number, concerns a schema as a whole. */
  static boolean isOfSchema(int ddlCode) {
    return ddlCode == DdlType.CREATE_SCHEMA.code()
        || ddlCode == DdlType.DROP_SCHEMA.code()
        || ddlCode == DdlType.MODIFY_SCHEMA_CHARSET_AND_COLLATE.code();
  }
}
