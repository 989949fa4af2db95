package io.millrace.api.snapshot;

import io.millrace.api.event.SourcePosition;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a server that speaks MySQL's SQL, as of one moment: later changes are not seen.
 *
 * <p>The session's time zone is UTC and its texts are utf8mb4. Between two queries it keeps no
 * table from being altered; a table that was altered meanwhile is refused.
 *
 * <p><i>Threads:</i> one at a time; {@link #close} from any, also while a query runs.
 */
public interface SqlSnapshot extends AutoCloseable {
  /**
   * Returns the place in the log that the rows stand for: exactly the transactions before it are
   * seen. Empty for a server whose log is not read.
   */
  Optional<SourcePosition> position();

  /**
   * Returns the rows of a query, in its order, each value as text; a NULL is null.
   *
   * @throws SQLException if the server refuses the query; of class 08 if it cannot be asked any
   *     more
   */
  List<List<@Nullable String>> query(String sql) throws SQLException;

  /** Lets go of the snapshot and its connection. Calling it again does nothing. */
  @Override
  void close();
}
