package io.millrace.core.codec.csv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.TableName;
import io.millrace.api.Tso;
import io.millrace.api.codec.EventEncoder;
import io.millrace.api.event.Column;
import io.millrace.api.event.ColumnType;
import io.millrace.api.event.TableSchema;
import io.millrace.core.codec.Encoded;
import io.millrace.core.codec.FakeChange;
import io.millrace.core.codec.FakeRow;
import io.millrace.core.codec.Vectors;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** CSV against what TiCDC writes. */
final class CsvVectorsTest {
  private static final CsvEncoderProvider PROVIDER = new CsvEncoderProvider();

  @TestFactory
  List<DynamicTest> cases() {
    return Vectors.tests(
        "codec/csv.json",
        each -> {
          switch (each.get("kind").asText()) {
            case "csv-line" -> checkLine(each);
            case "csv-quote", "csv-escape" -> checkText(each);
            case "csv-header" -> checkHeader(each);
            case "csv-value" -> checkValue(each);
            default -> throw new AssertionError(each.get("kind"));
          }
        });
  }

  private static Map<String, String> params(JsonNode each) {
    Map<String, String> params = new HashMap<>();
    each.path("config")
        .properties()
        .forEach(e -> params.put("csv." + e.getKey(), e.getValue().asText()));
    return params;
  }

  private static void checkLine(JsonNode each) {
    List<Column> columns = new ArrayList<>();
    for (JsonNode value : each.get("columns")) {
      ColumnType type = value.isNumber() ? ColumnType.DOUBLE : ColumnType.VARCHAR;
      columns.add(Column.builder("c" + columns.size(), type).build());
    }
    TableSchema table =
        new TableSchema(
            new TableName(each.get("schema").asText(), each.get("table").asText()),
            columns,
            List.of());
    FakeRow row = row(table, each.get("columns"));
    FakeRow old = each.has("old_columns") ? row(table, each.get("old_columns")) : row;
    FakeChange change =
        switch (each.get("op").asText()) {
          case "insert" -> FakeChange.insert(table, row);
          case "delete" -> FakeChange.delete(table, row);
          default -> FakeChange.update(table, old, row);
        };
    String terminator = each.at("/config/terminator").asText();
    StringBuilder lines = new StringBuilder();
    for (Encoded line : encode(params(each), change, each.get("commit_ts").asText())) {
      lines.append(line.text()).append(terminator);
    }
    assertThat(lines).hasToString(each.get("expect").asText());
  }

  private static List<Encoded> encode(Map<String, String> params, FakeChange change, String ts) {
    EventEncoder encoder = Encoded.encoder(PROVIDER, params);
    encoder.append(change, Tso.parse(ts));
    List<Encoded> lines = new ArrayList<>();
    encoder.drain(Encoded.into(lines));
    return lines;
  }

  private static FakeRow row(TableSchema table, JsonNode values) {
    List<@Nullable Object> list = new ArrayList<>();
    values.forEach(v -> list.add(v.isNull() ? null : v.isNumber() ? v.asDouble() : v.asText()));
    return FakeRow.of(table, list.toArray());
  }

  private static void checkText(JsonNode each) {
    Map<String, String> params =
        each.get("kind").asText().equals("csv-quote")
            ? Map.of("csv.quote", each.get("quote").asText())
            : Map.of("csv.quote", "", "csv.delimiter", each.get("delimiter").asText());
    assertThat(
            value(
                params,
                Column.builder("c", ColumnType.VARCHAR).build(),
                each.get("input").asText()))
        .isEqualTo(each.get("expect").asText());
  }

  /** Returns the field of a value. */
  private static String value(Map<String, String> params, Column column, @Nullable Object value) {
    TableSchema table = new TableSchema(new TableName("s", "t"), List.of(column), List.of());
    String line =
        encode(params, FakeChange.insert(table, FakeRow.of(table, value)), "1").get(0).text();
    String quote = params.getOrDefault("csv.quote", "\"");
    String delimiter = params.getOrDefault("csv.delimiter", ",");
    String begin =
        String.join(delimiter, quote + "I" + quote, quote + "t" + quote, quote + "s" + quote, "");
    assertThat(line).startsWith(begin);
    return line.substring(begin.length());
  }

  private static void checkHeader(JsonNode each) {
    List<Column> columns = new ArrayList<>();
    each.get("columns")
        .forEach(name -> columns.add(Column.builder(name.asText(), ColumnType.INT).build()));
    List<Encoded> header = new ArrayList<>();
    Encoded.encoder(PROVIDER, params(each))
        .header(new TableSchema(new TableName("s", "t"), columns, List.of()), Encoded.into(header));
    if (each.get("expect").isNull()) {
      assertThat(header).isEmpty();
    } else {
      assertThat(header.get(0).text()).isEqualTo(each.get("expect").asText());
    }
  }

  private static void checkValue(JsonNode each) {
    Column column = Vectors.column("c", each.get("type").asText());
    Map<String, String> params =
        Map.of("csv.binary-encoding-method", each.get("binary_encoding_method").asText());
    String field = value(params, column, Vectors.value(column.type(), each.get("value")));
    JsonNode expected = each.get("expect");
    assertThat(field)
        .isEqualTo(
            expected.isTextual()
                ? "\"" + expected.asText().replace("\"", "\"\"") + "\""
                : expected.asText());
  }

  @Test
  void linesCanHoldTheHandleKey() {
    TableSchema table =
        new TableSchema(
            new TableName("s", "t"),
            List.of(
                Column.builder("a", ColumnType.INT).nullable(false).build(),
                Column.builder("b", ColumnType.VARCHAR).nullable(false).build()),
            List.of(TableSchema.Key.primary(List.of(0))));
    Map<String, String> params = Map.of("csv.output-handle-key", "true");
    FakeRow row = FakeRow.of(table, 7, "x");
    assertThat(encode(params, FakeChange.insert(table, row), "1").get(0).text())
        .isEqualTo("\"I\",\"t\",\"s\",7,7,\"x\"");
    TableSchema pair =
        new TableSchema(
            table.name(), table.columns(), List.of(TableSchema.Key.primary(List.of(1, 0))));
    assertThat(encode(params, FakeChange.delete(pair, FakeRow.of(pair, 7, "x")), "1").get(0).text())
        .isEqualTo("\"D\",\"t\",\"s\",\"{7, x}\",7,\"x\"");
    TableSchema bare = new TableSchema(table.name(), table.columns(), List.of());
    assertThatThrownBy(() -> encode(params, FakeChange.insert(bare, row), "1"))
        .isInstanceOf(CdcException.class)
        .hasMessageContaining("s.t has no handle key");
  }

  @Test
  void linesThatAreTooLongAreNamed() {
    TableSchema table =
        new TableSchema(
            new TableName("s", "t"),
            List.of(Column.builder("b", ColumnType.VARCHAR).build()),
            List.of());
    FakeChange row = FakeChange.insert(table, FakeRow.of(table, "x"));
    assertThat(encode(Map.of("max-message-bytes", "15"), row, "1")).hasSize(1);
    assertThatThrownBy(() -> encode(Map.of("max-message-bytes", "14"), row, "1"))
        .isInstanceOfSatisfying(
            CdcException.class,
            e -> assertThat(e.code()).isEqualTo(StandardErrorCode.MESSAGE_TOO_LARGE))
        .hasMessageContaining("table s.t takes 15 bytes");
  }

  @Test
  void quotesInsideAreDoubledAndTextBeyondAsciiIsKept() {
    Column column = Column.builder("c", ColumnType.VARCHAR).build();
    assertThat(value(Map.of("csv.quote", "«"), column, "a«b")).isEqualTo("«a««b«");
    assertThat(value(Map.of("csv.quote", "", "csv.delimiter", "、"), column, "a、b"))
        .isEqualTo("a\\、b");
    assertThat(value(Map.of(), column, null)).isEqualTo("\\N");
  }
}
