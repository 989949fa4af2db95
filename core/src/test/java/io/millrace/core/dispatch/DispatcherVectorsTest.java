package io.millrace.core.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.TableName;
import io.millrace.api.Tso;
import io.millrace.api.changefeed.DispatchRule;
import io.millrace.api.event.Column;
import io.millrace.api.event.ColumnType;
import io.millrace.api.event.DdlType;
import io.millrace.api.event.SchemaChange;
import io.millrace.api.event.SourcePosition;
import io.millrace.api.event.TableChange;
import io.millrace.api.event.TableSchema;
import io.millrace.core.codec.FakeChange;
import io.millrace.core.codec.FakeRow;
import io.millrace.core.codec.Vectors;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Dispatchers, rules and topics against what TiCDC does. */
final class DispatcherVectorsTest {
  @TestFactory
  List<DynamicTest> partitions() {
    return Vectors.tests(
        "dispatcher/partition.json",
        each -> {
          if (each.get("kind").asText().equals("hash")) {
            assertThat(Integer.toUnsignedLong(hash(each))).isEqualTo(each.get("expect").asLong());
          } else {
            checkPartition(each, List.of(rule(each, List.of("*.*"))));
          }
        });
  }

  private static int hash(JsonNode each) {
    int hash = 0;
    for (JsonNode write : each.get("writes")) {
      hash ^= HashedColumns.hash(texts(write).toArray(String[]::new));
    }
    return hash;
  }

  private static void checkPartition(JsonNode each, List<DispatchRule> rules) {
    Router router = router(each, rules);
    TableSchema table = table(each.get("row"));
    if (each.has("expect_error")) {
      assertThatThrownBy(() -> router.route(table))
          .isInstanceOfSatisfying(
              CdcException.class,
              e -> assertThat(e.code()).isEqualTo(StandardErrorCode.DISPATCHER_FAILED))
          .hasMessageContaining(each.get("expect_error").asText());
      return;
    }
    int partition =
        router
            .route(table)
            .partition(
                change(table, each.get("row")),
                Tso.parse(each.at("/row/commit_ts").asText()),
                each.get("partitions").asInt());
    assertThat(partition).isEqualTo(each.get("expect").asInt());
  }

  private static Router router(JsonNode each, List<DispatchRule> rules) {
    return new Router(rules, each.path("default_topic").asText(""), ZoneOffset.UTC);
  }

  private static DispatchRule rule(JsonNode each, List<String> matcher) {
    return new DispatchRule(
        matcher,
        each.path("dispatcher").asText(),
        Optional.ofNullable(each.get("index")).map(JsonNode::asText),
        each.has("columns") ? texts(each.get("columns")) : List.of(),
        Optional.ofNullable(each.get("topic")).map(JsonNode::asText));
  }

  private static List<DispatchRule> rules(JsonNode each) {
    return StreamSupport.stream(each.get("rules").spliterator(), false)
        .map(rule -> rule(rule, texts(rule.get("matcher"))))
        .toList();
  }

  private static List<String> texts(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asText).toList();
  }

  private static TableSchema table(JsonNode row) {
    List<Column> columns = new ArrayList<>();
    List<Integer> handle = new ArrayList<>();
    for (JsonNode each : row.has("after") ? row.get("after") : row.path("before")) {
      boolean key = each.path("handle_key").asBoolean();
      if (key) {
        handle.add(columns.size());
      }
      JsonNode value = each.get("value");
      String kind = value.isNull() ? "int" : value.fieldNames().next();
      ColumnType type =
          switch (kind) {
            case "int", "uint" -> ColumnType.BIGINT;
            case "float64" -> ColumnType.DOUBLE;
            case "str" -> ColumnType.JSON;
            case "text" -> ColumnType.VARCHAR;
            default -> throw new AssertionError(kind);
          };
      columns.add(
          Column.builder(each.get("name").asText(), type)
              .unsigned(kind.equals("uint"))
              .nullable(!key)
              .build());
    }
    row.path("virtual_columns")
        .forEach(
            name ->
                columns.add(
                    Column.builder(name.asText(), ColumnType.INT)
                        .generated(Column.Generated.VIRTUAL)
                        .build()));
    List<TableSchema.Key> keys = new ArrayList<>();
    if (!handle.isEmpty()) {
      keys.add(TableSchema.Key.primary(handle));
    }
    for (Map.Entry<String, JsonNode> index : row.path("indexes").properties()) {
      List<String> names = texts(index.getValue());
      keys.add(
          new TableSchema.Key(
              index.getKey(),
              names.stream()
                  .map(n -> columns.stream().map(Column::name).toList().indexOf(n))
                  .toList(),
              false));
    }
    return new TableSchema(
        new TableName(row.get("schema").asText(), row.get("table").asText()), columns, keys);
  }

  private static FakeChange change(TableSchema table, JsonNode row) {
    if (!row.has("after") && !row.has("before")) {
      return FakeChange.insert(table, FakeRow.of(table));
    }
    return new FakeChange(
        table, image(table, row, "before").map(r -> r), image(table, row, "after").map(r -> r));
  }

  private static Optional<FakeRow> image(TableSchema table, JsonNode row, String member) {
    if (!row.has(member)) {
      return Optional.empty();
    }
    List<@Nullable Object> values = new ArrayList<>();
    for (JsonNode each : row.get(member)) {
      values.add(Vectors.value(table.columns().get(values.size()).type(), each.get("value")));
    }
    return Optional.of(FakeRow.of(table, values.toArray()));
  }

  @TestFactory
  List<DynamicTest> routing() {
    return Vectors.tests("dispatcher/routing.json", DispatcherVectorsTest::checkRouting);
  }

  private static void checkRouting(JsonNode each) {
    Router router = router(each, rules(each));
    switch (each.get("kind").asText()) {
      case "route" -> {
        Route route = router.route(bare(each.get("schema").asText(), each.get("table").asText()));
        JsonNode expect = each.get("expect");
        if (expect.has("topic")) {
          assertThat(route.topic()).isEqualTo(expect.get("topic").asText());
        }
        if (expect.has("dispatcher")) {
          assertThat(route.dispatcher())
              .isEqualTo(Dispatcher.of(expect.get("dispatcher").asText()).orElseThrow());
        }
      }
      case "route-partition" -> checkPartition(each, rules(each));
      case "active-topics" -> {
        List<String> topics = new ArrayList<>();
        for (JsonNode table : each.get("tables")) {
          topics.add(router.route(bare(table.get(0).asText(), table.get(1).asText())).topic());
        }
        assertThat(new TreeSet<>(topics)).isEqualTo(new TreeSet<>(texts(each.get("expect"))));
      }
      case "ddl-topic" -> {
        assertThat(router.topic(schemaChange(each))).isEqualTo(each.get("expect").asText());
      }
      default -> throw new AssertionError(each.get("kind"));
    }
  }

  private static TableSchema bare(String schema, String table) {
    return new TableSchema(new TableName(schema, table), List.of(), List.of());
  }

  private static SchemaChange schemaChange(JsonNode each) {
    String schema = each.get("schema").asText();
    TableName table = new TableName(schema, each.get("table").asText());
    TableChange change =
        each.has("pre")
            ? TableChange.renamed(
                new TableName(each.at("/pre/0").asText(), each.at("/pre/1").asText()), table)
            : TableChange.altered(table);
    return new SchemaChange(
        new SourcePosition("s", 1, 4, 0, ""),
        new Tso(1),
        new Tso(1),
        DdlType.of(each.get("ddl_type").asInt()).orElseThrow(),
        schema,
        "",
        table.table().isEmpty() ? List.of() : List.of(change));
  }

  @TestFactory
  List<DynamicTest> topics() {
    return Vectors.tests("dispatcher/topic-expression.json", DispatcherVectorsTest::checkTopic);
  }

  private static void checkTopic(JsonNode each) {
    String text = each.get("expression").asText();
    switch (each.get("kind").asText()) {
      case "topic-expression" -> {
        if (each.has("expect_error")) {
          assertThatThrownBy(() -> TopicExpression.parse(text))
              .isInstanceOf(CdcException.class)
              .hasMessageContaining(each.get("expect_error").asText());
        } else {
          TableName table = new TableName(each.get("schema").asText(), each.get("table").asText());
          assertThat(TopicExpression.parse(text).topic(table))
              .isEqualTo(each.get("expect").asText());
        }
      }
      case "topic-expression-avro" ->
          assertThat(isValidForAvro(text)).isEqualTo(each.get("expect").asText().equals("ok"));
      case "topic-fixed" -> assertThat(isFixed(text)).isEqualTo(each.get("expect").asBoolean());
      default -> throw new AssertionError(each.get("kind"));
    }
  }

  private static boolean isValidForAvro(String text) {
    try {
      Router.checkForAvro(
          List.of(
              new DispatchRule(
                  List.of("*.*"), "ts", Optional.empty(), List.of(), Optional.of(text))));
      return true;
    } catch (CdcException e) {
      assertThat(e.code()).isEqualTo(StandardErrorCode.KAFKA_TOPIC_EXPR_INVALID);
      return false;
    }
  }

  private static boolean isFixed(String text) {
    try {
      return !text.isEmpty() && TopicExpression.parse(text).isFixed();
    } catch (CdcException e) {
      return false;
    }
  }

  @Test
  void everyOtherCaseIsLeftOutForAReason() {
    Map<String, String> leftOut = Vectors.leftOut("dispatcher");
    List<String> all = new ArrayList<>();
    List<String> other = new ArrayList<>();
    for (String file : List.of("partition", "routing", "topic-expression")) {
      for (JsonNode each : Vectors.all("dispatcher/" + file + ".json")) {
        String id = each.get("id").asText();
        all.add(id);
        if (each.path("applies_to").asText().equals("v5.2")
            || each.toString().toLowerCase(Locale.ROOT).contains("pulsar")) {
          other.add(id);
        }
      }
    }
    assertThat(all).hasSize(213).doesNotHaveDuplicates();
    assertThat(leftOut.keySet()).containsExactlyInAnyOrderElementsOf(other).hasSize(30);
    assertThat(leftOut.values()).allMatch(reason -> !reason.isBlank());
  }

  @Test
  void rulesAreCheckedWhenTheyAreWritten() {
    assertRefused(new DispatchRule(List.of("*.*"), "foo"), StandardErrorCode.SINK_INVALID_CONFIG);
    assertRefused(
        new DispatchRule(List.of("*.*"), "Columns"), StandardErrorCode.SINK_INVALID_CONFIG);
    assertRefused(new DispatchRule(List.of("a.b.c"), "ts"), StandardErrorCode.FILTER_RULE_INVALID);
    assertRefused(
        new DispatchRule(
            List.of("*.*"), "TS", Optional.empty(), List.of(), Optional.of("{table}{schema}")),
        StandardErrorCode.KAFKA_TOPIC_EXPR_INVALID);
    Router.check(List.of(new DispatchRule(List.of("a.*", "!a.b"), "RowID")));
  }

  private static void assertRefused(DispatchRule rule, StandardErrorCode code) {
    assertThatThrownBy(() -> Router.check(List.of(rule)))
        .isInstanceOfSatisfying(CdcException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @Test
  void aColumnTheLogDoesNotHaveIsNamed() {
    TableSchema table =
        new TableSchema(
            new TableName("s", "t"),
            List.of(Column.builder("id", ColumnType.INT).nullable(false).build()),
            List.of(TableSchema.Key.primary(List.of(0))));
    Route route =
        new Router(List.of(new DispatchRule(List.of("*.*"), "rowid")), "x", ZoneOffset.UTC)
            .route(table);
    FakeChange row = FakeChange.insert(table, FakeRow.of(table, FakeRow.ABSENT));
    assertThatThrownBy(() -> route.partition(row, new Tso(1), 3))
        .isInstanceOf(CdcException.class)
        .hasMessageContaining("column 'id' of table s.t");
  }
}
