package io.millrace.core.sink.mysql;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One of a writer's connections, opened again when it breaks. What it commits raises the number in
 * its slot of the ledger, so that after a cut it is known whether a COMMIT took effect.
 *
 * <p><i>Threads:</i> one; {@link #close} any.
 */
final class Slot implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Slot.class.getName());
  private static final int LOCK_SECONDS = 10;

  /** The driver keeps buffers that once held more than a megabyte at sixteen. */
  static final long LARGEST_TEXT = 1_000_000;

  /** As much goes in one round trip as is worth it; each connection holds it, some times over. */
  private static final long ONE_TRIP = 1 << 18;

  private static final int NO_SUCH_CONNECTION = 1094;

  private final Downstream downstream;
  private final Optional<Ledger.Writer> writer;
  private final int number;
  private final boolean multiStatements;
  private long committed;
  private volatile @Nullable Session session;
  private volatile boolean closed;

  /**
   * Creates a slot that is not connected.
   *
   * @param writer the writer it belongs to; empty: nothing is noted
   * @param number its number among the writer's
   * @param multiStatements whether several statements go in one round trip
   */
  Slot(Downstream downstream, Optional<Ledger.Writer> writer, int number, boolean multiStatements) {
    this.downstream = downstream;
    this.writer = writer;
    this.number = number;
    this.multiStatements = multiStatements;
  }

  /**
   * Returns the session, connected if need be.
   *
   * @throws CdcException {@link StandardErrorCode#LEASE_LOST} if the writer was fenced; {@link
   *     StandardErrorCode#MYSQL_QUERY_ERROR} if the downstream has lost what it had confirmed
   */
  Session session() throws SQLException {
    Session open = session;
    if (open == null) {
      open = downstream.rows();
      session = open;
      if (closed) {
        open.close();
      }
      boolean settled = false;
      try {
        if (writer.isPresent()) {
          settle(open, writer.get());
        }
        settled = true;
      } finally {
        if (!settled) {
          abandon();
        }
      }
    }
    return open;
  }

  /** Waits until nothing of an earlier connection is under way, and asks what it committed. */
  private void settle(Session open, Ledger.Writer of) throws SQLException {
    if (open.kind().flavor() != ServerKind.Flavor.TIDB) {
      cut(open, of.lock(number));
      open.query("SELECT GET_LOCK(?,?)", of.lock(number), LOCK_SECONDS);
    }
    long found =
        Ledger.scalar(
            open,
            "SELECT seq FROM millrace.slot WHERE writer=? AND slot=? FOR UPDATE",
            of.id(),
            number);
    open.rollback();
    if (found < 0) {
      throw fenced();
    }
    if (found < committed) {
      throw wentBack();
    }
    committed = found;
  }

  /** Ends the connection that holds a named lock, if one does. */
  static void cut(Session by, String lock) throws SQLException {
    if (by.kind().flavor() == ServerKind.Flavor.TIDB) {
      return;
    }
    long connection = Ledger.scalar(by, "SELECT IS_USED_LOCK(?)", lock);
    if (connection >= 0) {
      try {
        by.execute("KILL " + connection);
        LOG.log(Level.INFO, "connection of an earlier writer cut lock={0}", lock);
      } catch (SQLException e) {
        if (e.getErrorCode() != NO_SUCH_CONNECTION) {
          throw e;
        }
      }
    }
  }

  private static CdcException fenced() {
    return new CdcException(
        StandardErrorCode.LEASE_LOST,
        "this writer was fenced downstream: its tables were handed on");
  }

  private static CdcException wentBack() {
    return new CdcException(
        StandardErrorCode.MYSQL_QUERY_ERROR,
        "MySQL query error: the downstream has lost transactions that it had confirmed, as after a switch to a replica"
            + " that lags, or a restored backup: copy the tables again, or create the changefeed"
            + " anew with a start_ts from before that");
  }

  /** Returns the number of the last transaction known to be committed. */
  long committed() {
    return committed;
  }

  /** Returns the number of the transaction that comes next. */
  long next() {
    return committed + 1;
  }

  /** Returns the slot's number among its writer's. */
  int number() {
    return number;
  }

  /** Returns the writer the slot belongs to. */
  Optional<Ledger.Writer> writer() {
    return writer;
  }

  /** Begins a transaction: it holds the slot, and fails if the writer was fenced. */
  void begin(long next) throws SQLException {
    if (writer.isPresent()) {
      check(session().execute(raise(writer.get(), next)));
    }
  }

  private String raise(Ledger.Writer of, long next) {
    return "UPDATE millrace.slot SET seq="
        + next
        + " WHERE writer="
        + of.id()
        + " AND slot="
        + number
        + " AND seq="
        + (next - 1);
  }

  private void check(int raised) {
    if (writer.isPresent() && raised != 1) {
      abandon();
      throw fenced();
    }
  }

  /**
   * Runs statements inside the transaction, several in one round trip.
   *
   * @param begin whether the transaction begins with them
   * @param end what follows them; may be empty
   * @return how many rows they should have found and did not
   */
  int run(Script script, long next, boolean begin, String end) throws SQLException {
    Session open = session();
    long most = Math.min(ONE_TRIP, Math.max(1 << 16, open.kind().maxPacket() / 2));
    int count = script.parts().size();
    String head = begin && writer.isPresent() ? raise(writer.get(), next) : "";
    if (!multiStatements) {
      begin(next, head);
      int missed = runSingly(script);
      runIfAny(open, end);
      return missed;
    }
    int missed = 0;
    int from = 0;
    while (from < count) {
      int to = script.fitting(from, most);
      String text = script.text(from, to);
      boolean fits = to == count && !end.isEmpty() && end.length() + (long) text.length() < most;
      int heads = head.isEmpty() ? 0 : 1;
      int[] found =
          open.execute(
              (heads > 0 ? head + ";" : "") + text + (fits ? ";" + end : ""), heads + to - from);
      if (fits) {
        end = "";
      }
      if (heads > 0) {
        check(found[0]);
        head = "";
      }
      missed += script.missed(from, to, found, heads);
      from = to;
    }
    begin(next, head);
    runIfAny(open, end);
    return missed;
  }

  private void begin(long next, String head) throws SQLException {
    if (!head.isEmpty()) {
      begin(next);
    }
  }

  private static void runIfAny(Session open, String sql) throws SQLException {
    if (!sql.isEmpty()) {
      open.execute(sql);
    }
  }

  /** Runs statements one by one, so that it is known which of them fails; as {@link #run}. */
  int runSingly(Script script) throws SQLException {
    int missed = 0;
    for (int i = 0; i < script.parts().size(); i++) {
      try {
        int[] found = session().execute(script.text(i, i + 1), 1);
        missed += script.missed(i, i + 1, found, 0);
      } catch (SQLException e) {
        throw ServerErrors.isOutage(e) ? e : new FailedStatement(script.parts().get(i), e);
      }
    }
    return missed;
  }

  /** Commits. */
  void commit(long next) throws SQLException {
    session().commit();
    committed = next;
  }

  /** Undoes what is not committed. */
  void rollback() {
    Session open = session;
    if (open != null) {
      try {
        open.rollback();
      } catch (SQLException e) {
        LOG.log(Level.DEBUG, "rolling back failed, the connection goes", e);
        abandon();
      }
    }
  }

  /** Lets the connection go; the next call opens another. */
  void abandon() {
    Session open = session;
    session = null;
    if (open != null) {
      open.close();
    }
  }

  /** Lets go for good; a call under way fails soon. */
  @Override
  public void close() {
    closed = true;
    Session open = session;
    if (open != null) {
      open.close();
    }
  }

  /** An error of one statement, of which it is known what it writes. */
  static final class FailedStatement extends SQLException {
    private static final long serialVersionUID = 1L;

    private final transient Script.Part part;

    FailedStatement(Script.Part part, SQLException cause) {
      super(cause.getMessage(), cause.getSQLState(), cause.getErrorCode(), cause);
      this.part = part;
    }

    Script.Part part() {
      return part;
    }
  }
}
