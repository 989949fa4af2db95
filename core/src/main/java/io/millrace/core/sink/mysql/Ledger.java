package io.millrace.core.sink.mysql;

import com.google.common.collect.Lists;
import io.millrace.api.CaptureId;
import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.TableId;
import io.millrace.api.TableName;
import io.millrace.api.Tso;
import io.millrace.api.event.SourcePosition;
import io.millrace.api.sink.SinkRequest;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the downstream knows of a changefeed, in its schema {@code millrace}: who may write which
 * table, and what is written.
 *
 * <p>A sink that opens is a <i>writer</i> with a <i>slot</i> for each of its connections. Every
 * transaction with rows raises the number in its slot. So a writer is fenced by deleting its slots,
 * which waits for its transactions under way and fails all later ones; and the number tells after a
 * cut whether a COMMIT took effect.
 *
 * <p>Each transaction notes which rows of which upstream transactions it held, table by table. Once
 * all before a position is written, the table's watermark is raised to it, and the notes below go.
 * Rows are told by position and by their number among their table's rows of the transaction, so a
 * replay leaves out what is applied, whatever the number of lanes or the size of batches was.
 *
 * <p><i>Threads:</i> any. <i>Source:</i> MySQL sink specification, 11.
 */
final class Ledger {
  /** How many tables one compaction should take at most. */
  static final int MANY = 200;

  private static final String BELOW =
      "DELETE FROM millrace.applied WHERE feed=? AND table_schema=? AND table_name=? AND ";

  private final SinkRequest request;
  private final long takeover;

  Ledger(SinkRequest request, MySqlOptions options) {
    this.request = request;
    this.takeover = options.takeover();
  }

  /**
   * A writer that may write until a later one claims one of its tables.
   *
   * @param feed the number of the changefeed
   * @param id the number of the writer
   */
  record Writer(long feed, long id) {
    /** Returns the named lock that a slot's connection holds: whoever has it can be found. */
    String lock(int slot) {
      return "millrace:w" + id + ":" + slot;
    }
  }

  /** Makes the ledger's tables where there are none, and notes the changefeed. */
  long register(Session session) throws SQLException {
    LedgerTables.create(session);
    session.update(
        "INSERT IGNORE INTO millrace.feed(incarnation, changefeed, takeover, term, version)"
            + " VALUES (?,?,0,0,0)",
        request.incarnation(),
        request.changefeed().value());
    session.commit();
    return number(session);
  }

  private long number(Session session) throws SQLException {
    return scalar(
        session, "SELECT id FROM millrace.feed WHERE incarnation=?", request.incarnation());
  }

  /** Returns the single number a query gives, or -1. */
  static long scalar(Session session, String sql, Object... arguments) throws SQLException {
    List<List<@Nullable String>> rows = session.query(sql, arguments);
    String value = rows.isEmpty() ? null : rows.get(0).get(0);
    return value == null ? -1 : Long.parseLong(value);
  }

  /**
   * Claims the request's tables under its epoch and fences their writers.
   *
   * @param slots how many connections will write
   * @throws CdcException {@link StandardErrorCode#EPOCH_BEHIND} if a later assignment has claimed
   *     one of them, or the capture is known to be gone
   */
  Writer claim(Session session, int slots) throws SQLException {
    long feed = register(session);
    lockFeed(session, feed);
    checkNotGone(session, feed);
    Set<Long> earlier = earlierWriters(session, feed);
    for (long writer : earlier) {
      end(session, writer);
    }
    long id =
        session.insert(
            "INSERT INTO millrace.writer(feed, capture) VALUES (?,?)",
            feed,
            request.capture().value());
    List<String> made = new ArrayList<>();
    for (int slot = 0; slot < slots; slot++) {
      made.add("(" + id + "," + slot + ",0)");
    }
    insert(session, "INSERT INTO millrace.slot(writer, slot, seq) VALUES ", made);
    List<String> claims = new ArrayList<>();
    for (TableId table : request.tables()) {
      claims.add(
          "("
              + feed
              + ","
              + table.value()
              + ","
              + takeover
              + ","
              + request.epoch()
              + ","
              + id
              + ")");
    }
    insert(
        session,
        "REPLACE INTO millrace.claim(feed, table_id, takeover, epoch, writer) VALUES ",
        claims);
    session.commit();
    return new Writer(feed, id);
  }

  /** Inserts rows of numbers, many in one statement. */
  private static void insert(Session session, String into, List<String> rows) throws SQLException {
    for (List<String> part : Lists.partition(rows, 1000)) {
      session.execute(into + String.join(",", part));
    }
  }

  /** Lets nobody else claim or fence in this changefeed until the transaction ends. */
  private static void lockFeed(Session session, long feed) throws SQLException {
    session.query("SELECT id FROM millrace.feed WHERE id=? FOR UPDATE", feed);
  }

  private void checkNotGone(Session session, long feed) throws SQLException {
    long gone =
        scalar(
            session,
            "SELECT COUNT(*) FROM millrace.gone WHERE feed=? AND capture=?",
            feed,
            request.capture().value());
    if (gone > 0) {
      session.rollback();
      throw new CdcException(
          StandardErrorCode.LEASE_LOST,
          "the capture "
              + request.capture().value()
              + " was declared gone, it writes nothing until it has registered anew");
    }
  }

  private Set<Long> earlierWriters(Session session, long feed) throws SQLException {
    Set<Long> writers = new HashSet<>();
    for (List<@Nullable String> row :
        session.query(
            "SELECT table_id, takeover, epoch, writer FROM millrace.claim WHERE feed=?", feed)) {
      long table = number(row, 0);
      if (request.tables().contains(new TableId(table))) {
        checkEpoch(session, "table " + table, number(row, 1), number(row, 2));
        writers.add(number(row, 3));
      }
    }
    return writers;
  }

  /** Checks that this request may overrule what was claimed under an epoch. */
  private void checkEpoch(Session session, String what, long claimedBy, long claimed)
      throws SQLException {
    boolean taken = takeover > claimedBy && takeover >= claimed;
    boolean later = takeover == claimedBy && request.epoch() >= claimed;
    if (!taken && !later) {
      session.rollback();
      throw new CdcException(
          StandardErrorCode.EPOCH_BEHIND,
          "the downstream has progress of "
              + what
              + " under epoch "
              + claimed
              + ", this changefeed comes with epoch "
              + request.epoch()
              + ": its store is older than the downstream; to go on all the same, add takeover="
              + Math.max(claimed, claimedBy)
              + " to the sink URI");
    }
  }

  private static long number(List<@Nullable String> row, int at) {
    String value = row.get(at);
    return value == null ? -1 : Long.parseLong(value);
  }

  /** Cuts a writer's connections, waits for its transactions, and lets no other one follow. */
  private static void end(Session session, long writer) throws SQLException {
    Writer known = new Writer(0, writer);
    for (List<@Nullable String> row :
        session.query("SELECT slot FROM millrace.slot WHERE writer=?", writer)) {
      Slot.cut(session, known.lock((int) number(row, 0)));
    }
    session.update("DELETE FROM millrace.slot WHERE writer=?", writer);
    session.update("DELETE FROM millrace.writer WHERE id=?", writer);
  }

  /** Fences all writers of a capture; it can open none any more. */
  void fence(Session session, CaptureId gone) throws SQLException {
    long feed = register(session);
    lockFeed(session, feed);
    session.update(
        "INSERT IGNORE INTO millrace.gone(feed, capture) VALUES (?,?)", feed, gone.value());
    for (List<@Nullable String> row :
        session.query(
            "SELECT id FROM millrace.writer WHERE feed=? AND capture=?", feed, gone.value())) {
      end(session, number(row, 0));
    }
    session.commit();
  }

  /** Deletes all that is known of the changefeed; its writers, if there are any, are fenced. */
  void forget(Session session) throws SQLException {
    if (!LedgerTables.exist(session)) {
      return;
    }
    long feed = number(session);
    lockFeed(session, feed);
    for (List<@Nullable String> row :
        session.query("SELECT id FROM millrace.writer WHERE feed=?", feed)) {
      end(session, number(row, 0));
    }
    for (String table : new String[] {"applied", "watermark", "claim", "gone", "ddl"}) {
      session.update("DELETE FROM millrace." + table + " WHERE feed=?", feed);
    }
    session.update("DELETE FROM millrace.feed WHERE id=?", feed);
    session.commit();
  }

  /**
   * Takes the term of schema changes, so that no executor of an earlier one begins any more.
   *
   * @throws CdcException {@link StandardErrorCode#EPOCH_BEHIND} if a later executor has come
   */
  void takeTerm(Session session, long feed) throws SQLException {
    List<@Nullable String> row =
        session
            .query("SELECT takeover, term FROM millrace.feed WHERE id=? FOR UPDATE", feed)
            .get(0);
    checkEpoch(session, "schema changes", number(row, 0), number(row, 1));
    session.update(
        "UPDATE millrace.feed SET takeover=?, term=? WHERE id=?", takeover, request.epoch(), feed);
    session.commit();
  }

  /** Returns a number that grows with every schema change applied. */
  static long version(Session session, Writer writer) throws SQLException {
    long version = scalar(session, "SELECT version FROM millrace.feed WHERE id=?", writer.feed());
    session.rollback();
    return version;
  }

  /** Returns what is applied, of all tables of the changefeed. */
  static AppliedRows read(Session session, Writer writer) throws SQLException {
    AppliedRows applied = new AppliedRows();
    for (List<@Nullable String> row :
        session.query(
            "SELECT table_schema, table_name, source, log_file, log_offset, ts FROM millrace.watermark"
                + " WHERE feed=?",
            writer.feed())) {
      applied.watermark(name(row), place(row), number(row, 5));
    }
    for (List<@Nullable String> row :
        session.query(
            "SELECT table_schema, table_name, source, log_file, log_offset, ts, txns FROM millrace.applied"
                + " WHERE feed=?",
            writer.feed())) {
      String txns = row.get(6);
      applied.note(name(row), place(row), number(row, 5), txns == null ? "" : txns);
    }
    session.rollback();
    return applied;
  }

  private static TableName name(List<@Nullable String> row) {
    return new TableName(String.valueOf(row.get(0)), String.valueOf(row.get(1)));
  }

  private static SourcePosition place(List<@Nullable String> row) {
    return new SourcePosition(String.valueOf(row.get(2)), number(row, 3), number(row, 4), 0, "");
  }

  /** Raises the watermark of tables to a position, and drops the notes below it. */
  static void compact(
      Session session, Writer writer, Collection<TableName> tables, SourcePosition to, Tso ts)
      throws SQLException {
    for (TableName table : tables) {
      session.update(
          "REPLACE INTO millrace.watermark(feed, table_schema, table_name, source, log_file, log_offset,"
              + " ts) VALUES (?,?,?,?,?,?,?)",
          writer.feed(),
          table.schema(),
          table.table(),
          to.server(),
          to.file(),
          to.offset(),
          ts.value());
      // two ranges of the primary key: transactions under way, whose notes lie above, are not met
      session.update(BELOW + "log_file<?", writer.feed(), table.schema(), table.table(), to.file());
      session.update(
          BELOW + "log_file=? AND log_offset<?",
          writer.feed(),
          table.schema(),
          table.table(),
          to.file(),
          to.offset());
    }
  }
}
