package io.millrace.core.sink.mysql;

import com.google.common.collect.Lists;
import io.millrace.api.event.SchemaChange;
import io.millrace.core.sink.mysql.ServerKind.Flavor;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a session takes over for one statement, so that it reads and does it as the upstream's did;
 * as a replica of MySQL does.
 *
 * <p><i>Threads:</i> one.
 */
final class UpstreamSettings {
  private static final Logger LOG = System.getLogger(UpstreamSettings.class.getName());
  private static final int UNKNOWN_CHARSET = 1115;
  private static final int UNKNOWN_VARIABLE = 1193;
  private static final int UNKNOWN_COLLATION = 1273;

  /** What the upstream's server took is taken. */
  private static final String LENIENT =
      "NO_ENGINE_SUBSTITUTION,NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES";

  /** Each is what the other server always does. */
  private static final Map<String, Flavor> OWN_MODES =
      Map.of(
          "TIME_TRUNCATE_FRACTIONAL", Flavor.MYSQL,
          "TIME_ROUND_FRACTIONAL", Flavor.MARIADB);

  private final Session session;
  private final List<String> resets = new ArrayList<>(List.of("TIMESTAMP=DEFAULT"));

  private UpstreamSettings(Session session) {
    this.session = session;
  }

  /** Gives a session what a statement ran under. */
  static UpstreamSettings take(Session session, SchemaChange change) throws SQLException {
    UpstreamSettings settings = new UpstreamSettings(session);
    if (change.timeZone().isPresent()) {
      settings.set("time_zone", Downstream.known(change.timeZone().get()));
    }
    for (Map.Entry<String, String> each : change.collations().entrySet()) {
      settings.collate(each.getKey(), each.getValue());
    }
    session.execute(timeAndMode(session.kind().flavor(), change));
    return settings;
  }

  /** Gives the session back what it had; its {@code sql_mode} is set anew for each statement. */
  void reset() throws SQLException {
    session.execute("SET " + String.join(", ", resets));
  }

  private static String timeAndMode(Flavor flavor, SchemaChange change) {
    Instant ran = change.ranAt().orElse(Instant.ofEpochMilli(change.commitTs().millis()));
    String[] modes =
        change.sqlMode().stream()
            .filter(mode -> OWN_MODES.getOrDefault(mode, flavor) == flavor)
            .toArray(String[]::new);
    return "SET TIMESTAMP="
        + ran.getEpochSecond()
        + String.format(".%06d", ran.getNano() / 1000)
        + ", SESSION sql_mode='"
        + String.join(",", Lists.asList(LENIENT, modes))
        + "'";
  }

  /** Sets a variable to a collation, or to the default of its charset where it is not known. */
  private void collate(String variable, String collation) throws SQLException {
    try {
      set(variable, collation);
    } catch (SQLException e) {
      if (e.getErrorCode() != UNKNOWN_COLLATION) {
        throw e;
      }
      if (variable.startsWith("collation_")) {
        encode(variable.replace("collation_", "character_set_"), collation);
      }
    }
  }

  private void encode(String variable, String collation) throws SQLException {
    String charset = Charsets.of(collation);
    LOG.log(
        Level.WARNING,
        "collation not known downstream, taking the default of its charset collation={0}",
        collation);
    try {
      set(variable, charset);
    } catch (SQLException e) {
      if (e.getErrorCode() != UNKNOWN_CHARSET) {
        throw e;
      }
      // which holds what any other does
      set(variable, "utf8mb4");
    }
  }

  private void set(String variable, String value) throws SQLException {
    String before = value(variable);
    if (before != null && !before.equals(value)) {
      session.update("SET SESSION " + variable + "=?", value);
      resets.add("SESSION " + variable + "='" + before + "'");
    }
  }

  /** Returns the value of a variable; null: the server has none of this name. */
  private @Nullable String value(String variable) throws SQLException {
    try {
      return session.query("SELECT @@SESSION." + variable).get(0).get(0);
    } catch (SQLException e) {
      if (e.getErrorCode() == UNKNOWN_VARIABLE) {
        return null;
      }
      throw e;
    }
  }
}
