package io.millrace.transport.jdkhttp.v1;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.api.CaptureId;
import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.TableId;
import io.millrace.api.Tso;
import io.millrace.api.changefeed.ChangefeedSpec;
import io.millrace.api.changefeed.ChangefeedUpdate;
import io.millrace.api.changefeed.ColumnSelector;
import io.millrace.api.changefeed.DispatchRule;
import io.millrace.api.changefeed.EventFilter;
import io.millrace.api.changefeed.SinkConfig;
import io.millrace.api.cluster.LogLevel;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** What the bodies of requests say (API v1, 1.3, 1.5, 1.16 and 4.6). */
final class Bodies {
  private static final Set<String> OWN_KEYS = Set.of("dispatchers", "protocol", "protocal");

  private static final List<String> EXPRESSIONS =
      List.of(
          "ignore_insert_value_expr",
          "ignore_update_old_value_expr",
          "ignore_update_new_value_expr",
          "ignore_delete_value_expr");

  private Bodies() {}

  static ChangefeedSpec spec(String body) {
    Fields fields = Fields.of(Json.read(body));
    ChangefeedSpec.Builder spec =
        ChangefeedSpec.builder(fields.text("sink_uri").orElse(""))
            .startTs(fields.tso("start_ts").orElse(Tso.ZERO))
            .targetTs(fields.tso("target_ts").orElse(Tso.ZERO))
            .forceReplicate(fields.flag("force_replicate"))
            .ignoreIneligibleTable(fields.flag("ignore_ineligible_table"))
            .filterRules(fields.texts("filter_rules"))
            .ignoreTxnStartTs(fields.tsos("ignore_txn_start_ts"))
            .eventFilters(eventFilters(fields))
            .mounterWorkerNum(fields.number("mounter_worker_num").orElse(0))
            .sinkConfig(fields.object("sink_config").map(Bodies::sink).orElse(SinkConfig.DEFAULT));
    fields.text("timezone").ifPresent(spec::timezone);
    fields.text("changefeed_id").filter(id -> !id.isEmpty()).ifPresent(spec::id);
    return spec.build();
  }

  static ChangefeedUpdate update(String body) {
    Fields fields = Fields.of(Json.read(body));
    return new ChangefeedUpdate(
        fields.tso("target_ts").filter(target -> !target.isZero()),
        fields.text("sink_uri").filter(uri -> !uri.isEmpty()),
        fields.texts("filter_rules"),
        fields.tsos("ignore_txn_start_ts"),
        eventFilters(fields),
        fields.number("mounter_worker_num"),
        fields.object("sink_config").map(Bodies::sink));
  }

  private static List<EventFilter> eventFilters(Fields fields) {
    return both(fields::objects, "event_filters").stream().map(Bodies::eventFilter).toList();
  }

  private static EventFilter eventFilter(Fields fields) {
    for (String expression : EXPRESSIONS) {
      if (!both(
              key -> fields.text(key).filter(text -> !text.isEmpty()).stream().toList(), expression)
          .isEmpty()) {
        throw new CdcException(
            StandardErrorCode.FILTER_RULE_INVALID,
            "filter rule is invalid: "
                + expression
                + " in event_filters is not supported, rows are not judged by their values; leave"
                + " it out, and leave out events by ignore_event and ignore_sql");
      }
    }
    return new EventFilter(
        fields.texts("matcher"),
        both(fields::texts, "ignore_event"),
        both(fields::texts, "ignore_sql"));
  }

  /** Returns what stands under a key, and under the same with hyphens. */
  private static <T> List<T> both(Function<String, List<T>> reader, String key) {
    return Stream.of(key.replace('_', '-'), key)
        .flatMap(each -> reader.apply(each).stream())
        .toList();
  }

  private static SinkConfig sink(Fields fields) {
    List<DispatchRule> dispatchers =
        fields.objects("dispatchers").stream().map(Bodies::rule).toList();
    Optional<String> misspelt = fields.text("protocal");
    Map<String, String> options = new HashMap<>();
    addOptions("", fields.all(), options);
    List<ColumnSelector> selectors =
        both(fields::objects, "column_selectors").stream()
            .map(each -> new ColumnSelector(each.texts("matcher"), each.texts("columns")))
            .toList();
    return new SinkConfig(
        dispatchers, fields.text("protocol").or(() -> misspelt), options, selectors);
  }

  private static DispatchRule rule(Fields fields) {
    Optional<String> dispatcher = fields.text("dispatcher");
    Optional<String> partition = fields.text("partition");
    if (dispatcher.isPresent() && partition.isPresent()) {
      throw new CdcException(
          StandardErrorCode.SINK_INVALID_CONFIG,
          "sink config invalid: a dispatch rule has both dispatcher and partition, which mean the"
              + " same; leave one out");
    }
    return new DispatchRule(
        fields.texts("matcher"),
        dispatcher.or(() -> partition).orElse("default"),
        fields.text("index").filter(index -> !index.isEmpty()),
        fields.texts("columns"),
        fields.text("topic").filter(topic -> !topic.isEmpty()));
  }

  /** Adds plain values by their names, those of nested objects after the object's and a dot. */
  private static void addOptions(
      String prefix, Map<String, JsonNode> values, Map<String, String> options) {
    values.forEach(
        (key, value) -> {
          String name = prefix + key.toLowerCase(Locale.ROOT).replace('_', '-');
          if (value.isObject()) {
            addOptions(name + ".", Fields.of(value).all(), options);
          } else if (value.isValueNode() && !OWN_KEYS.contains(name)) {
            options.put(name, value.isTextual() ? Fields.text(name, value) : value.asText());
          }
        });
  }

  /** A table and where it shall go. */
  record Move(TableId table, CaptureId target) {}

  /** Returns what is to be moved; where both names of the capture are given, the first counts. */
  static Move move(String body) {
    Fields fields = Fields.of(Json.read(body));
    Optional<String> other = fields.text("target_capture_id");
    String target = fields.text("capture_id").or(() -> other).orElse("");
    return new Move(new TableId(fields.longNumber("table_id").orElse(0L)), new CaptureId(target));
  }

  /**
   * Returns the capture to be emptied; an id that no capture can have is as good as an unknown one.
   */
  static CaptureId drained(String body) {
    String id = Fields.of(Json.read(body)).text("capture_id").orElse("");
    try {
      return new CaptureId(id);
    } catch (CdcException e) {
      throw new CdcException(
          StandardErrorCode.CAPTURE_NOT_EXIST, "capture not exists: " + e.getMessage(), e);
    }
  }

  /** Returns the wanted level; a bare string will do instead of an object. */
  static LogLevel logLevel(String body) {
    String level;
    try {
      JsonNode value = Json.read(body);
      level = value.isTextual() ? value.textValue() : Fields.of(value).text("log_level").orElse("");
    } catch (CdcException e) {
      throw new CdcException(e.code(), "invalid log level: " + e.getMessage(), e);
    }
    return switch (level.toLowerCase(Locale.ROOT)) {
      case "debug" -> LogLevel.DEBUG;
      case "", "info" -> LogLevel.INFO;
      case "warn" -> LogLevel.WARN;
      case "error", "dpanic", "panic", "fatal" -> LogLevel.ERROR;
      default ->
          throw new CdcException(
              StandardErrorCode.API_INVALID_PARAM,
              "fail to change log level: "
                  + (level.length() > 100 ? level.substring(0, 100) + "..." : level));
    };
  }
}
