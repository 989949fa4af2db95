package io.millrace.transport.jdkhttp;

import static io.millrace.transport.jdkhttp.LiveServer.assertEmpty;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.millrace.transport.jdkhttp.metrics.MetricsRoutes;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The dashboard and the alert rules ask only for what a server that works really measures. */
class MonitoringFilesTest {
  private static final Pattern SERIES =
      Pattern.compile("(?m)^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)})? \\S+$");
  private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"");
  private static final Pattern ALL_VALUES = Pattern.compile("label_values\\((\\w+), (\\w+)\\)");
  private static final Pattern SHOWN_LABEL = Pattern.compile("\\{\\{ ?(?:\\$labels\\.)?(\\w+) ?}}");

  /** What Prometheus adds to each series it takes. */
  private static final Set<String> ADDED = Set.of("instance", "job");

  private static LiveServer server;
  private static Map<String, Set<String>> measured;

  @BeforeAll
  static void start() {
    server = LiveServer.start();
    assertEmpty(server.create("measured"), 202);
    measured =
        series(
            server
                .until(
                    () -> server.send("GET", "/metrics", ""),
                    answer ->
                        answer.body().contains("ticdc_sink_write_bytes_total{")
                            && answer.body().contains("ticdc_processor_checkpoint_ts{")
                            && answer.body().contains("millrace_owner_runway_seconds{"))
                .body());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Map<String, Set<String>> series(String text) {
    Map<String, Set<String>> all = new HashMap<>();
    Matcher line = SERIES.matcher(text);
    while (line.find()) {
      Set<String> labels = all.computeIfAbsent(line.group(1), name -> new HashSet<>());
      if (line.group(2) != null) {
        LABEL.matcher(line.group(2)).results().forEach(each -> labels.add(each.group(1)));
      }
    }
    return all;
  }

  private static JsonNode read(ObjectMapper mapper, String name) throws IOException {
    try (InputStream in = MetricsRoutes.class.getResourceAsStream(name)) {
      assertThat(in).as(name).isNotNull();
      return mapper.readTree(in);
    }
  }

  private static JsonNode dashboard() throws IOException {
    return read(new ObjectMapper(), "grafana-dashboard.json");
  }

  private static List<JsonNode> alerts() throws IOException {
    List<JsonNode> rules = new ArrayList<>();
    read(new YAMLMapper(), "alerts.yml")
        .path("groups")
        .forEach(group -> group.path("rules").forEach(rules::add));
    return rules;
  }

  /** Returns what of an expression is not measured; empty: all of it is. */
  private static List<String> faults(String expression) {
    Expression asked = Expression.of(expression);
    List<String> faults = new ArrayList<>();
    Set<String> labels = new HashSet<>(ADDED);
    for (String metric : asked.metrics()) {
      if (measured.containsKey(metric)) {
        labels.addAll(measured.get(metric));
      } else {
        faults.add("no metric " + metric);
      }
    }
    asked.labels().stream()
        .filter(label -> !labels.contains(label))
        .forEach(label -> faults.add("no label " + label));
    return faults;
  }

  private static void assertMeasured(String expression, String texts) {
    assertThat(Expression.of(expression).metrics()).as(expression).isNotEmpty();
    assertThat(faults(expression)).as(expression).isEmpty();
    Set<String> labels = new HashSet<>(ADDED);
    Expression.of(expression).metrics().forEach(metric -> labels.addAll(measured.get(metric)));
    SHOWN_LABEL
        .matcher(texts)
        .results()
        .forEach(each -> assertThat(labels).as(texts).contains(each.group(1)));
  }

  @Test
  void theDashboardShowsOnlyWhatIsMeasured() throws IOException {
    Set<String> asked = new HashSet<>();
    for (JsonNode panel : dashboard().path("panels")) {
      for (JsonNode target : panel.path("targets")) {
        String expression = target.path("expr").textValue();
        assertMeasured(expression, target.path("legendFormat").textValue());
        asked.addAll(Expression.of(expression).metrics());
      }
    }
    assertThat(asked).hasSizeGreaterThan(20);
  }

  @Test
  void panelsOfTheDashboardHaveNumbersAndPlacesOfTheirOwn() throws IOException {
    Set<Integer> ids = new HashSet<>();
    Set<String> places = new HashSet<>();
    for (JsonNode panel : dashboard().path("panels")) {
      assertThat(ids.add(panel.path("id").intValue())).isTrue();
      JsonNode at = panel.path("gridPos");
      assertThat(places.add(at.path("x") + "," + at.path("y"))).isTrue();
      assertThat(at.path("x").intValue() + at.path("w").intValue()).isLessThanOrEqualTo(24);
    }
  }

  @Test
  void theDashboardOffersTheChangefeedsThatAreMeasured() throws IOException {
    Matcher values =
        ALL_VALUES.matcher(dashboard().at("/templating/list/1/query/query").textValue());
    assertThat(values.matches()).isTrue();
    assertThat(measured.get(values.group(1))).contains(values.group(2));
  }

  @Test
  void theRulesAskOnlyForWhatIsMeasured() throws IOException {
    Set<String> names = new HashSet<>();
    for (JsonNode rule : alerts()) {
      String name = rule.path("alert").textValue();
      assertThat(names.add(name)).as(name).isTrue();
      assertMeasured(rule.path("expr").textValue(), rule.path("annotations").toString());
      assertThat(rule.path("labels").path("severity").textValue()).isIn("warning", "critical");
      assertThat(rule.path("annotations").path("summary").textValue()).isNotBlank();
      assertThat(rule.path("for").asText("1m")).matches("[0-9]+[smh]");
    }
    assertThat(names)
        .contains(
            "MillraceCheckpointLag",
            "MillraceStalled",
            "MillraceChangefeedFailed",
            "MillraceRunwayLow",
            "MillraceSchemaChangeWaits",
            "MillraceNoOwner");
  }

  @Test
  void whatIsNotMeasuredIsFound() {
    assertThat(faults("sum by (changefeed) (rate(ticdc_sink_nothing[1m])) > 3"))
        .contains("no metric ticdc_sink_nothing");
    assertThat(faults("max by (colour) (ticdc_owner_status{shape=\"round\"})"))
        .containsExactlyInAnyOrder("no label colour", "no label shape");
    assertThat(faults("ticdc_owner_status{changefeed=~\"a|b\"} == 2 and millrace_unknown"))
        .containsExactly("no metric millrace_unknown");
  }

  @Test
  void seriesOfHistogramsAreAskedForByTheirParts() {
    assertThat(measured.keySet())
        .contains("ticdc_sink_batch_row_count_bucket", "ticdc_sink_batch_row_count_sum");
    assertThat(faults("rate(ticdc_sink_batch_row_count[1m])"))
        .containsExactly("no metric ticdc_sink_batch_row_count");
  }
}
