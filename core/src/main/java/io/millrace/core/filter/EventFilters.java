package io.millrace.core.filter;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Sets;
import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.TableName;
import io.millrace.api.changefeed.EventFilter;
import io.millrace.api.event.RowChange;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The events that a changefeed leaves out by their kind or text.
 *
 * <p><i>Threads:</i> immutable; any thread. <i>Source:</i> dispatch and filter specification, 3.
 */
final class EventFilters {
  private static final ImmutableMap<String, ImmutableSet<RowChange.Kind>> ROWS =
      ImmutableMap.of(
          "all dml", ImmutableSet.copyOf(RowChange.Kind.values()),
          "insert", ImmutableSet.of(RowChange.Kind.INSERT),
          "update", ImmutableSet.of(RowChange.Kind.UPDATE),
          "delete", ImmutableSet.of(RowChange.Kind.DELETE));

  /** TiDB's numbers of the types of schema changes, by their names. */
  private static final ImmutableMap<String, ImmutableSet<Integer>> TYPES =
      ImmutableMap.<String, ImmutableSet<Integer>>builder()
          .put("create database", ImmutableSet.of(1))
          .put("create schema", ImmutableSet.of(1))
          .put("drop database", ImmutableSet.of(2))
          .put("drop schema", ImmutableSet.of(2))
          .put("create table", ImmutableSet.of(3, 60))
          .put("drop table", ImmutableSet.of(4))
          .put("add column", ImmutableSet.of(5, 37))
          .put("drop column", ImmutableSet.of(6, 38))
          .put("create index", ImmutableSet.of(7))
          .put("drop index", ImmutableSet.of(8))
          .put("add foreign key", ImmutableSet.of(9))
          .put("drop foreign key", ImmutableSet.of(10))
          .put("truncate table", ImmutableSet.of(11))
          .put("modify column", ImmutableSet.of(12))
          .put("rebase auto id", ImmutableSet.of(13))
          .put("rename table", ImmutableSet.of(14, 47))
          .put("set default value", ImmutableSet.of(15))
          .put("modify table comment", ImmutableSet.of(17))
          .put("rename index", ImmutableSet.of(18))
          .put("add table partition", ImmutableSet.of(19))
          .put("drop table partition", ImmutableSet.of(20))
          .put("create view", ImmutableSet.of(21))
          .put("modify table charset and collate", ImmutableSet.of(22))
          .put("truncate table partition", ImmutableSet.of(23))
          .put("drop view", ImmutableSet.of(24))
          .put("recover table", ImmutableSet.of(25))
          .put("modify schema charset and collate", ImmutableSet.of(26))
          .put("add primary key", ImmutableSet.of(32))
          .put("drop primary key", ImmutableSet.of(33))
          .put("alter index visibility", ImmutableSet.of(41))
          .put("exchange table partition", ImmutableSet.of(42))
          .put("multi schema change", ImmutableSet.of(61))
          .put("reorganize table partition", ImmutableSet.of(64))
          .put("alter ttl info", ImmutableSet.of(65))
          .put("alter ttl remove", ImmutableSet.of(67))
          .put("alter table partitioning", ImmutableSet.of(71))
          .put("remove table partitioning", ImmutableSet.of(72))
          .buildOrThrow();

  /** The types that have a name; others are not judged. */
  private static final ImmutableSet<Integer> NAMED =
      TYPES.values().stream().flatMap(Set::stream).collect(ImmutableSet.toImmutableSet());

  private static final ImmutableMap<String, ImmutableSet<Integer>> GROUPS =
      ImmutableMap.of(
          "all ddl",
          NAMED,
          "alter table",
          ImmutableSet.of(
              5, 6, 7, 8, 12, 13, 14, 15, 17, 18, 19, 20, 22, 23, 32, 33, 37, 38, 41, 42, 47, 61,
              64, 65, 67, 71, 72));

  /** What can be left out of schema changes, by the words that say so. */
  private static final ImmutableMap<String, ImmutableSet<Integer>> CHANGES =
      ImmutableMap.<String, ImmutableSet<Integer>>builder()
          .putAll(TYPES)
          .putAll(GROUPS)
          .buildOrThrow();

  private final List<Rule> rules;

  private record Rule(
      TableFilter tables, Set<RowChange.Kind> rows, Set<Integer> types, List<Regex> texts) {
    boolean concerns(String schema, String table) {
      return table.isEmpty()
          ? tables.matchesSchema(schema)
          : tables.matches(new TableName(schema, table));
    }
  }

  private EventFilters(List<Rule> rules) {
    this.rules = List.copyOf(rules);
  }

  /**
   * Returns the filters that are asked for.
   *
   * @param imports whether matchers may come from files
   * @throws CdcException {@link StandardErrorCode#FILTER_RULE_INVALID}, {@link
   *     StandardErrorCode#INVALID_IGNORE_EVENT_TYPE}
   */
  static EventFilters of(List<EventFilter> filters, TableFilter.Imports imports) {
    List<Rule> rules = new ArrayList<>();
    for (EventFilter filter : filters) {
      if (filter.matcher().isEmpty()) {
        throw new CdcException(
            StandardErrorCode.FILTER_RULE_INVALID,
            "filter rule is invalid: an event filter without matcher concerns no table; *.* is all");
      }
      Set<RowChange.Kind> rows = new HashSet<>();
      Set<Integer> types = new HashSet<>();
      for (String name : filter.ignoreEvent()) {
        if (!ROWS.containsKey(name) && !CHANGES.containsKey(name)) {
          throw new CdcException(
              StandardErrorCode.INVALID_IGNORE_EVENT_TYPE,
              "invalid ignore event type: '%s', known are %s"
                  .formatted(name, Sets.union(ROWS.keySet(), CHANGES.keySet())));
        }
        rows.addAll(ROWS.getOrDefault(name, ImmutableSet.of()));
        types.addAll(CHANGES.getOrDefault(name, ImmutableSet.of()));
      }
      TableFilter tables = TableFilter.parse(filter.matcher(), true, imports);
      rules.add(new Rule(tables, Sets.immutableEnumSet(rows), types, texts(filter.ignoreSql())));
    }
    return new EventFilters(rules);
  }

  private static List<Regex> texts(List<String> expressions) {
    List<Regex> texts = new ArrayList<>();
    for (String expression : expressions) {
      try {
        texts.add(Regex.compile(expression, true));
      } catch (RegexSyntaxException e) {
        throw new CdcException(
            StandardErrorCode.FILTER_RULE_INVALID,
            "filter rule is invalid: ignore_sql '" + expression + "': " + e.getMessage(),
            e);
      }
    }
    return texts;
  }

  boolean isEmpty() {
    return rules.isEmpty();
  }

  /** Returns the kinds of row changes of a table that are left out. */
  Set<RowChange.Kind> rows(TableName table) {
    Set<RowChange.Kind> kinds = new HashSet<>();
    for (Rule rule : rules) {
      if (rule.concerns(table.schema(), table.table())) {
        kinds.addAll(rule.rows());
      }
    }
    return Sets.immutableEnumSet(kinds);
  }

  /**
   * Returns whether a schema change is left out.
   *
   * @param type TiDB's number of its type; one without a name is never left out
   * @param table by which it is judged; empty: the schema as a whole
   */
  boolean ignores(int type, String schema, String table, String query) {
    return NAMED.contains(type)
        && rules.stream()
            .filter(rule -> rule.concerns(schema, table))
            .anyMatch(
                rule ->
                    rule.types().contains(type)
                        || rule.texts().stream().anyMatch(text -> text.find(query)));
  }
}
