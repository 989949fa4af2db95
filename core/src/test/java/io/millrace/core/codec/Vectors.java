package io.millrace.core.codec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.api.TableName;
import io.millrace.api.Tso;
import io.millrace.api.event.Column;
import io.millrace.api.event.ColumnType;
import io.millrace.api.event.DdlType;
import io.millrace.api.event.SchemaChange;
import io.millrace.api.event.SourcePosition;
import io.millrace.api.event.TableChange;
import io.millrace.api.event.TableSchema;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;

/** Reads the test vectors of the codecs. */
public final class Vectors {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern DECLARED =
      Pattern.compile("(\\w+)\\s*(?:\\((.*)\\))?\\s*(unsigned)?\\s*(zerofill)?");
  private static final Pattern LABEL = Pattern.compile("'((?:[^']|'')*)'");

  private Vectors() {}

  /** Returns the cases of a file in {@code vectors/codec}. */
  public static List<JsonNode> cases(String file) {
    return list(file, "cases");
  }

  /** Returns the event of a name. */
  public static JsonNode event(String name) {
    return list("events.json", "events").stream()
        .filter(e -> e.get("name").asText().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static List<JsonNode> list(String file, String member) {
    return read("codec/" + file, member);
  }

  private static List<JsonNode> read(String file, String member) {
    try (InputStream in = Vectors.class.getResourceAsStream("/vectors/" + file)) {
      List<JsonNode> nodes = new ArrayList<>();
      JSON.readTree(in).get(member).forEach(nodes::add);
      return nodes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Returns one test for each case of a file that is not left out.
   *
   * @param file below {@code vectors}, such as {@code codec/csv.json}
   */
  public static List<DynamicTest> tests(String file, Consumer<JsonNode> check) {
    Set<String> leftOut = leftOut(file.substring(0, file.indexOf('/'))).keySet();
    return read(file, "cases").stream()
        .filter(each -> !leftOut.contains(each.get("id").asText()))
        .map(each -> DynamicTest.dynamicTest(title(each), () -> check.accept(each)))
        .toList();
  }

  private static String title(JsonNode each) {
    return each.get("id").asText()
        + " "
        + each.get("kind").asText()
        + " "
        + each.path("event").asText("");
  }

  /** Returns all cases of a file below {@code vectors}. */
  public static List<JsonNode> all(String file) {
    return read(file, "cases");
  }

  /** Returns the reasons why cases of a directory are left out, by id. */
  public static Map<String, String> leftOut(String directory) {
    Map<String, String> reasons = new LinkedHashMap<>();
    String reason = "";
    try (InputStream in =
        Vectors.class.getResourceAsStream("/vectors/" + directory + "/left-out.txt")) {
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
        if (line.startsWith("# ")) {
          reason = line.substring(2);
        } else if (reasons.put(line, reason) != null) {
          throw new AssertionError(line + " is left out twice");
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return reasons;
  }

  /** Returns a JSON text as a tree. */
  public static JsonNode parse(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new AssertionError("not JSON: " + text, e);
    }
  }

  /** Returns the commit ts of an event. */
  public static Tso commitTs(JsonNode event) {
    return Tso.parse(event.get("commit_ts").asText());
  }

  /** Returns a row event. */
  public static FakeChange change(JsonNode event) {
    TableSchema table = table(event);
    return new FakeChange(
        table, image(table, event, "before").map(r -> r), image(table, event, "after").map(r -> r));
  }

  private static Optional<FakeRow> image(TableSchema table, JsonNode event, String member) {
    if (!event.has(member) || event.get(member).isNull()) {
      return Optional.empty();
    }
    List<@Nullable Object> values = new ArrayList<>();
    int i = 0;
    for (JsonNode value : event.get(member)) {
      values.add(value(table.columns().get(i++).type(), value));
    }
    return Optional.of(FakeRow.of(table, values.toArray()));
  }

  /** Returns a value as {@link FakeRow} takes it. */
  public static @Nullable Object value(ColumnType type, JsonNode value) {
    if (value.isNull()) {
      return null;
    }
    String kind = value.fieldNames().next();
    String text = value.get(kind).asText();
    boolean number =
        type.family() == ColumnType.Family.INTEGER
            || type.family() == ColumnType.Family.BITS
            || type.family() == ColumnType.Family.LABELS;
    if (number) {
      return new BigInteger(text).longValue();
    }
    try {
      return switch (kind) {
        case "float32" -> (double) Float.parseFloat(text);
        case "float64" -> Double.parseDouble(text);
        case "bytes" -> value.get(kind).binaryValue();
        case "bytes_utf8" -> text.getBytes(StandardCharsets.UTF_8);
        default -> text;
      };
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the table of a row event. */
  public static TableSchema table(JsonNode event) {
    List<Column> columns = new ArrayList<>();
    List<Integer> primary = new ArrayList<>();
    List<Integer> handle = new ArrayList<>();
    for (JsonNode column : event.get("columns")) {
      int flags = column.get("flags").asInt();
      if ((flags & 8) != 0) {
        primary.add(columns.size());
      }
      if ((flags & 2) != 0) {
        handle.add(columns.size());
      }
      Column.Builder definition =
          column(column.get("name").asText(), column.get("type").asText()).toBuilder()
              .nullable((flags & 64) != 0)
              .generated((flags & 4) != 0 ? Column.Generated.STORED : Column.Generated.NONE);
      if (column.has("default")) {
        definition.defaultValue(column.get("default").asText());
      }
      columns.add(definition.build());
    }
    List<TableSchema.Key> keys = new ArrayList<>();
    if (!primary.isEmpty()) {
      keys.add(TableSchema.Key.primary(primary));
    } else if (!handle.isEmpty()) {
      keys.add(new TableSchema.Key("uk", handle, false));
    }
    for (int i = 0; i < columns.size(); i++) {
      int flags = event.get("columns").get(i).get("flags").asInt();
      if ((flags & 16) != 0 && !primary.contains(i) && !handle.contains(i)) {
        keys.add(new TableSchema.Key("uk_" + columns.get(i).name(), List.of(i), false));
      }
    }
    return new TableSchema(
        new TableName(event.get("schema").asText(), event.get("table").asText()), columns, keys);
  }

  /** Returns a column from its declared type. */
  public static Column column(String name, String declared) {
    Matcher parts = DECLARED.matcher(declared);
    if (!parts.matches()) {
      throw new AssertionError("declared type " + declared);
    }
    String word = parts.group(1).toUpperCase(Locale.ROOT);
    ColumnType type = word.equals("BOOL") ? ColumnType.TINYINT : ColumnType.valueOf(word);
    Column.Builder column = Column.builder(name, type);
    column.unsigned(parts.group(3) != null).zerofill(parts.group(4) != null);
    if (word.equals("BOOL")) {
      column.length(1);
    }
    String arguments = parts.group(2);
    if (arguments != null && type.family() == ColumnType.Family.LABELS) {
      column.labels(
          LABEL
              .matcher(arguments)
              .results()
              .map(label -> label.group(1).replace("''", "'"))
              .toList());
    } else if (arguments != null && type.family() == ColumnType.Family.TEMPORAL) {
      column.scale(Integer.parseInt(arguments));
    } else if (arguments != null) {
      String[] numbers = arguments.split(",", -1);
      column.length(Integer.parseInt(numbers[0].strip()));
      column.scale(numbers.length > 1 ? Integer.parseInt(numbers[1].strip()) : 0);
    }
    return column.build();
  }

  /** Returns a DDL event. */
  public static SchemaChange schemaChange(JsonNode event) {
    String schema = event.get("schema").asText();
    String table = event.get("table").asText();
    TableName name = new TableName(schema, table);
    TableChange tableChange =
        event.has("pre")
            ? TableChange.renamed(
                new TableName(event.at("/pre/0").asText(), event.at("/pre/1").asText()), name)
            : TableChange.altered(name);
    List<TableChange> tables = table.isEmpty() ? List.of() : List.of(tableChange);
    return new SchemaChange(
        new SourcePosition("s", 1, 4, 0, ""),
        commitTs(event),
        commitTs(event),
        DdlType.of(event.get("ddl_type").asInt()).orElseThrow(),
        schema,
        event.get("query").asText(),
        tables);
  }
}
