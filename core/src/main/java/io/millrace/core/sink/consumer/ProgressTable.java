package io.millrace.core.sink.consumer;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.hash.Hashing;
import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.TableName;
import io.millrace.api.event.SourcePosition;
import io.millrace.api.sink.SinkRequest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import javax.sql.DataSource;

/**
 * The table {@code millrace_progress} in the database of a consumer: for each table of a changefeed
 * the last transaction that the callback has taken, recorded in the callback's own transactions.
 *
 * <p>A sink claims a table's row, under its epoch, before it hands the first rows of that table
 * over. The claim waits for a transaction of the former writer that is under way, and one that
 * comes later is refused; so no transaction is taken by two writers.
 *
 * <p>Only what every SQL database has is used. Keys are hashes, so that no collation makes one of
 * two.
 *
 * <p><i>Threads:</i> any.
 */
final class ProgressTable {
  private static final int QUERY_SECONDS = 5;
  private static final String CREATE =
      """
      CREATE TABLE millrace_progress (
        id VARCHAR(64) NOT NULL PRIMARY KEY, changefeed VARCHAR(255) NOT NULL,
        table_name VARCHAR(255) NOT NULL, epoch DECIMAL(20) NOT NULL,
        writer VARCHAR(40) NOT NULL, delivery DECIMAL(20) NOT NULL,
        log_server VARCHAR(255), log_file DECIMAL(20), log_offset DECIMAL(20),
        log_ordinal DECIMAL(10))
      """;
  private static final String PROBE = "SELECT id FROM millrace_progress WHERE id = ''";
  private static final String CLAIM =
      "UPDATE millrace_progress SET epoch = ?, writer = ?, delivery = 0 WHERE id = ? AND epoch <="
          + " ?";
  private static final String READ =
      "SELECT log_server, log_file, log_offset, log_ordinal, epoch, writer, delivery"
          + " FROM millrace_progress WHERE id = ?";
  private static final String INSERT =
      "INSERT INTO millrace_progress (id, changefeed, table_name, epoch, writer, delivery)"
          + " VALUES (?, ?, ?, ?, ?, 0)";
  private static final String RECORD =
      "UPDATE millrace_progress SET delivery = ?, log_server = ?, log_file = ?, log_offset = ?,"
          + " log_ordinal = ? WHERE id = ? AND writer = ? AND delivery < ?";
  private static final String COMMITTED =
      "SELECT MAX(delivery) FROM millrace_progress WHERE writer = ?";

  private final DataSource database;
  private final SinkRequest request;
  private final String consumer;
  private final String writer = UUID.randomUUID().toString();

  ProgressTable(DataSource database, SinkRequest request, String consumer) {
    this.database = database;
    this.request = request;
    this.consumer = consumer;
  }

  @FunctionalInterface
  private interface Work<T> {
    T on(Connection connection) throws SQLException;
  }

  /** Makes the table, if it is missing. */
  void prepare() {
    if (!exists()) {
      try {
        inTransaction(
            connection -> {
              try (Statement statement = connection.createStatement()) {
                return statement.executeUpdate(CREATE);
              }
            });
      } catch (CdcException e) {
        if (!exists()) {
          throw e;
        }
      }
    }
  }

  private boolean exists() {
    try (Connection connection = database.getConnection()) {
      return probe(connection);
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  private static boolean probe(Connection connection) {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(PROBE)) {
      return !rows.next() || rows.getString(1) != null;
    } catch (SQLException missing) {
      return false;
    }
  }

  /**
   * Claims a table and returns the last transaction of it that was taken; empty while there is
   * none.
   *
   * @throws CdcException {@link StandardErrorCode#EPOCH_BEHIND} if a later assignment has claimed
   *     it; {@link StandardErrorCode#CONSUMER_FAILED}
   */
  Optional<SourcePosition> claim(TableName table) {
    return inTransaction(
        connection -> {
          String id = id(table);
          try (PreparedStatement update = prepare(connection, CLAIM)) {
            update.setLong(1, request.epoch());
            update.setString(2, writer);
            update.setString(3, id);
            update.setLong(4, request.epoch());
            return update.executeUpdate() == 1
                ? position(connection, id)
                : begin(connection, id, table);
          }
        });
  }

  private static Optional<SourcePosition> position(Connection connection, String id)
      throws SQLException {
    try (PreparedStatement select = prepare(connection, READ)) {
      select.setString(1, id);
      try (ResultSet row = select.executeQuery()) {
        String server = row.next() ? row.getString(1) : null;
        return server == null
            ? Optional.empty()
            : Optional.of(
                new SourcePosition(server, row.getLong(2), row.getLong(3), row.getInt(4), ""));
      }
    }
  }

  private Optional<SourcePosition> begin(Connection connection, String id, TableName table)
      throws SQLException {
    try (PreparedStatement select = prepare(connection, READ)) {
      select.setString(1, id);
      try (ResultSet row = select.executeQuery()) {
        if (row.next()) {
          throw new CdcException(
              StandardErrorCode.EPOCH_BEHIND,
              "the progress of consumer '%s' for %s was claimed under epoch %s, this capture has %s"
                  .formatted(consumer, table, row.getLong(5), request.epoch()));
        }
      }
    }
    try (PreparedStatement insert = prepare(connection, INSERT)) {
      insert.setString(1, id);
      insert.setString(2, request.changefeed().toString());
      insert.setString(3, table.toString());
      insert.setLong(4, request.epoch());
      insert.setString(5, writer);
      insert.executeUpdate();
    }
    return Optional.empty();
  }

  /**
   * Records in the caller's transaction what it has taken.
   *
   * @param delivery the number of the delivery that is acknowledged
   * @param taken for each table its last transaction
   * @throws CdcException {@link StandardErrorCode#CONSUMER_FAILED} if a table is another's by now
   */
  void record(Connection connection, long delivery, Map<TableName, SourcePosition> taken)
      throws SQLException {
    Map<String, Map.Entry<TableName, SourcePosition>> inOrder = new TreeMap<>();
    taken.entrySet().forEach(table -> inOrder.put(id(table.getKey()), table));
    try (PreparedStatement update = connection.prepareStatement(RECORD)) {
      for (Map.Entry<String, Map.Entry<TableName, SourcePosition>> each : inOrder.entrySet()) {
        SourcePosition at = each.getValue().getValue();
        update.setLong(1, delivery);
        update.setString(2, at.server());
        update.setLong(3, at.file());
        update.setLong(4, at.offset());
        update.setInt(5, at.ordinal());
        update.setString(6, each.getKey());
        update.setString(7, writer);
        update.setLong(8, delivery);
        if (update.executeUpdate() == 0 && !isRecorded(connection, each.getKey(), delivery)) {
          throw new CdcException(
              StandardErrorCode.CONSUMER_FAILED,
              "the progress of consumer '%s' for %s is not this capture's: another has taken it"
                      .formatted(consumer, each.getValue().getKey())
                  + " over, or the connection is of another database or schema than the one given"
                  + " to the builder; roll back");
        }
      }
    }
  }

  private boolean isRecorded(Connection connection, String id, long delivery) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(READ)) {
      select.setString(1, id);
      try (ResultSet row = select.executeQuery()) {
        return row.next() && writer.equals(row.getString(6)) && row.getLong(7) >= delivery;
      }
    }
  }

  /** Returns the number of the last delivery that is recorded in a transaction that committed. */
  long committed() {
    return inTransaction(
        connection -> {
          try (PreparedStatement select = prepare(connection, COMMITTED)) {
            select.setString(1, writer);
            try (ResultSet row = select.executeQuery()) {
              return row.next() ? row.getLong(1) : 0;
            }
          }
        });
  }

  private <T> T inTransaction(Work<T> work) {
    try (Connection connection = database.getConnection()) {
      boolean before = connection.getAutoCommit();
      connection.setAutoCommit(false);
      boolean done = false;
      try {
        T result = work.on(connection);
        connection.commit();
        done = true;
        return result;
      } finally {
        if (!done) {
          connection.rollback();
        }
        connection.setAutoCommit(before);
      }
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  private CdcException failed(SQLException e) {
    return new CdcException(
        StandardErrorCode.CONSUMER_FAILED,
        "the database of consumer '" + consumer + "' failed: " + e.getMessage(),
        e);
  }

  private static PreparedStatement prepare(Connection connection, String sql) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    statement.setQueryTimeout(QUERY_SECONDS);
    return statement;
  }

  private String id(TableName table) {
    String all = String.join("\0", request.incarnation(), consumer, table.schema(), table.table());
    return Hashing.sha256().hashString(all, UTF_8).toString();
  }
}
