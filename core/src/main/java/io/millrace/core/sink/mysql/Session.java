package io.millrace.core.sink.mysql;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One connection to the downstream, with transactions begun and ended by hand.
 *
 * <p><i>Threads:</i> one at a time; {@link #close} from any.
 */
final class Session implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Session.class.getName());

  private final Connection connection;
  private final ServerKind kind;

  Session(Connection connection, ServerKind kind) {
    this.connection = connection;
    this.kind = kind;
  }

  /** Returns what the server is. */
  ServerKind kind() {
    return kind;
  }

  /** Runs a statement; returns how many rows it found. */
  int execute(String sql) throws SQLException {
    return execute(sql, 1)[0];
  }

  /**
   * Runs statements joined by semicolons, none of which is a query.
   *
   * @return how many rows each of the first {@code count} found
   */
  int[] execute(String sql, int count) throws SQLException {
    int[] found = new int[count];
    try (Statement statement = connection.createStatement()) {
      statement.setEscapeProcessing(false);
      statement.execute(sql);
      for (int i = 0; i < count; i++) {
        found[i] = statement.getUpdateCount();
        statement.getMoreResults();
      }
    }
    return found;
  }

  /** Runs a statement with arguments; returns how many rows it changed. */
  int update(String sql, Object... arguments) throws SQLException {
    try (PreparedStatement statement = prepared(sql, arguments)) {
      return statement.executeUpdate();
    }
  }

  /** Runs an insert with arguments; returns the number the server gave the row. */
  long insert(String sql, Object... arguments) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(sql, Statement.RETURN_GENERATED_KEYS)) {
      bind(statement, arguments);
      statement.executeUpdate();
      try (ResultSet keys = statement.getGeneratedKeys()) {
        if (!keys.next()) {
          throw new SQLException("the server gave the row no number");
        }
        return keys.getLong(1);
      }
    }
  }

  /** Returns the rows of a query, each with its values as texts. */
  List<List<@Nullable String>> query(String sql, Object... arguments) throws SQLException {
    List<List<@Nullable String>> rows = new ArrayList<>();
    try (PreparedStatement statement = prepared(sql, arguments);
        ResultSet result = statement.executeQuery()) {
      int columns = result.getMetaData().getColumnCount();
      while (result.next()) {
        List<@Nullable String> row = new ArrayList<>(columns);
        for (int i = 1; i <= columns; i++) {
          row.add(result.getString(i));
        }
        rows.add(row);
      }
    }
    return rows;
  }

  private PreparedStatement prepared(String sql, Object... arguments) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    boolean bound = false;
    try {
      bind(statement, arguments);
      bound = true;
      return statement;
    } finally {
      if (!bound) {
        statement.close();
      }
    }
  }

  private static void bind(PreparedStatement statement, Object... arguments) throws SQLException {
    for (int i = 0; i < arguments.length; i++) {
      statement.setObject(i + 1, arguments[i]);
    }
  }

  /** Says whether each statement is a transaction of its own; sessions begin without. */
  void autocommit(boolean each) throws SQLException {
    connection.setAutoCommit(each);
  }

  void commit() throws SQLException {
    connection.commit();
  }

  void rollback() throws SQLException {
    connection.rollback();
  }

  /** Cuts the connection; what its transaction did is rolled back. */
  @Override
  public void close() {
    try {
      connection.abort(Runnable::run);
    } catch (SQLException e) {
      LOG.log(Level.DEBUG, "cutting a connection failed", e);
    }
  }
}
