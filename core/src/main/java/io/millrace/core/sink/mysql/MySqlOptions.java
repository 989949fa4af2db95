package io.millrace.core.sink.mysql;

import io.millrace.api.CdcException;
import io.millrace.api.ConnectorUri;
import io.millrace.api.Secret;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.sink.SinkRequest;
import io.millrace.core.connector.Params;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The parameters of a MySQL sink.
 *
 * <p><i>Source:</i> MySQL sink specification, 1; API v1, 4.2.1.
 *
 * @param host the server's name or address
 * @param port its TCP port
 * @param user the user
 * @param password the password; may be empty. Never log it
 * @param encrypted whether connections are encrypted
 * @param ca the file of the certificates trusted, in PEM; empty: the server's is not looked at
 * @param workers how many connections write rows in parallel
 * @param maxTxnRows rows of one downstream transaction, as far as transactions may be split
 * @param maxMultiUpdateRows accepted; MySQL has no use for it
 * @param maxMultiUpdateBytes accepted; MySQL has no use for it
 * @param txnMode TiDB's transaction mode
 * @param safeMode whether rows are always written so that repeating is harmless
 * @param batchRows whether several rows go in one statement
 * @param multiStatements whether several statements go in one round trip
 * @param cacheStatements accepted; statements are sent as text
 * @param vectorType whether VECTOR columns become LONGTEXT in schema changes
 * @param wholeTables whether one table's rows of one transaction are never split
 * @param exactlyOnce whether what is applied is noted downstream
 * @param noteSchemaChanges whether schema changes are noted downstream
 * @param passUnknown whether statements that are not understood are run as they are; else they stop
 *     the changefeed
 * @param takeover the epoch up to which claims of an abandoned store are overruled
 * @param timeZone the zone of schema changes that tell none; empty text: the server's own
 * @param readTimeout how long an answer may take
 * @param writeTimeout accepted; the driver has one limit for both
 * @param timeout how long connecting may take
 */
record MySqlOptions(
    String host,
    int port,
    String user,
    String password,
    boolean encrypted,
    Optional<String> ca,
    int workers,
    int maxTxnRows,
    int maxMultiUpdateRows,
    int maxMultiUpdateBytes,
    String txnMode,
    boolean safeMode,
    boolean batchRows,
    boolean multiStatements,
    boolean cacheStatements,
    boolean vectorType,
    boolean wholeTables,
    boolean exactlyOnce,
    boolean noteSchemaChanges,
    boolean passUnknown,
    long takeover,
    String timeZone,
    Duration readTimeout,
    Duration writeTimeout,
    Duration timeout) {
  private static final Logger LOG = System.getLogger(MySqlOptions.class.getName());
  private static final StandardErrorCode WRONG = StandardErrorCode.MYSQL_INVALID_CONFIG;
  private static final int DEFAULT_PORT = 4000;
  private static final String SECTION = "mysql-config.";
  private static final Duration MINUTES = Duration.ofMinutes(2);
  private static final Pattern EMPTY_ZONE = Pattern.compile("[?&]time-zone=(?:&|$)");
  private static final Pattern OFFSET = Pattern.compile("[+-]\\d{1,2}:\\d{2}");
  private static final Set<String> KNOWN =
      Set.of(
          "worker-count",
          "max-txn-row",
          "max-multi-update-row",
          "max-multi-update-row-size",
          "tidb-txn-mode",
          "safe-mode",
          "batch-replace-enable",
          "batch-replace-size",
          "batch-dml-enable",
          "multi-stmt-enable",
          "cache-prep-stmts",
          "read-timeout",
          "write-timeout",
          "timeout",
          "time-zone",
          "ssl-ca",
          "ssl-cert",
          "ssl-key",
          "transaction-atomicity",
          "has-vector-type",
          "enable-ddl-ts",
          "exactly-once",
          "unknown-statements",
          "takeover");

  /**
   * Reads a request's URI and configuration.
   *
   * @throws CdcException {@link StandardErrorCode#MYSQL_INVALID_CONFIG} naming the parameter;
   *     {@link StandardErrorCode#SINK_URI_INVALID} for a protocol or a missing host
   */
  static MySqlOptions of(SinkRequest request) {
    ConnectorUri uri = request.uri();
    checkShape(uri);
    Params params = new Params(merged(request), WRONG);
    params.flag("batch-replace-enable", true);
    params.number("batch-replace-size", 20, Integer.MIN_VALUE, Long.MAX_VALUE);
    String atomicity = params.word("transaction-atomicity", "none", Set.of("none", "table"));
    Optional<String> ca = certificate(params);
    boolean exactlyOnce = params.flag("exactly-once", true);
    boolean notes = params.flag("enable-ddl-ts", true);
    if (exactlyOnce && !notes) {
      throw params.bad("enable-ddl-ts", "false", "true, or exactly-once false");
    }
    return new MySqlOptions(
        uri.host(),
        uri.port(DEFAULT_PORT),
        uri.user().orElse("root"),
        uri.password().map(Secret::reveal).orElse(""),
        ca.isPresent() || uri.scheme().endsWith("+ssl"),
        ca,
        atLeastOne(params, "worker-count", 16, 1024),
        atLeastOne(params, "max-txn-row", 256, 2048),
        atLeastOne(params, "max-multi-update-row", 40, 256),
        (int) Math.min(8192, params.number("max-multi-update-row-size", 1024, 0, Long.MAX_VALUE)),
        txnMode(params),
        params.flag("safe-mode", false),
        params.flag("batch-dml-enable", true),
        params.flag("multi-stmt-enable", true),
        params.flag("cache-prep-stmts", true),
        params.flag("has-vector-type", false),
        atomicity.equals("table"),
        exactlyOnce,
        notes,
        params.word("unknown-statements", "stop", Set.of("stop", "pass")).equals("pass"),
        params.number("takeover", 0, 0, Long.MAX_VALUE),
        zone(params, request),
        timeout(params, "read-timeout"),
        timeout(params, "write-timeout"),
        timeout(params, "timeout"));
  }

  private static void checkShape(ConnectorUri uri) {
    Optional<String> protocol = uri.param("protocol");
    if (protocol.isPresent()) {
      throw new CdcException(
          StandardErrorCode.SINK_URI_INVALID,
          "sink uri invalid 'protocol "
              + protocol.get()
              + " is incompatible with "
              + uri.scheme()
              + " scheme'");
    }
    if (uri.hosts().size() != 1 || uri.host().isEmpty()) {
      throw new CdcException(
          StandardErrorCode.SINK_URI_INVALID,
          "sink uri invalid 'it must name one host: "
              + uri.scheme()
              + "://user:password@host:port/'");
    }
    for (String name : uri.params().keySet()) {
      if (!KNOWN.contains(name)) {
        LOG.log(Level.WARNING, "unknown parameter of the sink URI ignored parameter={0}", name);
      }
    }
  }

  /** The URI's parameters win over the configuration's. */
  private static Map<String, String> merged(SinkRequest request) {
    Map<String, String> all = new HashMap<>();
    request
        .config()
        .options()
        .forEach(
            (key, value) ->
                all.put(key.startsWith(SECTION) ? key.substring(SECTION.length()) : key, value));
    all.keySet().retainAll(KNOWN);
    all.putAll(request.uri().params());
    return all;
  }

  private static int atLeastOne(Params params, String name, int otherwise, int most) {
    long value = params.number(name, otherwise, Long.MIN_VALUE, Long.MAX_VALUE);
    if (value < 1) {
      throw new CdcException(
          WRONG, "invalid " + name + " " + value + ", which must be greater than 0");
    }
    return (int) Math.min(most, value);
  }

  private static String txnMode(Params params) {
    String mode = params.text("tidb-txn-mode").orElse("optimistic");
    if (mode.equals("optimistic") || mode.equals("pessimistic")) {
      return mode;
    }
    LOG.log(Level.WARNING, "unknown tidb-txn-mode ignored value={0}", mode);
    return "optimistic";
  }

  private static Optional<String> certificate(Params params) {
    for (String name : new String[] {"ssl-cert", "ssl-key"}) {
      if (params.text(name).isPresent()) {
        throw new CdcException(
            WRONG,
            name + " is not supported: this sink logs in by password, leave the parameter out");
      }
    }
    return params.text("ssl-ca");
  }

  private static String zone(Params params, SinkRequest request) {
    if (EMPTY_ZONE.matcher(request.uri().text()).find()) {
      return "";
    }
    Optional<String> given = params.text("time-zone");
    if (given.isEmpty()) {
      return request.zone() instanceof ZoneOffset offset
          ? (offset.equals(ZoneOffset.UTC) ? "+00:00" : offset.getId())
          : request.zone().getId();
    }
    if (OFFSET.matcher(given.get()).matches()) {
      return given.get();
    }
    try {
      return ZoneId.of(given.get()).getId();
    } catch (DateTimeException e) {
      throw new CdcException(
          WRONG, "unknown time zone " + given.get() + ", use a name such as Asia/Shanghai", e);
    }
  }

  private static Duration timeout(Params params, String name) {
    Duration value = params.duration(name, MINUTES);
    if (value.isNegative()) {
      throw params.bad(name, params.text(name).orElse(""), "a duration such as 90s, 2m or 1h30m");
    }
    return value;
  }

  /** Returns {@code host:port}, as messages name the server. */
  String address() {
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }

  /** Returns the address without the password. */
  @Override
  public String toString() {
    return user + "@" + address();
  }
}
