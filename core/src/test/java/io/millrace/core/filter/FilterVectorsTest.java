package io.millrace.core.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.TableName;
import io.millrace.api.Tso;
import io.millrace.api.changefeed.ChangefeedSpec;
import io.millrace.api.changefeed.EventFilter;
import io.millrace.api.event.DdlType;
import io.millrace.api.event.RowChange;
import io.millrace.api.event.SchemaChange;
import io.millrace.api.event.SourcePosition;
import io.millrace.api.event.TableChange;
import io.millrace.core.filter.TableFilter.Imports;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Recorded decisions of TiCDC and of the table filter it uses. */
class FilterVectorsTest {
  private static final List<String> FILES =
      List.of(
          "table-filter.json",
          "table-filter-files.json",
          "changefeed-filter.json",
          "event-filter.json",
          "expression-filter.json");

  /** What precedes the words of the regular expression library, which are not compared. */
  private static final String REGEXP_ERROR = "error parsing regexp:";

  @ParameterizedTest
  @MethodSource("kept")
  void decidesAsRecorded(JsonNode given, @TempDir Path directory) throws IOException {
    if (given.get("kind").asText().endsWith("-error")) {
      assertRefused(given);
    } else if (given.path("expect_error").isTextual()) {
      assertThatThrownBy(() -> decide(given, directory))
          .isInstanceOfSatisfying(
              CdcException.class,
              e -> assertThat(e.code().code()).endsWith(given.get("expect_error").asText()));
    } else {
      assertThat(decide(given, directory)).isEqualTo(expected(given));
    }
  }

  @Test
  void leavesOutOnlyWhatIsListedWithAReason() {
    Map<String, String> reasons = leftOut();
    List<String> older = new ArrayList<>();
    List<String> expressions = new ArrayList<>();
    for (JsonNode given : all()) {
      boolean byVersion = given.path("applies_to").asText().equals("v5.2");
      if (byVersion || given.get("kind").asText().startsWith("legacy")) {
        older.add(given.get("id").asText());
      } else if (given.get("kind").asText().startsWith("expression-filter")) {
        expressions.add(given.get("id").asText());
      }
    }
    assertThat(older).hasSize(105);
    assertThat(older).allSatisfy(id -> assertThat(reasons.get(id)).contains("5.2"));
    assertThat(expressions).hasSize(33);
    assertThat(expressions)
        .allSatisfy(id -> assertThat(reasons.get(id)).contains("expression filters"));
    assertThat(reasons).hasSize(105 + 33);
    assertThat(kept()).hasSize(636 + 163 - 105);
  }

  private static boolean expected(JsonNode given) {
    return switch (given.get("kind").asText()) {
      case "rule-ok", "event-name", "event-filter-config" -> true;
      case "verify-rules" -> !given.get("expect_error").asBoolean();
      default -> given.get("expect").asBoolean();
    };
  }

  private static boolean decide(JsonNode given, Path directory) throws IOException {
    String kind = given.get("kind").asText();
    return switch (kind) {
      case "table" -> tableFilter(given, rules(given)).matches(table(given));
      case "schema" -> tableFilter(given, rules(given)).matchesSchema(given.get("schema").asText());
      case "column" -> ColumnFilter.parse(rules(given)).matches(given.get("column").asText());
      case "rule-ok" -> parses(List.of(given.get("rule").asText()));
      case "verify-rules" -> parses(rules(given));
      case "import" -> tableFilter(given, written(given, directory)).matches(table(given));
      case "ignore-table" -> !filter(given).matches(table(given));
      case "ignore-dml" ->
          filter(given).isIgnored(startTs(given)) || !filter(given).matches(table(given));
      case "discard-ddl" ->
          filter(given).decide(change(given)) == ChangefeedFilter.Decision.IRRELEVANT;
      case "discard-ddl-type" -> !ChangefeedFilter.isApplied(given.get("ddl_type").asInt());
      case "schema-ddl" -> ChangefeedFilter.isOfSchema(given.get("ddl_type").asInt());
      case "system-schema" -> ChangefeedFilter.isSystemSchema(given.get("schema").asText());
      case "event-filter-config" -> !events(given).isEmpty();
      case "event-filter-ddl" -> ignoresChange(given);
      case "event-filter-dml" ->
          filter(given)
              .ignoredRows(table(given))
              .contains(RowChange.Kind.valueOf(given.get("op").asText().toUpperCase(Locale.ROOT)));
      case "event-name" ->
          EventFilters.of(
                  List.of(
                      new EventFilter(
                          List.of("*.*"), List.of(given.get("expect").asText()), List.of())),
                  Imports.REFUSED)
              .ignores(given.get("ddl_type").asInt(), "s", "t", "");
      default -> throw new AssertionError("a kind no test knows: " + kind);
    };
  }

  private static boolean ignoresChange(JsonNode given) {
    if (DdlType.of(given.get("ddl_type").asInt()).isPresent()) {
      return filter(given).decide(change(given)) != ChangefeedFilter.Decision.APPLIED;
    }
    return EventFilters.of(events(given), Imports.REFUSED)
        .ignores(
            given.get("ddl_type").asInt(),
            given.get("schema").asText(),
            given.get("table").asText(),
            given.get("query").asText());
  }

  private static List<EventFilter> events(JsonNode given) {
    List<EventFilter> filters = new ArrayList<>();
    for (JsonNode each : given.path("event_filters")) {
      filters.add(
          new EventFilter(
              texts(each.path("matcher")),
              texts(each.path("ignore_event")),
              texts(each.path("ignore_sql"))));
    }
    EventFilters unused = EventFilters.of(filters, Imports.REFUSED);
    assertThat(unused.isEmpty()).isEqualTo(filters.isEmpty());
    return filters;
  }

  private static void assertRefused(JsonNode given) {
    boolean exact = given.has("expect_error");
    String reason = given.get(exact ? "expect_error" : "expect_error_contains").asText();
    int library = reason.indexOf(REGEXP_ERROR);
    String comparable = library < 0 ? reason : reason.substring(0, library + REGEXP_ERROR.length());
    assertThatThrownBy(
            () -> {
              switch (given.get("kind").asText()) {
                case "rule-error" -> parse(List.of(given.get("rule").asText()));
                case "column-rule-error" -> ColumnFilter.parse(List.of(given.get("rule").asText()));
                case "import-error" -> parse(rules(given));
                default -> throw new AssertionError("a kind no test knows");
              }
            })
        .isInstanceOfSatisfying(
            CdcException.class,
            e -> assertThat(e.code()).isEqualTo(StandardErrorCode.FILTER_RULE_INVALID))
        .message()
        .startsWith("filter rule is invalid: at <cmdline>:1: ")
        .satisfies(
            message -> {
              if (exact && library < 0) {
                assertThat(message).isEqualTo("filter rule is invalid: " + comparable);
              } else {
                assertThat(message).contains(comparable);
              }
            });
  }

  private static TableFilter tableFilter(JsonNode given, List<String> rules) {
    return TableFilter.parse(rules, given.get("case_sensitive").asBoolean(), Imports.ALLOWED);
  }

  private static TableFilter parse(List<String> rules) {
    return TableFilter.parse(rules, true, Imports.ALLOWED);
  }

  private static boolean parses(List<String> rules) {
    try {
      parse(rules);
      return true;
    } catch (CdcException e) {
      return false;
    }
  }

  private static ChangefeedFilter filter(JsonNode given) {
    List<Tso> ignored = new ArrayList<>();
    given.path("ignore_txn_start_ts").forEach(ts -> ignored.add(new Tso(ts.asLong())));
    return ChangefeedFilter.of(
        ChangefeedSpec.builder("blackhole://")
            .filterRules(rules(given))
            .ignoreTxnStartTs(ignored)
            .eventFilters(events(given))
            .build(),
        Imports.REFUSED);
  }

  private static SchemaChange change(JsonNode given) {
    DdlType type = DdlType.of(given.get("ddl_type").asInt()).orElseThrow();
    boolean ofSchema = ChangefeedFilter.isOfSchema(type.code());
    return new SchemaChange(
        new SourcePosition("s", 1, 4, 0, ""),
        startTs(given),
        startTs(given),
        type,
        given.get("schema").asText(),
        given.path("query").asText(),
        ofSchema
            ? List.of()
            : List.of(new TableChange(before(given), Optional.of(table(given)), Optional.empty())));
  }

  private static Optional<TableName> before(JsonNode given) {
    JsonNode pre = given.path("pre");
    return pre.isMissingNode() || !given.has("event_filters")
        ? Optional.empty()
        : Optional.of(new TableName(pre.get(0).asText(), pre.get(1).asText()));
  }

  private static Tso startTs(JsonNode given) {
    return new Tso(given.path("start_ts").asLong());
  }

  private static TableName table(JsonNode given) {
    return new TableName(given.get("schema").asText(), given.get("table").asText());
  }

  private static List<String> rules(JsonNode given) {
    return texts(given.path("rules"));
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.asText()));
    return texts;
  }

  /** Returns the rules with their files written to a directory. */
  private static List<String> written(JsonNode given, Path directory) throws IOException {
    for (Map.Entry<String, JsonNode> file : given.get("files").properties()) {
      Files.writeString(directory.resolve(file.getKey()), file.getValue().asText());
    }
    return rules(given).stream()
        .map(rule -> rule.startsWith("@") ? "@" + directory.resolve(rule.substring(1)) : rule)
        .toList();
  }

  private static List<JsonNode> all() {
    ObjectMapper json = new ObjectMapper();
    List<JsonNode> all = new ArrayList<>();
    for (String file : FILES) {
      try (InputStream in = resource(file)) {
        StreamSupport.stream(json.readTree(in).get("cases").spliterator(), false).forEach(all::add);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return all;
  }

  static Stream<Named<JsonNode>> kept() {
    Set<String> leftOut = leftOut().keySet();
    return all().stream()
        .filter(given -> !leftOut.contains(given.get("id").asText()))
        .map(given -> Named.of(given.get("id").asText() + " " + given.get("kind").asText(), given));
  }

  /** Returns the reasons by id. */
  private static Map<String, String> leftOut() {
    Map<String, String> reasons = new LinkedHashMap<>();
    String reason = "";
    try (InputStream in = resource("left-out.txt")) {
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
        if (line.startsWith("# ")) {
          reason = line.substring(2);
        } else {
          reasons.put(line, reason);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return reasons;
  }

  private static InputStream resource(String name) {
    return Objects.requireNonNull(
        FilterVectorsTest.class.getResourceAsStream("/vectors/filter/" + name), name);
  }
}
