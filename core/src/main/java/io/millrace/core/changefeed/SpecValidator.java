package io.millrace.core.changefeed;

import io.millrace.api.CdcException;
import io.millrace.api.ConnectorUri;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.TableName;
import io.millrace.api.Tso;
import io.millrace.api.changefeed.ChangefeedSpec;
import io.millrace.api.changefeed.SinkConfig;
import io.millrace.api.event.TableSchema;
import io.millrace.api.source.Requirement;
import io.millrace.core.connector.Addresses;
import io.millrace.core.filter.ChangefeedFilter;
import io.millrace.core.filter.TableFilter;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The rules that a specification must keep, each a check that returns or throws {@link
 * CdcException}.
 *
 * <p><i>Source:</i> API v1, 1.3.
 */
public final class SpecValidator {
  private static final int NAMED_TABLES = 30;
  private static final String LARGE_MESSAGES = "large-message-handle-option";
  private static final String ONLY_KEYS = "delete-only-output-handle-key-columns";

  private SpecValidator() {}

  /** Checks what can be checked without asking anybody: that there is a sink, and the numbers. */
  public static void checkForm(ChangefeedSpec spec) {
    if (spec.sinkUri().isEmpty()) {
      throw new CdcException(
          StandardErrorCode.SINK_URI_INVALID,
          "sink uri invalid 'sink-uri is empty, can't not create a changefeed without sink-uri'");
    }
    checkMounters(spec.mounterWorkerNum());
  }

  /** Checks a number of decoding threads. */
  static void checkMounters(int number) {
    if (number < 0) {
      throw new CdcException(
          StandardErrorCode.API_INVALID_PARAM,
          "invalid mounter_worker_num " + number + ", it must not be negative");
    }
  }

  /** Checks that a changefeed does not start in the future. */
  public static void checkStart(Tso start, Tso now) {
    if (start.isAfter(now)) {
      throw new CdcException(
          StandardErrorCode.API_INVALID_PARAM,
          "invalid start-ts " + start + ", larger than current tso " + now);
    }
  }

  /**
   * Checks that a changefeed ends after it starts.
   *
   * @param start the effective start ts, never zero
   * @param target zero: it never ends
   */
  public static void checkTarget(Tso start, Tso target) {
    if (!target.isZero() && !target.isAfter(start)) {
      throw new CdcException(
          StandardErrorCode.TARGET_TS_BEFORE_START_TS,
          "fail to create changefeed because target-ts "
              + target
              + " is earlier than start-ts "
              + start);
    }
  }

  /** Returns the error that the upstream's history does not reach back to a start ts. */
  public static CdcException startPurged(Tso start, CdcException cause) {
    return new CdcException(
        StandardErrorCode.START_TS_BEFORE_GC,
        "fail to create changefeed because start-ts "
            + start
            + " is earlier than GC safepoint: "
            + cause.getMessage(),
        cause);
  }

  /** Returns the filter of a specification; its rules must not name files. */
  public static ChangefeedFilter filter(ChangefeedSpec spec) {
    return ChangefeedFilter.of(spec, TableFilter.Imports.REFUSED);
  }

  /** Checks that all settings and grants of the upstream are as they must be. */
  public static void checkUpstream(List<Requirement> requirements) {
    List<Requirement> unmet = requirements.stream().filter(each -> !each.met()).toList();
    if (!unmet.isEmpty()) {
      throw new CdcException(
          StandardErrorCode.SOURCE_SETTINGS,
          "the upstream's log cannot be read as it is: "
              + unmet.stream().map(SpecValidator::described).collect(Collectors.joining("; ")));
    }
  }

  private static String described(Requirement unmet) {
    return unmet.name()
        + " is '"
        + unmet.found()
        + "', wanted is '"
        + unmet.wanted()
        + "'"
        + (unmet.remedy().isEmpty() ? "" : ", to mend it: " + unmet.remedy());
  }

  /** Checks that every table that passes a filter can be replicated. */
  public static void checkEligible(ChangefeedFilter filter, List<TableSchema> tables) {
    List<TableName> names = filter.ineligible(tables);
    if (names.isEmpty()) {
      return;
    }
    String more =
        names.size() > NAMED_TABLES ? " and " + (names.size() - NAMED_TABLES) + " more" : "";
    String list =
        names.stream()
            .limit(NAMED_TABLES)
            .map(TableName::toString)
            .collect(Collectors.joining(" ", "[", more + "]"));
    throw new CdcException(
        StandardErrorCode.TABLE_INELIGIBLE,
        "some tables are not eligible to replicate("
            + list
            + "), if you want to ignore these tables, please set ignore_ineligible_table to true");
  }

  /**
   * Returns a specification's zone.
   *
   * @param name an IANA name or an offset; empty, {@code system} and {@code local} mean the node's
   * @param node the node's zone
   */
  public static ZoneId zone(Optional<String> name, ZoneId node) {
    String text = name.orElse("");
    if (text.isEmpty() || text.equalsIgnoreCase("system") || text.equalsIgnoreCase("local")) {
      return node;
    }
    try {
      return ZoneId.of(text);
    } catch (DateTimeException e) {
      throw new CdcException(
          StandardErrorCode.API_INVALID_PARAM,
          "invalid api parameter: invalid timezone:"
              + text
              + ": ["
              + StandardErrorCode.LOAD_TIMEZONE.code()
              + "]load timezone: unknown time zone "
              + text,
          e);
    }
  }

  /** Returns the parts of a sink URI. */
  public static ConnectorUri sinkUri(String text) {
    return Addresses.parse("sink", text, StandardErrorCode.SINK_URI_INVALID);
  }

  /**
   * Checks that messages can do without keys, where tables without one are replicated.
   *
   * @param uri the sink's
   */
  public static void checkForced(ChangefeedSpec spec, ConnectorUri uri) {
    if (!spec.forceReplicate()) {
      return;
    }
    SinkConfig config = spec.sinkConfig();
    String protocol = uri.param("protocol").or(config::protocol).orElse("");
    if (protocol.equalsIgnoreCase("avro") || protocol.equalsIgnoreCase("flat-avro")) {
      throw needsKeys("the protocol " + protocol);
    }
    for (String option : List.of(LARGE_MESSAGES, ONLY_KEYS)) {
      String value = uri.param(option).or(() -> option(config, option)).orElse("");
      if (!Set.of("", "none", "false").contains(value)) {
        throw needsKeys(option + "=" + value);
      }
    }
  }

  /** Returns an option of the configuration, also where it stands inside an object. */
  private static Optional<String> option(SinkConfig config, String name) {
    return config.options().entrySet().stream()
        .filter(e -> e.getKey().equals(name) || e.getKey().endsWith("." + name))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  private static CdcException needsKeys(String what) {
    return new CdcException(
        StandardErrorCode.CODEC_INVALID_CONFIG,
        what + " needs a key in every table; force_replicate takes in tables without one");
  }
}
