package io.millrace.core.sink.mysql;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;

/**
 * What a server's errors mean.
 *
 * <p><i>Source:</i> MySQL sink specification, 6 and 7; MySQL's and MariaDB's lists of errors.
 */
final class ServerErrors {
  private static final int DUPLICATE_ENTRY = 1062;
  private static final int UNKNOWN_TIME_ZONE = 1298;

  /** Lock wait timeout, deadlock, MariaDB's record changed since last read; TiDB's conflicts. */
  private static final Set<Integer> CONFLICTS = Set.of(1205, 1213, 1020, 9007, 8002, 8022, 8028);

  /** The server stops, is full, or is read-only for a while, or the connection was ended. */
  private static final Set<Integer> OUTAGES =
      Set.of(1040, 1053, 1158, 1159, 1160, 1161, 1184, 1203, 1290, 1317, 1792, 1836, 1927, 4031);

  /** No such thing, no grant, a statement that cannot be read, a row that is there already. */
  private static final Set<Integer> FINAL =
      Set.of(1044, 1045, 1049, 1054, DUPLICATE_ENTRY, 1064, 1142, 1143, 1146, 1227);

  private static final Set<Integer> DONE_ALREADY =
      Set.of(1007, 1008, 1050, 1051, 1054, 1060, 1061, 1068, 1091, 1176, 1507, 1517, 1831);

  /** Disk, table or lock table full, another change came between, the server's limit of time. */
  private static final Set<Integer> PASSING_SCHEMA = Set.of(1021, 1114, 1206, 1412, 1969, 3024);

  private ServerErrors() {}

  /** Returns whether the connection is gone, or cannot be used any more. */
  static boolean isOutage(SQLException e) {
    String state = e.getSQLState();
    return e instanceof SQLTransientConnectionException
        || e instanceof SQLNonTransientConnectionException
        || e instanceof SQLTimeoutException
        || (state != null && state.startsWith("08"))
        || OUTAGES.contains(e.getErrorCode());
  }

  /** Returns whether the transaction met another one, and will do if tried again. */
  static boolean isConflict(int code) {
    return CONFLICTS.contains(code);
  }

  /** Returns whether writing rows is worth another try after this error. */
  static boolean isRetryable(int code) {
    return !FINAL.contains(code);
  }

  /** Returns whether the error says that a row is there already. */
  static boolean isDuplicate(SQLException e) {
    return e.getErrorCode() == DUPLICATE_ENTRY;
  }

  /** Returns whether a schema change that meets this error has been applied before. */
  static boolean isDoneAlready(int code) {
    return DONE_ALREADY.contains(code);
  }

  /** Returns whether a schema change is worth another try after this error of one. */
  static boolean isSchemaRetryable(SQLException e) {
    return isOutage(e) || isConflict(e.getErrorCode()) || PASSING_SCHEMA.contains(e.getErrorCode());
  }

  /** Returns number, state and text of an error, with all that stands in quotes left out. */
  static String masked(SQLException e) {
    String text = String.valueOf(e.getMessage()).replaceAll("'(?:[^'\\\\]|\\\\.)*'", "'?'");
    return "error " + e.getErrorCode() + " (" + e.getSQLState() + "): " + firstLine(text);
  }

  private static String firstLine(String text) {
    int end = text.indexOf('\n');
    return end < 0 ? text : text.substring(0, end);
  }

  /** Returns what to do about an error, or an empty text. */
  static String hint(SQLException e, String timeZone) {
    return e.getErrorCode() == UNKNOWN_TIME_ZONE
        ? "; the server does not know the time zone "
            + timeZone
            + ": load its time zone tables, or give an offset such as time-zone=%2B08:00"
        : "";
  }
}
