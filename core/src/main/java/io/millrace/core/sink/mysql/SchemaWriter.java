package io.millrace.core.sink.mysql;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.event.DdlType;
import io.millrace.api.event.SchemaChange;
import io.millrace.api.event.SourcePosition;
import io.millrace.core.codec.SingleChanges;
import io.millrace.core.ddl.DdlClassifier;
import io.millrace.core.ddl.Statement;
import io.millrace.core.filter.ChangefeedFilter;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Applies schema changes, each once: noted as begun, applied, noted as done, on one connection that
 * holds the changefeed's named lock. One that was begun and not done is settled by comparing the
 * definitions of its tables with those noted.
 *
 * <p><i>Threads:</i> one; {@link #close} any. <i>Source:</i> MySQL sink specification, 7 and 11.
 */
final class SchemaWriter implements AutoCloseable {
  private static final Logger LOG = System.getLogger(SchemaWriter.class.getName());
  private static final int TRIES = 20;
  private static final long FIRST_PAUSE = 500;
  private static final long LONGEST_PAUSE = 60_000;
  private static final int LOCK_SECONDS = 2;
  private static final int UNKNOWN_DATABASE = 1049;

  /** Repeating them does no harm, and they may have been done in part. */
  private static final Set<DdlType> REPEATABLE = Set.of(DdlType.DROP_TABLE, DdlType.DROP_VIEW);

  /** They are of several steps, or take a name: that one is there does not mean they are done. */
  private static final Set<DdlType> WHOLE =
      Set.of(
          DdlType.RENAME_TABLE,
          DdlType.RENAME_TABLES,
          DdlType.ADD_COLUMNS,
          DdlType.DROP_COLUMNS,
          DdlType.MULTI_SCHEMA_CHANGE);

  private final Downstream downstream;
  private final MySqlOptions options;
  private final Ledger ledger;
  private final Cutter cutter;
  private @Nullable Session session;
  private boolean closed;

  SchemaWriter(Downstream downstream, MySqlOptions options, Ledger ledger, Cutter cutter) {
    this.downstream = downstream;
    this.options = options;
    this.ledger = ledger;
    this.cutter = cutter;
  }

  /**
   * Applies a change; returns when it is durable.
   *
   * @throws CdcException {@link StandardErrorCode#EXEC_DDL_FAILED}; {@link
   *     StandardErrorCode#EPOCH_BEHIND} if a later executor has come
   */
  void write(SchemaChange change) {
    if (change.type() == DdlType.ADOPT_TABLE || change.query().isBlank()) {
      return;
    }
    if (ChangefeedFilter.isUnknown(change) && !options.passUnknown()) {
      throw unknown(change);
    }
    for (int tries = 1; ; tries++) {
      try (Session open = open()) {
        applyNoted(open, change);
        return;
      } catch (SQLException e) {
        if (!ServerErrors.isSchemaRetryable(e) || tries >= TRIES || isClosed()) {
          String zone = change.timeZone().orElse(options.timeZone());
          throw failure(change, ServerErrors.masked(e) + ServerErrors.hint(e, zone), e);
        }
        LOG.log(
            Level.WARNING,
            "schema change not applied, trying again ts={0} try={1} {2}",
            change.commitTs(),
            tries,
            ServerErrors.masked(e));
        rest(Math.min(LONGEST_PAUSE, FIRST_PAUSE << Math.min(tries - 1, 10)));
      }
    }
  }

  private static CdcException failure(SchemaChange change, String reason, Exception cause) {
    return new CdcException(
        StandardErrorCode.EXEC_DDL_FAILED,
        "the schema change "
            + change.type()
            + " of ts "
            + change.commitTs()
            + " to "
            + change.tables().stream().map(t -> t.name().toString()).toList()
            + " failed downstream: "
            + reason,
        cause);
  }

  private static CdcException unknown(SchemaChange change) {
    String begin = "";
    if (DdlClassifier.classify(change.query(), change.schema()) instanceof Statement.Unknown text) {
      begin = text.words();
    }
    return new CdcException(
        StandardErrorCode.EXEC_DDL_FAILED,
        "the statement of ts "
            + change.commitTs()
            + " in database "
            + change.schema()
            + ", which begins with '"
            + begin
            + "', is not understood; to leave it out add its ts to ignore_txn_start_ts, to run such"
            + " statements as they are add unknown-statements=pass to the sink URI");
  }

  private Session open() throws SQLException {
    if (isClosed()) {
      throw closedFailure();
    }
    Session open = downstream.schema();
    if (!keep(open)) {
      open.close();
      throw closedFailure();
    }
    return open;
  }

  /** Has a session closed with this writer; false: that is closed already. */
  private synchronized boolean keep(Session open) {
    session = open;
    return !closed;
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  private static SQLException closedFailure() {
    return new SQLException("the sink is closed", "08003");
  }

  private synchronized void rest(long millis) {
    long end = System.nanoTime() + millis * 1_000_000;
    long left = millis;
    try {
      while (!closed && left > 0) {
        wait(left);
        left = (end - System.nanoTime()) / 1_000_000;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      closed = true;
    }
  }

  private void applyNoted(Session open, SchemaChange change) throws SQLException {
    if (!options.noteSchemaChanges()) {
      apply(open, change, true);
      return;
    }
    long feed = ledger.register(open);
    lock(open, feed, change);
    ledger.takeTerm(open, feed);
    SchemaNote known = SchemaNote.read(open, feed);
    SourcePosition at = change.position();
    boolean same = known != null && known.isOf(at);
    if (known != null && (known.isBehind(at) || (same && known.done()))) {
      return;
    }
    String definition = Definitions.of(open, change);
    boolean begun = same && !REPEATABLE.contains(change.type());
    if (begun && known != null && !known.definition().equals(definition)) {
      LOG.log(Level.INFO, "schema change was applied before ts={0}", change.commitTs());
    } else {
      SchemaNote.begin(open, feed, at, definition);
      apply(open, change, same || !WHOLE.contains(change.type()));
    }
    SchemaNote.finish(open, feed, at);
  }

  private void lock(Session open, long feed, SchemaChange change) throws SQLException {
    String name = "millrace:ddl:" + feed;
    while (Ledger.scalar(open, "SELECT GET_LOCK(?,?)", name, LOCK_SECONDS) != 1) {
      LOG.log(Level.INFO, "schema change waits for an earlier executor ts={0}", change.commitTs());
      if (isClosed()) {
        throw closedFailure();
      }
    }
  }

  private void apply(Session open, SchemaChange change, boolean mayBeDone) throws SQLException {
    use(open, change);
    UpstreamSettings settings = UpstreamSettings.take(open, change);
    // in a transaction MariaDB's EXCHANGE PARTITION waits for locks that it holds itself
    open.autocommit(true);
    for (String statement : statements(change)) {
      try {
        open.execute(statement);
      } catch (SQLException e) {
        if (!mayBeDone || !ServerErrors.isDoneAlready(e.getErrorCode())) {
          throw e;
        }
        LOG.log(
            Level.WARNING,
            "schema change counts as applied ts={0} {1}",
            change.commitTs(),
            ServerErrors.masked(e));
      }
    }
    open.autocommit(false);
    settings.reset();
  }

  private List<String> statements(SchemaChange change) {
    boolean several = REPEATABLE.contains(change.type()) && change.tables().size() > 1;
    if (!several) {
      return List.of(SchemaText.of(change, options.vectorType()));
    }
    // one that is missing must not keep the others
    return SingleChanges.of(change).stream().map(SchemaChange::query).toList();
  }

  private static void use(Session open, SchemaChange change) throws SQLException {
    if (!SchemaText.needsSchema(change.type(), change.schema())) {
      return;
    }
    try {
      open.execute("USE " + Literals.quotedName(change.schema()));
    } catch (SQLException e) {
      // where the statement names its schemas itself, the current one need not be there
      if (e.getErrorCode() != UNKNOWN_DATABASE) {
        throw e;
      }
    }
  }

  @Override
  public void close() {
    Session open;
    synchronized (this) {
      closed = true;
      open = session;
      notifyAll();
    }
    if (open != null) {
      cutter.cut(open::close);
    }
  }
}
