package io.millrace.core.sink.mysql;

import io.millrace.api.event.SourcePosition;
import io.millrace.api.snapshot.SqlSnapshot;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The downstream's rows as of one moment: one transaction, which gives back what it locks after
 * each query.
 *
 * @param session a session of its own
 */
record DownstreamSnapshot(Session session) implements SqlSnapshot {
  private static final Duration ANSWER = Duration.ofMinutes(10);

  /** Opens one. */
  static DownstreamSnapshot open(Downstream downstream) {
    try {
      Session session = downstream.reading(ANSWER);
      boolean done = false;
      try {
        session.execute("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ");
        session.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT");
        session.execute("SAVEPOINT opened");
        done = true;
        return new DownstreamSnapshot(session);
      } finally {
        if (!done) {
          session.close();
        }
      }
    } catch (SQLException e) {
      throw downstream.unreachable(e);
    }
  }

  @Override
  public Optional<SourcePosition> position() {
    return Optional.empty();
  }

  @Override
  public List<List<@Nullable String>> query(String sql) throws SQLException {
    List<List<@Nullable String>> rows = session.query(sql);
    session.execute("ROLLBACK TO SAVEPOINT opened");
    return rows;
  }

  @Override
  public void close() {
    session.close();
  }
}
