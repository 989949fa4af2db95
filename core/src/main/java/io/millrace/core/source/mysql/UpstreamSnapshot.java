package io.millrace.core.source.mysql;

import com.github.shyiko.mysql.binlog.network.ServerException;
import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.event.SourcePosition;
import io.millrace.api.snapshot.SqlSnapshot;
import java.io.IOException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The upstream's rows as of one place in its log: one transaction, which gives back what it locks
 * after each query.
 *
 * <p>MariaDB says at which place a snapshot is. Of MySQL, the end of the log is looked at before
 * and after the snapshot is taken. It is exact where the end has not moved and, in between, no GTID
 * was owned: a transaction owns its GTID from before it is in the log until it can be seen. Where
 * no such moment is found, a global read lock is taken for one.
 *
 * <p><i>Source:</i> MariaDB's {@code binlog_snapshot_position}; the stages of MySQL's group commit.
 */
final class UpstreamSnapshot implements SqlSnapshot {
  private static final Duration ANSWER = Duration.ofMinutes(10);
  private static final Duration QUIET_LIMIT = Duration.ofSeconds(5);
  private static final String BEGIN = "START TRANSACTION WITH CONSISTENT SNAPSHOT";

  private final LinkPool pool;
  private final ServerLink link;
  private final SourcePosition position;

  private UpstreamSnapshot(LinkPool pool, ServerLink link, SourcePosition position) {
    this.pool = pool;
    this.link = link;
    this.position = position;
  }

  /**
   * Opens one.
   *
   * @param pool closed with the snapshot
   * @throws CdcException {@link StandardErrorCode#SOURCE_UNAVAILABLE}; {@link
   *     StandardErrorCode#VERIFY_FAILED} if the upstream is too busy to tell the place
   */
  static UpstreamSnapshot open(LinkPool pool) {
    boolean done = false;
    try {
      ServerLink link = pool.open();
      link.readTimeout(ANSWER);
      link.execute("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ");
      link.execute(
          link.isMariaDb()
              ? "SET SESSION max_statement_time=0"
              : "SET SESSION max_execution_time=0");
      ServerFacts facts = ServerFacts.of(link);
      LogPlace place = link.isMariaDb() ? maria(link) : mysql(link, facts.gtidMode());
      link.execute("SAVEPOINT opened");
      done = true;
      return new UpstreamSnapshot(pool, link, place.position(facts.identity(), 0));
    } catch (IOException e) {
      throw LinkPool.unavailable(pool.address(), e);
    } finally {
      if (!done) {
        pool.close();
      }
    }
  }

  private static LogPlace maria(ServerLink link) throws IOException {
    link.execute(BEGIN);
    Rows rows = link.query("SHOW STATUS LIKE 'binlog_snapshot_%'");
    String file = "";
    long offset = 0;
    for (List<@Nullable String> row : rows.rows()) {
      String value = rows.value(row, "Value").orElse("");
      switch (rows.value(row, "Variable_name").orElse("")) {
        case "Binlog_snapshot_file" -> file = value;
        case "Binlog_snapshot_position" -> offset = Long.parseLong(value);
        default -> {}
      }
    }
    return LogPlace.of(file, offset);
  }

  private static LogPlace mysql(ServerLink link, boolean gtids) throws IOException {
    long end = System.nanoTime() + QUIET_LIMIT.toNanos();
    while (gtids && System.nanoTime() < end) {
      Optional<LogPlace> place = quiet(link);
      if (place.isPresent()) {
        return place.get();
      }
    }
    return locked(link, gtids);
  }

  private static Optional<LogPlace> quiet(ServerLink link) throws IOException {
    String look = ServerFacts.endQuery(link);
    List<Rows> seen =
        link.queries(List.of("ROLLBACK", look, "SELECT @@global.gtid_owned", BEGIN, look));
    LogPlace before = ServerFacts.place(seen.get(1));
    boolean quiet = seen.get(2).scalar().orElse("").isEmpty();
    boolean same = before.toString().equals(ServerFacts.place(seen.get(4)).toString());
    return quiet && same ? Optional.of(before) : Optional.empty();
  }

  private static LogPlace locked(ServerLink link, boolean gtids) throws IOException {
    try {
      link.execute("SET SESSION lock_wait_timeout=2");
      link.execute("FLUSH TABLES WITH READ LOCK");
      link.execute(BEGIN);
      LogPlace place = ServerFacts.place(link.query(ServerFacts.endQuery(link)));
      link.execute("UNLOCK TABLES");
      return place;
    } catch (ServerException e) {
      throw new CdcException(
          StandardErrorCode.VERIFY_FAILED,
          (gtids
                  ? "the upstream was too busy for 5 s to tell the place of a snapshot in its log"
                  : "the upstream has gtid_mode OFF, without which it does not tell the place of a"
                      + " snapshot in its log")
              + ", and the lock that would tell it was refused (error "
              + e.getErrorCode()
              + ": "
              + e.getMessage()
              + "); grant RELOAD, or try again when less is written",
          e);
    }
  }

  @Override
  public Optional<SourcePosition> position() {
    return Optional.of(position);
  }

  @Override
  public List<List<@Nullable String>> query(String sql) throws SQLException {
    try {
      List<List<@Nullable String>> rows = link.query(sql).rows();
      link.execute("ROLLBACK TO SAVEPOINT opened");
      return rows;
    } catch (ServerException e) {
      throw new SQLException(e.getMessage(), e.getSqlState(), e.getErrorCode(), e);
    } catch (IOException e) {
      throw new SQLNonTransientConnectionException(
          "the upstream does not answer: " + e, "08S01", e);
    }
  }

  @Override
  public void close() {
    pool.close();
  }
}
