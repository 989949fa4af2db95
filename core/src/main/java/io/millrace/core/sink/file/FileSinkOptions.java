package io.millrace.core.sink.file;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.sink.SinkRequest;
import io.millrace.core.connector.Params;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The parameters of a file sink.
 *
 * @param root the sink's directory
 * @param protocol the message protocol, in lower case
 * @param fileSize when a file is large enough, in bytes
 * @param flushInterval how long rows may wait to be published
 * @param terminator what ends each message
 * @param splitKeyChanges whether updates of keys become a delete and an insert
 * @param dates by which dates files are told apart
 * @param indexDigits how many digits the numbers of files have at least
 * @param columnIds whether schema files number the columns
 * @param expirationDays after how many days files are removed; 0 for never
 * @param encoderParams the encoder's parameters
 */
record FileSinkOptions(
    Path root,
    String protocol,
    long fileSize,
    Duration flushInterval,
    String terminator,
    boolean splitKeyChanges,
    Dates dates,
    int indexDigits,
    boolean columnIds,
    int expirationDays,
    Map<String, String> encoderParams) {
  private static final String DEFAULT_PROTOCOL = "canal-json";
  private static final Set<String> PROTOCOLS = Set.of("canal-json", "csv");
  private static final Set<String> TERMINATORS = Set.of("\r\n", "\n");
  private static final String STORAGE = "cloud-storage-config.";
  private static final long DEFAULT_FILE_SIZE = 64L << 20;
  private static final long LEAST_FILE_SIZE = 1L << 20;
  private static final long MOST_FILE_SIZE = 512L << 20;
  private static final int LEAST_DIGITS = 6;
  private static final int MOST_DIGITS = 20;
  private static final int MOST_DAYS = 36_500;
  private static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(5);
  private static final Duration LEAST_INTERVAL = Duration.ofMillis(50);
  private static final Duration MOST_INTERVAL = Duration.ofMinutes(10);

  FileSinkOptions {
    encoderParams = Map.copyOf(encoderParams);
  }

  /** Returns the parameters of a request; those of the URI win. */
  static FileSinkOptions of(SinkRequest request) {
    Map<String, String> values = new HashMap<>(request.config().options());
    request
        .config()
        .options()
        .forEach(
            (key, value) -> {
              if (key.startsWith(STORAGE)) {
                values.putIfAbsent(key.substring(STORAGE.length()), value);
              }
            });
    request.config().protocol().ifPresent(protocol -> values.put("protocol", protocol));
    values.putAll(request.uri().params());
    // Files have no broker that would refuse large messages.
    values.putIfAbsent("max-message-bytes", Long.toString(Integer.MAX_VALUE));
    Params params = new Params(values, StandardErrorCode.STORAGE_SINK_INVALID_CONFIG);
    params.number("worker-count", 1, 1, Integer.MAX_VALUE);
    params.number("flush-concurrency", 1, Long.MIN_VALUE, Long.MAX_VALUE);
    params.flag("enable-partition-separator", true);
    Dates dates = dates(params, request.zone());
    long fileSize = params.number("file-size", DEFAULT_FILE_SIZE, 1, Long.MAX_VALUE);
    return new FileSinkOptions(
        root(request),
        protocol(params),
        Math.max(LEAST_FILE_SIZE, Math.min(MOST_FILE_SIZE, fileSize)),
        within(params.duration("flush-interval", DEFAULT_INTERVAL)),
        terminator(params),
        !params.flag("output-raw-change-event", false),
        dates,
        indexDigits(params),
        params.flag("output-column-id", false),
        expirationDays(params, dates),
        values);
  }

  private static int indexDigits(Params params) {
    long digits = params.number("file-index-digit", MOST_DIGITS, Long.MIN_VALUE, Long.MAX_VALUE);
    return digits < LEAST_DIGITS || digits > MOST_DIGITS ? MOST_DIGITS : (int) digits;
  }

  private static int expirationDays(Params params, Dates dates) {
    long days = params.number("file-expiration-days", 0, 0, MOST_DAYS);
    if (days > 0 && !dates.daily()) {
      throw params.bad(
          "file-expiration-days", Long.toString(days), "0 unless date-separator is day");
    }
    return (int) days;
  }

  /** Returns what the names of data files end in. */
  String extension() {
    return protocol.equals("csv") ? "csv" : "json";
  }

  private static Duration within(Duration interval) {
    if (interval.compareTo(LEAST_INTERVAL) < 0) {
      return LEAST_INTERVAL;
    }
    return interval.compareTo(MOST_INTERVAL) > 0 ? MOST_INTERVAL : interval;
  }

  private static Path root(SinkRequest request) {
    String host = request.uri().host();
    if (!host.isEmpty() && !host.equalsIgnoreCase("localhost")) {
      throw invalid(
          "the file sink writes on this machine, not on '"
              + host
              + "'; write file:///directory, with three slashes");
    }
    try {
      Path path = Path.of(request.uri().path()).normalize();
      if (path.isAbsolute() && path.getNameCount() > 0) {
        return path;
      }
    } catch (InvalidPathException e) {
      throw new CdcException(
          StandardErrorCode.SINK_URI_INVALID,
          "sink uri invalid 'the path is none this system can have: " + e.getReason() + "'",
          e);
    }
    throw invalid("the file sink needs an absolute directory, such as file:///var/lib/changes");
  }

  private static String protocol(Params params) {
    String protocol = params.text("protocol").orElse(DEFAULT_PROTOCOL).toLowerCase(Locale.ROOT);
    if (!PROTOCOLS.contains(protocol)) {
      throw new CdcException(
          StandardErrorCode.SINK_UNKNOWN_PROTOCOL,
          "the file sink does not know the protocol '"
              + protocol
              + "'; it knows "
              + String.join(" and ", PROTOCOLS.stream().sorted().toList()));
    }
    return protocol;
  }

  private static String terminator(Params params) {
    String terminator = params.text("terminator").orElse("\r\n");
    if (!TERMINATORS.contains(terminator)) {
      throw params.bad("terminator", terminator, "CR LF or LF");
    }
    return terminator;
  }

  private static Dates dates(Params params, ZoneId zone) {
    String separator = params.text("date-separator").orElse(Dates.DAY);
    return Dates.of(separator, zone)
        .orElseThrow(
            () ->
                new CdcException(
                    StandardErrorCode.STORAGE_SINK_INVALID_DATE_SEPARATOR,
                    "invalid date-separator '"
                        + separator
                        + "', it must be none, year, month or day"));
  }

  private static CdcException invalid(String reason) {
    return new CdcException(
        StandardErrorCode.SINK_URI_INVALID, "sink uri invalid '" + reason + "'");
  }
}
