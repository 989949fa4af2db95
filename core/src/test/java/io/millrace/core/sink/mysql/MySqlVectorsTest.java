package io.millrace.core.sink.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.base.Ticker;
import io.millrace.api.CaptureId;
import io.millrace.api.CdcException;
import io.millrace.api.ChangefeedId;
import io.millrace.api.ConnectorUri;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.TableName;
import io.millrace.api.Tso;
import io.millrace.api.changefeed.SinkConfig;
import io.millrace.api.event.Column;
import io.millrace.api.event.ColumnType;
import io.millrace.api.event.DdlType;
import io.millrace.api.event.Row;
import io.millrace.api.event.RowChange;
import io.millrace.api.event.SourcePosition;
import io.millrace.api.event.TableSchema;
import io.millrace.api.sink.SinkProvider;
import io.millrace.api.sink.SinkRequest;
import io.millrace.core.codec.FakeChange;
import io.millrace.core.codec.FakeRow;
import io.millrace.core.codec.Vectors;
import io.millrace.core.connector.CertificateFiles;
import io.millrace.core.metrics.Meters;
import io.millrace.core.sink.mysql.ConflictKeys.Hashes;
import io.millrace.core.sink.mysql.TargetTable.Target;
import io.millrace.core.sink.mysql.TargetTable.Unique;
import io.millrace.core.worker.Threads;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The vectors of the MySQL sink. Statements have literals here where the vectors have arguments.
 */
final class MySqlVectorsTest {
  private static final List<String> FILES =
      List.of("sink-uri", "conflict-keys", "sql", "ddl-and-errors");
  private static final int LEFT_OUT = 21;
  private static final ServerKind MYSQL = new ServerKind(ServerKind.Flavor.MYSQL, 64L << 20);
  private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");

  @TestFactory
  Stream<DynamicTest> vectors() {
    return FILES.stream()
        .flatMap(file -> Vectors.tests("mysql-sink/" + file + ".json", this::check).stream());
  }

  @Test
  void everyCaseLeftOutExistsAndHasAReason() {
    Map<String, String> leftOut = Vectors.leftOut("mysql-sink");
    Set<String> all = new HashSet<>();
    for (String file : FILES) {
      Vectors.all("mysql-sink/" + file + ".json").forEach(c -> all.add(c.get("id").asText()));
    }
    assertThat(all).hasSize(108).containsAll(leftOut.keySet());
    assertThat(leftOut).hasSize(LEFT_OUT);
    assertThat(leftOut.values()).allMatch(reason -> !reason.isBlank());
  }

  private void check(JsonNode each) {
    switch (each.get("kind").asText()) {
      case "sink-uri" -> sinkUri(each);
      case "conflict-keys" -> conflictKeys(each);
      case "update-sql", "delete-sql" -> changeOfOne(each);
      case "where-columns" -> whereColumns(each);
      case "insert-prefix" -> insertPrefix(each);
      case "dml-batch" -> batch(each);
      case "switch-db" ->
          assertThat(
                  SchemaText.needsSchema(
                      DdlType.of(each.get("ddl_type").asInt()).orElseThrow(),
                      each.get("schema").asText()))
              .isEqualTo(each.get("expect").asBoolean());
      case "ddl-rewrite" ->
          assertThat(SchemaText.withoutVectors(each.get("query").asText()))
              .isEqualTo(each.get("expect").asText());
      case "ddl-error-ignorable" ->
          assertThat(ServerErrors.isDoneAlready(each.get("code").asInt()))
              .isEqualTo(each.get("expect").asBoolean());
      case "dml-error-retryable" ->
          assertThat(ServerErrors.isRetryable(each.get("code").asInt()))
              .isEqualTo(each.get("expect").asBoolean());
      default -> throw new AssertionError("unknown kind in " + each);
    }
  }

  private static SinkRequest request(String uri, String zone) {
    return new SinkRequest(
        ConnectorUri.parse(uri, StandardErrorCode.SINK_URI_INVALID),
        SinkConfig.DEFAULT,
        new ChangefeedId("c"),
        "incarnation",
        new CaptureId("capture"),
        Set.of(),
        1,
        Tso.ZERO,
        ZoneId.of(zone));
  }

  private static MySqlOptions options(String uri, String zone) {
    return MySqlOptions.of(request(uri, zone));
  }

  private static void sinkUri(JsonNode each) {
    String zone = each.path("server_timezone").asText("UTC");
    String uri = each.get("uri").asText();
    if (each.has("expect_error")) {
      SinkProvider provider =
          new MySqlSinkProvider(
              new CertificateFiles(Optional.empty()),
              new Threads(),
              new Meters(Ticker.systemTicker()));
      assertThatThrownBy(() -> provider.validate(request(uri, zone)))
          .isInstanceOf(CdcException.class);
      return;
    }
    MySqlOptions options = options(uri, zone);
    for (Map.Entry<String, JsonNode> next : each.get("expect").properties()) {
      assertThat(option(options, next.getKey()))
          .as(next.getKey())
          .isEqualTo(next.getValue().asText());
    }
  }

  private static String option(MySqlOptions options, String name) {
    return switch (name) {
      case "worker-count" -> "" + options.workers();
      case "max-txn-row" -> "" + options.maxTxnRows();
      case "max-multi-update-row" -> "" + options.maxMultiUpdateRows();
      case "max-multi-update-row-size" -> "" + options.maxMultiUpdateBytes();
      case "safe-mode" -> "" + options.safeMode();
      case "tidb-txn-mode" -> options.txnMode();
      case "read-timeout" -> minutes(options.readTimeout());
      case "write-timeout" -> minutes(options.writeTimeout());
      case "timeout" -> minutes(options.timeout());
      case "batch-dml-enable" -> "" + options.batchRows();
      case "multi-stmt-enable" -> "" + options.multiStatements();
      case "cache-prep-stmts" -> "" + options.cacheStatements();
      case "has-vector-type" -> "" + options.vectorType();
      case "time_zone" -> options.timeZone().isEmpty() ? "" : "\"" + options.timeZone() + "\"";
      default -> throw new AssertionError("unknown option " + name);
    };
  }

  private static String minutes(Duration value) {
    return value.toMinutes() + "m";
  }

  /** How many keys there are; which numbers stand for them is this sink's own affair. */
  private static void conflictKeys(JsonNode each) {
    Set<String> names = new LinkedHashSet<>();
    each.get("unique_indexes").forEach(index -> index.forEach(c -> names.add(c.asText())));
    List<Unique> keys = new ArrayList<>();
    for (JsonNode index : each.get("unique_indexes")) {
      List<String> columns = new ArrayList<>();
      index.forEach(c -> columns.add(c.asText()));
      keys.add(new Unique("k" + keys.size(), columns));
    }
    String collation = each.path("ci_collation").asBoolean() ? "utf8mb4_general_ci" : "utf8mb4_bin";
    TableSchema schema = schema("`s`.`t`", names, Map.of());
    boolean nullable = each.get("rows").toString().contains("\"a1\":null");
    TablePlan plan = new TablePlan(schema, target(schema, keys, collation, Set.of(), nullable));
    Hashes hashes = new Hashes();
    for (JsonNode row : each.get("rows")) {
      assertThat(plan.conflicts().addTo(hashes, change(schema, row))).isTrue();
    }
    Set<Long> distinct = new HashSet<>();
    if (plan.conflicts().isSerial() && !each.get("rows").isEmpty()) {
      distinct.add(plan.conflicts().tableHash());
    }
    for (long hash : hashes.toArray()) {
      distinct.add(hash);
    }
    JsonNode expected = each.has("expect_hash") ? each.get("expect_hash") : each.get("expect_hex");
    assertThat(distinct).hasSameSizeAs(expected);
  }

  private static RowChange change(TableSchema schema, JsonNode row) {
    Row before = image(schema, row.path("old"));
    Row after = image(schema, row.path("new"));
    if (before == null) {
      return FakeChange.insert(schema, Objects.requireNonNull(after));
    }
    return after == null
        ? FakeChange.delete(schema, before)
        : FakeChange.update(schema, before, after);
  }

  private static @Nullable Row image(TableSchema schema, JsonNode values) {
    if (!values.isObject()) {
      return null;
    }
    List<@Nullable Object> list = new ArrayList<>();
    for (Column column : schema.columns()) {
      JsonNode value = values.get(column.name());
      list.add(
          value.isObject()
              ? Vectors.value(column.type(), value)
              : value.isNull() ? null : value.asText());
    }
    return FakeRow.of(schema, list.toArray());
  }

  private static TableSchema schema(String table, Set<String> names, Map<String, JsonNode> values) {
    Matcher parts = QUOTED.matcher(table);
    List<String> name = parts.results().map(r -> r.group(1)).toList();
    List<Column> columns = new ArrayList<>();
    for (String each : names) {
      JsonNode value = values.get(each);
      boolean number = value != null && (value.has("int") || value.has("uint"));
      columns.add(
          Column.builder(each, number ? ColumnType.BIGINT : ColumnType.VARCHAR)
              .unsigned(value != null && value.has("uint"))
              .build());
    }
    return new TableSchema(new TableName(name.get(0), name.get(1)), columns, List.of());
  }

  private static TargetTable target(
      TableSchema schema,
      List<Unique> keys,
      String collation,
      Set<String> generated,
      boolean nullable) {
    List<Target> columns = new ArrayList<>();
    for (Column column : schema.columns()) {
      boolean text = column.type() == ColumnType.VARCHAR;
      columns.add(
          new Target(
              column.name(),
              text ? "varchar" : "bigint",
              text ? Optional.of(collation) : Optional.empty(),
              0,
              nullable,
              generated.contains(column.name())));
    }
    return new TargetTable(schema.name(), Optional.of("InnoDB"), columns, keys);
  }

  /** A table of columns that the vectors give with their flags, and its rows. */
  private static final class Flagged {
    final TablePlan plan;
    final TableSchema schema;

    Flagged(String table, JsonNode columns) {
      Set<String> names = new LinkedHashSet<>();
      Map<String, JsonNode> values = new HashMap<>();
      List<String> handle = new ArrayList<>();
      Set<String> generated = new HashSet<>();
      for (JsonNode column : columns) {
        String name = column.get("name").asText();
        names.add(name);
        values.put(name, column.get("value"));
        for (JsonNode flag : column.get("flags")) {
          if (flag.asText().equals("handle-key")) {
            handle.add(name);
          } else if (flag.asText().equals("generated")) {
            generated.add(name);
          }
        }
      }
      schema = schema(table, names, values);
      List<Unique> keys = handle.isEmpty() ? List.of() : List.of(new Unique("k", handle));
      plan = new TablePlan(schema, target(schema, keys, "utf8mb4_bin", generated, false));
    }

    Row row(JsonNode columns) {
      List<@Nullable Object> list = new ArrayList<>();
      int i = 0;
      for (JsonNode column : columns) {
        JsonNode value = column.get("value");
        list.add(Vectors.value(schema.columns().get(i++).type(), value));
      }
      return FakeRow.of(schema, list.toArray());
    }
  }

  private static void changeOfOne(JsonNode each) {
    Flagged table = new Flagged(each.get("table").asText(), each.get("old"));
    Script script = new Script();
    Statements statements = new Statements(script, MYSQL, 256, 1 << 20);
    Row old = table.row(each.get("old"));
    if (each.has("new")) {
      statements.update(table.plan, old, table.row(each.get("new")), Tso.ZERO, Tso.ZERO);
    } else {
      statements.deleteOne(table.plan, old, Tso.ZERO);
    }
    JsonNode expected = each.get("expect");
    assertThat(script.text(0, 1))
        .isEqualTo(filled(expected.get("sql").asText(), expected.get("args")));
  }

  private static void whereColumns(JsonNode each) {
    Flagged table = new Flagged("`test`.`t1`", each.get("columns"));
    Script script = new Script();
    new Statements(script, MYSQL, 256, 1 << 20)
        .deleteOne(table.plan, table.row(each.get("columns")), Tso.ZERO);
    String text = script.text(0, 1);
    List<String> found =
        QUOTED
            .matcher(text.substring(text.indexOf("WHERE")))
            .results()
            .map(r -> r.group(1))
            .toList();
    List<String> wanted = new ArrayList<>();
    each.get("expect").get("columns").forEach(c -> wanted.add(c.asText()));
    assertThat(found).isEqualTo(wanted);
  }

  private static void insertPrefix(JsonNode each) {
    Flagged table = new Flagged(each.get("table").asText(), each.get("columns"));
    Script script = new Script();
    new Statements(script, MYSQL, 256, 1 << 20)
        .insert(
            table.plan,
            each.get("mode").asText().equals("replace"),
            List.of(table.row(each.get("columns"))),
            Tso.ZERO,
            Tso.ZERO);
    JsonNode expected = each.get("expect");
    assertThat(script.text(0, 1))
        .startsWith(expected.get("sql").asText())
        .endsWith(
            filled("(?,?,?,?)".substring(0, expected.get("args").size() * 2), expected.get("args"))
                + ")");
  }

  private static void batch(JsonNode each) {
    List<Unit> units = new ArrayList<>();
    TablePlan plan = null;
    for (JsonNode row : each.get("rows")) {
      JsonNode image = row.has("new") ? row.get("new") : row.get("old");
      Set<String> names = new LinkedHashSet<>();
      Map<String, JsonNode> values = new HashMap<>();
      for (Map.Entry<String, JsonNode> field : image.properties()) {
        names.add(field.getKey());
        values.put(field.getKey(), field.getValue());
      }
      List<String> keys = new ArrayList<>();
      row.get("key_columns").forEach(c -> keys.add(c.asText()));
      if (plan == null) {
        String table = "`%s`.`%s`".formatted(row.get("schema").asText(), row.get("table").asText());
        TableSchema schema = schema(table, names, values);
        plan =
            new TablePlan(
                schema,
                target(
                    schema, List.of(new Unique("PRIMARY", keys)), "utf8mb4_bin", Set.of(), false));
      }
      Tso ts = Tso.parse(row.get("commit_ts").asText());
      boolean mayRepeat =
          row.has("replicating_ts") && ts.value() <= row.get("replicating_ts").asLong();
      units.add(
          new Unit(
              plan,
              new SourcePosition("s", 1, units.size(), 0, ""),
              ts,
              new RowNumbers(),
              List.of(change(plan.schema(), row)),
              mayRepeat));
    }
    String uri =
        "mysql://h/?batch-dml-enable="
            + each.get("batch_dml").asBoolean()
            + "&safe-mode="
            + each.get("safe_mode").asBoolean();
    Script script = new Composer(options(uri, "UTC")).compose(units, MYSQL, false);
    List<String> found = new ArrayList<>();
    for (int i = 0; i < script.parts().size(); i++) {
      found.add(script.text(i, i + 1));
    }
    List<String> wanted = new ArrayList<>();
    each.get("expect").forEach(e -> wanted.add(filled(e.get(0).asText(), e.get(1))));
    assertThat(found).isEqualTo(wanted);
  }

  /** Returns a statement with its arguments in place. */
  private static String filled(String sql, JsonNode arguments) {
    String text = sql;
    for (JsonNode argument : arguments) {
      String kind = argument.fieldNames().next();
      String value = argument.get(kind).asText();
      String literal = kind.equals("text") ? "'" + value + "'" : value;
      text = text.replaceFirst("\\?", Matcher.quoteReplacement(literal));
    }
    return text;
  }
}
