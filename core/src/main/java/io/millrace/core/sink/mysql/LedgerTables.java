package io.millrace.core.sink.mysql;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** The tables of the ledger. */
final class LedgerTables {
  private static final String OPTIONS =
      " ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin";
  private static final List<String> STATEMENTS =
      List.of(
          "CREATE DATABASE IF NOT EXISTS millrace",
          """
          CREATE TABLE IF NOT EXISTS millrace.feed(
           id BIGINT AUTO_INCREMENT PRIMARY KEY, incarnation VARCHAR(128) NOT NULL UNIQUE,
           changefeed VARCHAR(255) NOT NULL, takeover BIGINT NOT NULL, term BIGINT NOT NULL,
           version BIGINT NOT NULL)"""
              + OPTIONS,
          """
          CREATE TABLE IF NOT EXISTS millrace.gone(
           feed BIGINT NOT NULL, capture VARCHAR(128) NOT NULL, PRIMARY KEY(feed, capture))"""
              + OPTIONS,
          """
          CREATE TABLE IF NOT EXISTS millrace.writer(
           id BIGINT AUTO_INCREMENT PRIMARY KEY, feed BIGINT NOT NULL,
           capture VARCHAR(128) NOT NULL, KEY(feed, capture))"""
              + OPTIONS,
          """
          CREATE TABLE IF NOT EXISTS millrace.slot(
           writer BIGINT NOT NULL, slot INT NOT NULL, seq BIGINT NOT NULL,
           PRIMARY KEY(writer, slot))"""
              + OPTIONS,
          """
          CREATE TABLE IF NOT EXISTS millrace.claim(
           feed BIGINT NOT NULL, table_id BIGINT NOT NULL, takeover BIGINT NOT NULL,
           epoch BIGINT NOT NULL, writer BIGINT NOT NULL, PRIMARY KEY(feed, table_id))"""
              + OPTIONS,
          """
          CREATE TABLE IF NOT EXISTS millrace.watermark(
           feed BIGINT NOT NULL, table_schema VARCHAR(64) NOT NULL, table_name VARCHAR(64) NOT NULL,
           source VARCHAR(64) NOT NULL, log_file BIGINT NOT NULL, log_offset BIGINT NOT NULL,
           ts BIGINT NOT NULL, PRIMARY KEY(feed, table_schema, table_name))"""
              + OPTIONS,
          """
          CREATE TABLE IF NOT EXISTS millrace.applied(
           feed BIGINT NOT NULL, table_schema VARCHAR(64) NOT NULL, table_name VARCHAR(64) NOT NULL,
           writer BIGINT NOT NULL, slot INT NOT NULL, seq BIGINT NOT NULL,
           source VARCHAR(64) NOT NULL, log_file BIGINT NOT NULL, log_offset BIGINT NOT NULL,
           ts BIGINT NOT NULL, txns MEDIUMTEXT CHARACTER SET ascii NOT NULL,
           PRIMARY KEY(feed, table_schema, table_name, log_file, log_offset, writer, slot, seq))"""
              + OPTIONS,
          """
          CREATE TABLE IF NOT EXISTS millrace.ddl(
           feed BIGINT NOT NULL PRIMARY KEY, source VARCHAR(64) NOT NULL, log_file BIGINT NOT NULL,
           log_offset BIGINT NOT NULL, ordinal INT NOT NULL, done BOOLEAN NOT NULL,
           definition MEDIUMTEXT NOT NULL)"""
              + OPTIONS);
  private static final String LAST = "SELECT feed FROM millrace.ddl LIMIT 0";

  /** No such schema, table; TiDB says likewise. */
  private static final Set<Integer> MISSING = Set.of(1049, 1146, 1142);

  private LedgerTables() {}

  /**
   * Makes them where there are none.
   *
   * @throws CdcException {@link StandardErrorCode#MYSQL_QUERY_ERROR} if the user may not
   */
  static void create(Session session) throws SQLException {
    if (exist(session)) {
      return;
    }
    for (String statement : STATEMENTS) {
      try {
        session.execute(statement);
      } catch (SQLException e) {
        if (ServerErrors.isOutage(e)) {
          throw e;
        }
        throw new CdcException(
            StandardErrorCode.MYSQL_QUERY_ERROR,
            "MySQL query error: cannot make the schema millrace downstream, grant the user ALL ON"
                + " millrace.* or write at least once with exactly-once=false&enable-ddl-ts=false: "
                + ServerErrors.masked(e),
            e);
      }
    }
  }

  /** Returns whether they are there. */
  static boolean exist(Session session) throws SQLException {
    try {
      session.query(LAST);
      return true;
    } catch (SQLException e) {
      if (!MISSING.contains(e.getErrorCode())) {
        throw e;
      }
      session.rollback();
      return false;
    }
  }
}
