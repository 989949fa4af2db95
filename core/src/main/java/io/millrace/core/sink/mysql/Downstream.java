package io.millrace.core.sink.mysql;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.core.connector.CertificateFiles;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.zone.ZoneRules;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.mariadb.jdbc.Driver;

/**
 * The server written to: opens sessions. The only class that names the driver.
 *
 * <p><i>Threads:</i> any. <i>Source:</i> MySQL sink specification, 2.
 */
final class Downstream {
  /**
   * As the specification's, so that values of the upstream are taken as they are: zero dates, 0 in
   * AUTO_INCREMENT columns.
   */
  private static final String SQL_MODE =
      "ONLY_FULL_GROUP_BY,NO_ENGINE_SUBSTITUTION,IGNORE_SPACE,NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES";

  private final MySqlOptions options;
  private final CertificateFiles files;

  Downstream(MySqlOptions options, CertificateFiles files) {
    this.options = options;
    this.files = files;
  }

  /** Opens a session for rows: TIMESTAMP values are given and compared in UTC. */
  Session rows() throws SQLException {
    return open("+00:00", options.readTimeout(), options.timeout());
  }

  /** Opens a session for reading what is there, of which answers may take the time given. */
  Session reading(Duration answer) throws SQLException {
    return open("+00:00", answer, options.timeout());
  }

  /** Opens a session for rows that is not waited for for long. */
  Session rows(Duration limit) throws SQLException {
    return open("+00:00", limit, limit);
  }

  /** Opens a session for schema changes, which may take any time. */
  Session schema() throws SQLException {
    return open(options.timeZone(), Duration.ZERO, options.timeout());
  }

  /**
   * Opens a session and closes it.
   *
   * @param limit how long it may take
   * @throws CdcException {@link StandardErrorCode#MYSQL_CONNECTION_ERROR}
   */
  void dial(Duration limit) {
    try (Session session = open(options.timeZone(), limit, limit)) {
      session.query("SELECT 1");
    } catch (SQLException e) {
      throw unreachable(e);
    }
  }

  /** Returns the error of a server that cannot be reached. */
  CdcException unreachable(SQLException e) {
    return new CdcException(
        StandardErrorCode.MYSQL_CONNECTION_ERROR,
        "MySQL connection error: fail to open MySQL connection: "
            + options
            + ": "
            + ServerErrors.masked(e)
            + ServerErrors.hint(e, options.timeZone()),
        e);
  }

  private Session open(String timeZone, Duration answer, Duration connect) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", options.user());
    properties.setProperty("password", options.password());
    properties.setProperty("connectTimeout", millis(connect));
    // also bounds the handshake
    properties.setProperty("socketTimeout", millis(answer.isZero() ? connect : answer));
    properties.setProperty("allowMultiQueries", "true");
    properties.setProperty("allowPublicKeyRetrieval", "true");
    properties.setProperty("allowLocalInfile", "false");
    properties.setProperty("useServerPrepStmts", "false");
    properties.setProperty("tcpKeepAlive", "true");
    properties.setProperty("sslMode", options.encrypted() ? "trust" : "disable");
    options.ca().ifPresent(file -> trust(file, properties));
    Connection connection =
        new Driver().connect("jdbc:mariadb://" + options.address() + "/", properties);
    boolean ready = false;
    try {
      ServerKind kind = kind(connection);
      prepare(connection, kind, timeZone);
      connection.setAutoCommit(false);
      connection.setNetworkTimeout(Runnable::run, (int) Math.min(answer.toMillis(), 1 << 30));
      ready = true;
      return new Session(connection, kind);
    } finally {
      if (!ready) {
        connection.close();
      }
    }
  }

  /** Has the server's certificate checked against those in a file, which may change meanwhile. */
  private void trust(String file, Properties properties) {
    properties.setProperty("sslMode", "verify-ca");
    properties.setProperty(
        "serverSslCert", files.read("ssl-ca", file, StandardErrorCode.MYSQL_INVALID_CONFIG));
  }

  private static String millis(Duration limit) {
    return Long.toString(Math.min(limit.toMillis(), 1 << 30));
  }

  private static ServerKind kind(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("SELECT VERSION(), @@max_allowed_packet")) {
      result.next();
      return new ServerKind(ServerKind.flavorOf(result.getString(1)), result.getLong(2));
    }
  }

  private void prepare(Connection connection, ServerKind kind, String timeZone)
      throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET NAMES utf8mb4");
      statement.execute(
          "SET SESSION sql_mode='" + SQL_MODE + "', foreign_key_checks=0, wait_timeout=28800");
      statement.execute("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED");
      if (!timeZone.isEmpty()) {
        statement.execute("SET SESSION time_zone='" + known(timeZone) + "'");
      }
      if (kind.flavor() == ServerKind.Flavor.TIDB) {
        for (String setting : tidbSettings(statement)) {
          statement.execute("SET SESSION " + setting);
        }
      }
    }
  }

  /** Returns the offset of a zone that has but one: servers may not know its name. */
  static String known(String timeZone) {
    if (timeZone.startsWith("+") || timeZone.startsWith("-")) {
      return timeZone;
    }
    ZoneRules rules;
    try {
      rules = ZoneId.of(timeZone).getRules();
    } catch (DateTimeException e) {
      // a name of the servers' own, such as posix/Asia/Shanghai
      return timeZone;
    }
    if (!rules.isFixedOffset()) {
      return timeZone;
    }
    String offset = rules.getOffset(Instant.EPOCH).getId();
    return offset.equals("Z") ? "+00:00" : offset;
  }

  private List<String> tidbSettings(Statement statement) throws SQLException {
    Map<String, String> wanted = new HashMap<>();
    wanted.put("allow_auto_random_explicit_insert", "1");
    wanted.put("tidb_txn_mode", "'" + options.txnMode() + "'");
    wanted.put("tidb_placement_mode", "'ignore'");
    wanted.put("tidb_enable_external_ts_read", "OFF");
    for (String name : List.copyOf(wanted.keySet())) {
      try (ResultSet there = statement.executeQuery("SHOW SESSION VARIABLES LIKE '" + name + "'")) {
        if (!there.next()) {
          wanted.remove(name);
        }
      }
    }
    return wanted.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList();
  }
}
