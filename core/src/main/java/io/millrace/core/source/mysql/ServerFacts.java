package io.millrace.core.source.mysql;

import java.io.IOException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a server says of itself.
 *
 * @param mariaDb whether it is MariaDB
 * @param version its version
 * @param identity {@code server_uuid}; MariaDB has none and is named by server id and GTID domain
 * @param serverId its server id
 * @param gtidMode whether every transaction has a GTID of MySQL's kind
 * @param executed the transactions it has, empty without GTIDs
 * @param purged those of them whose log is gone
 * @param clockMillis its clock, in milliseconds since 1970
 */
record ServerFacts(
    boolean mariaDb,
    String version,
    String identity,
    long serverId,
    boolean gtidMode,
    GtidSet executed,
    GtidSet purged,
    long clockMillis) {
  private static final Pattern VERSION = Pattern.compile("(\\d+)\\.(\\d+)");

  /** Asks a server. */
  static ServerFacts of(ServerLink link) throws IOException {
    return link.isMariaDb() ? maria(link) : mysql(link);
  }

  private static ServerFacts mysql(ServerLink link) throws IOException {
    Rows rows =
        link.query(
            "SELECT @@server_uuid u, @@server_id i, @@gtid_mode m, @@global.gtid_executed e,"
                + " @@global.gtid_purged p, "
                + CLOCK
                + " t");
    boolean gtids = text(rows, "m").equalsIgnoreCase("ON");
    return new ServerFacts(
        false,
        link.version(),
        text(rows, "u"),
        Long.parseLong(text(rows, "i")),
        gtids,
        GtidSet.parse(text(rows, "e")),
        GtidSet.parse(text(rows, "p")),
        Long.parseLong(text(rows, "t")));
  }

  private static ServerFacts maria(ServerLink link) throws IOException {
    Rows rows = link.query("SELECT @@server_id i, @@global.gtid_domain_id d, " + CLOCK + " t");
    String serverId = text(rows, "i");
    return new ServerFacts(
        true,
        link.version(),
        "mariadb-" + serverId + "-" + text(rows, "d"),
        Long.parseLong(serverId),
        false,
        new GtidSet(),
        new GtidSet(),
        Long.parseLong(text(rows, "t")));
  }

  private static final String CLOCK = "CAST(FLOOR(UNIX_TIMESTAMP(NOW(6)) * 1000) AS CHAR)";

  private static String text(Rows rows, String name) {
    return rows.rows().isEmpty() ? "" : rows.value(rows.rows().get(0), name).orElse("");
  }

  /** Returns a server's clock, in milliseconds since 1970. */
  static long clock(ServerLink link) throws IOException {
    return Long.parseLong(link.query("SELECT " + CLOCK).scalar().orElse("0"));
  }

  /** Returns the log files in order, with their sizes. */
  static List<LogFile> logFiles(ServerLink link) throws IOException {
    Rows rows = link.query("SHOW BINARY LOGS");
    return rows.rows().stream()
        .map(
            row ->
                new LogFile(
                    LogPlace.of(rows.value(row, "Log_name").orElse(""), LogPlace.FIRST),
                    Long.parseLong(rows.value(row, "File_size").orElse("0"))))
        .toList();
  }

  /** Returns the end of the log, with the executed GTID set; the offset is 0 if there is no log. */
  static LogPlace end(ServerLink link) throws IOException {
    Rows rows = link.query(endQuery(link));
    if (rows.rows().isEmpty()) {
      return new LogPlace("", 0, 6, 0, 0, new GtidSet(), "");
    }
    LogPlace place = place(rows);
    GtidSet gtids = GtidSet.parse(text(rows, "Executed_Gtid_Set"));
    String state =
        link.isMariaDb() ? link.query("SELECT @@global.gtid_binlog_state").scalar().orElse("") : "";
    return new LogPlace(
        place.base(), place.file(), place.digits(), place.offset(), 0, gtids, state);
  }

  /** Returns the question where the log ends. */
  static String endQuery(ServerLink link) {
    boolean renamed = !link.isMariaDb() && atLeast(link.version(), 8, 2);
    return renamed ? "SHOW BINARY LOG STATUS" : "SHOW MASTER STATUS";
  }

  /** Returns the place that an answer to {@link #endQuery} names. */
  static LogPlace place(Rows end) {
    return LogPlace.of(text(end, "File"), Long.parseLong(text(end, "Position")));
  }

  /** Returns whether a version such as {@code 8.0.33-log} is at least so high. */
  static boolean atLeast(String version, int major, int minor) {
    Matcher parts = VERSION.matcher(version);
    if (!parts.find()) {
      return false;
    }
    int first = Integer.parseInt(parts.group(1));
    int second = Integer.parseInt(parts.group(2));
    return first > major || (first == major && second >= minor);
  }

  /**
   * A file of the log.
   *
   * @param start its beginning
   * @param size its size in bytes
   */
  record LogFile(LogPlace start, long size) {}
}
