package io.millrace.core.sink.file;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.sink.SinkRequest;
import io.millrace.core.connector.Params;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
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
 * @param encoderParams the encoder's parameters
 */
record FileSinkOptions(
    Path root,
    String protocol,
    long fileSize,
    Duration flushInterval,
    String terminator,
    boolean splitKeyChanges,
    Map<String, String> encoderParams) {
  private static final String DEFAULT_PROTOCOL = "canal-json";
  private static final Set<String> PROTOCOLS = Set.of("canal-json", "csv");
  private static final Set<String> TERMINATORS = Set.of("\r\n", "\n");
  private static final Set<String> DATE_SEPARATORS = Set.of("none", "year", "month", "day");
  private static final String STORAGE = "cloud-storage-config.";
  private static final long DEFAULT_FILE_SIZE = 64L << 20;
  private static final long LEAST_FILE_SIZE = 1L << 20;
  private static final long MOST_FILE_SIZE = 512L << 20;
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
    checkDateSeparator(params);
    long fileSize = params.number("file-size", DEFAULT_FILE_SIZE, 1, Long.MAX_VALUE);
    return new FileSinkOptions(
        root(request),
        protocol(params),
        Math.max(LEAST_FILE_SIZE, Math.min(MOST_FILE_SIZE, fileSize)),
        within(params.duration("flush-interval", DEFAULT_INTERVAL)),
        terminator(params),
        !params.flag("output-raw-change-event", false),
        values);
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

  private static void checkDateSeparator(Params params) {
    String separator = params.text("date-separator").orElse("none");
    if (!DATE_SEPARATORS.contains(separator)) {
      throw new CdcException(
          StandardErrorCode.STORAGE_SINK_INVALID_DATE_SEPARATOR,
          "invalid date-separator '" + separator + "', it must be none");
    }
    if (!separator.equals("none")) {
      throw params.bad("date-separator", separator, "none, the only one this sink has");
    }
  }

  private static CdcException invalid(String reason) {
    return new CdcException(
        StandardErrorCode.SINK_URI_INVALID, "sink uri invalid '" + reason + "'");
  }
}
