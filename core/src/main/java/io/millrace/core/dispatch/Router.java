package io.millrace.core.dispatch;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.TableName;
import io.millrace.api.changefeed.DispatchRule;
import io.millrace.api.event.Column;
import io.millrace.api.event.SchemaChange;
import io.millrace.api.event.TableChange;
import io.millrace.api.event.TableSchema;
import io.millrace.core.filter.TableFilter;
import io.millrace.core.text.ByteBuilder;
import io.millrace.core.text.PlainText;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;

/**
 * The dispatch rules of a changefeed: the first whose matcher accepts a table decides; where none
 * does, rows go by the table's name to the default topic.
 *
 * <p><i>Threads:</i> one. <i>Source:</i> dispatcher specification, sections 6 to 9.
 */
public final class Router {
  private static final int MOST_TABLES = 4_096;

  private record Rule(TableFilter matcher, DispatchRule of, Dispatcher dispatcher, String topic) {}

  private final List<Rule> rules = new ArrayList<>();
  private final String defaultTopic;
  private final ByteBuilder part = new ByteBuilder(256);
  private final PlainText values;
  private final IdentityHashMap<TableSchema, Route> routes = new IdentityHashMap<>();

  /**
   * Creates a router; a dispatcher of unknown name counts as the default one.
   *
   * @param defaultTopic the topic of the sink URI
   * @param zone the zone in which TIMESTAMP values are rendered
   * @throws CdcException if a matcher or a topic expression does not parse
   */
  public Router(List<DispatchRule> rules, String defaultTopic, ZoneId zone) {
    for (DispatchRule each : rules) {
      this.rules.add(
          new Rule(
              TableFilter.parse(each.matcher(), true, TableFilter.Imports.REFUSED),
              each,
              Dispatcher.of(each.dispatcher()).orElse(Dispatcher.TABLE),
              TopicExpression.parse(each.topic().orElse("")).toString()));
    }
    this.defaultTopic = defaultTopic;
    this.values = new PlainText(zone);
  }

  /**
   * Checks rules as somebody has just written them.
   *
   * @throws CdcException if a matcher, a topic expression or a dispatcher's name is wrong
   */
  public static void check(List<DispatchRule> rules) {
    for (DispatchRule each : rules) {
      TableFilter.parse(each.matcher(), true, TableFilter.Imports.REFUSED);
      TopicExpression.parse(each.topic().orElse(""));
      Optional<Dispatcher> dispatcher = Dispatcher.of(each.dispatcher());
      if (dispatcher.isEmpty()) {
        throw invalid(
            "unknown dispatcher '"
                + each.dispatcher()
                + "', known are default, table, rowid, index-value, columns, ts");
      }
      if (dispatcher.get() == Dispatcher.COLUMNS && each.columns().isEmpty()) {
        throw invalid("the dispatcher columns needs the names of columns");
      }
    }
  }

  private static CdcException invalid(String reason) {
    return new CdcException(
        StandardErrorCode.SINK_INVALID_CONFIG, "sink config invalid: " + reason);
  }

  /**
   * Checks that each topic the rules name takes one table only, as its schemas are named after it.
   *
   * @throws CdcException {@link StandardErrorCode#KAFKA_TOPIC_EXPR_INVALID}
   */
  public static void checkForAvro(List<DispatchRule> rules) {
    for (DispatchRule each : rules) {
      TopicExpression topic = TopicExpression.parse(each.topic().orElse(""));
      if (!topic.toString().isEmpty() && !topic.namesTables()) {
        throw new CdcException(
            StandardErrorCode.KAFKA_TOPIC_EXPR_INVALID,
            "invalid topic expression: "
                + topic
                + ", with avro it must hold {schema} and then {table}");
      }
    }
  }

  /**
   * Returns where a table's rows go.
   *
   * @throws CdcException {@link StandardErrorCode#DISPATCHER_FAILED} if the rule names an index or
   *     a column that the table does not have
   */
  public Route route(TableSchema table) {
    Route route = routes.get(table);
    if (route == null) {
      if (routes.size() >= MOST_TABLES) {
        routes.clear();
      }
      route = newRoute(table);
      routes.put(table, route);
    }
    return route;
  }

  private Route newRoute(TableSchema table) {
    Optional<Rule> rule = rule(table.name());
    Dispatcher dispatcher = rule.map(Rule::dispatcher).orElse(Dispatcher.TABLE);
    List<Integer> columns =
        switch (dispatcher) {
          case TABLE, TS -> List.of();
          case INDEX_VALUE -> keyColumns(table, rule.flatMap(r -> r.of().index()));
          case COLUMNS -> listedColumns(table, rule.orElseThrow().of().columns());
        };
    return new Route(
        topic(rule, table.name()),
        dispatcher,
        HashedColumns.hash(table.name().schema(), table.name().table()),
        new HashedColumns(table, columns, values, part));
  }

  /** Returns the topic of tables that no rule gives another one. */
  public String defaultTopic() {
    return defaultTopic;
  }

  /** Returns a table's topic. */
  public String topic(TableName table) {
    return topic(rule(table), table);
  }

  private Optional<Rule> rule(TableName table) {
    return rules.stream().filter(r -> r.matcher().matches(table)).findFirst();
  }

  private String topic(Optional<Rule> rule, TableName table) {
    String expression = rule.map(Rule::topic).orElse("");
    return expression.isEmpty() ? defaultTopic : TopicExpression.parse(expression).topic(table);
  }

  private static List<Integer> keyColumns(TableSchema table, Optional<String> index) {
    if (index.isEmpty()) {
      return table.handleKey().map(TableSchema.Key::columns).orElse(List.of());
    }
    return table.keys().stream()
        .filter(key -> key.name().equalsIgnoreCase(index.get()))
        .map(TableSchema.Key::columns)
        .findFirst()
        .orElseThrow(
            () ->
                failed(
                    table,
                    "index not found: there is no unique index '"
                        + index.get()
                        + "' without prefixes and expressions"));
  }

  private static List<Integer> listedColumns(TableSchema table, List<String> names) {
    List<Integer> columns = new ArrayList<>();
    for (String name : names) {
      int column = find(table, name);
      if (column < 0) {
        throw failed(table, "columns not found: " + name);
      }
      if (table.columns().get(column).generated() == Column.Generated.VIRTUAL) {
        throw failed(table, "found virtual generated columns: " + name);
      }
      columns.add(column);
    }
    return columns;
  }

  private static int find(TableSchema table, String name) {
    for (int i = 0; i < table.columns().size(); i++) {
      if (table.columns().get(i).name().equalsIgnoreCase(name)) {
        return i;
      }
    }
    return -1;
  }

  private static CdcException failed(TableSchema table, String reason) {
    return new CdcException(
        StandardErrorCode.DISPATCHER_FAILED,
        "dispatcher failed for table " + table.name() + ": " + reason);
  }

  /** Returns the topic of a schema change: that of its first table's name before the change. */
  public String topic(SchemaChange change) {
    if (change.tables().isEmpty()) {
      return defaultTopic;
    }
    TableChange first = change.tables().get(0);
    return topic(first.before().orElseGet(first::name));
  }
}
