package io.millrace.core.sink.mysql;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.Tso;
import io.millrace.api.event.SourcePosition;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes what comes in one lane, a batch a transaction, and tries again what fails for a while.
 *
 * <p><i>Threads:</i> its own. <i>Source:</i> MySQL sink specification, 3 and 6.
 */
final class Applier implements Runnable {
  private static final Logger LOG = System.getLogger(Applier.class.getName());
  private static final int TRIES = 8;
  private static final long FIRST_PAUSE = 500;
  private static final long LONGEST_PAUSE = 60_000;
  private static final long CONFLICT_PAUSE = 20;

  private final Lanes lanes;
  private final Slot slot;
  private final MySqlOptions options;
  private final MissedRows missed;
  private final Composer composer;

  Applier(Lanes lanes, Slot slot, MySqlOptions options, MissedRows missed) {
    this.lanes = lanes;
    this.slot = slot;
    this.options = options;
    this.missed = missed;
    this.composer = new Composer(options);
  }

  @Override
  public void run() {
    try {
      while (true) {
        List<Unit> batch = lanes.take(slot.number());
        if (batch.isEmpty()) {
          return;
        }
        write(batch);
        lanes.done(batch);
      }
    } catch (RuntimeException e) {
      lanes.fail(e);
    } catch (Error e) {
      lanes.fail(
          new CdcException(StandardErrorCode.MYSQL_TXN_ERROR, "MySQL worker ended: " + e, e));
      throw e;
    } finally {
      slot.close();
    }
  }

  /** Writes a batch, again if need be, until it is committed. */
  private void write(List<Unit> batch) {
    long next = slot.next();
    boolean singly = false;
    boolean unsure = false;
    for (int tries = 1; ; tries++) {
      try {
        if (unsure && isCommitted(next)) {
          return;
        }
        write(batch, next, singly, unsure && slot.writer().isEmpty());
        return;
      } catch (SQLException e) {
        if (lanes.isStopped()) {
          throw new CdcException(
              StandardErrorCode.MYSQL_TXN_ERROR, "MySQL txn error: the sink is closed", e);
        }
        boolean outage = ServerErrors.isOutage(e);
        boolean conflict = ServerErrors.isConflict(e.getErrorCode());
        unsure |= outage;
        undo(outage);
        boolean last = tries >= TRIES || !(outage || ServerErrors.isRetryable(e.getErrorCode()));
        if (last && (outage || conflict || singly)) {
          throw failure(batch, e, outage || conflict);
        }
        singly |= !outage && !conflict;
        if (!last) {
          pause(tries, outage, e);
        }
      }
    }
  }

  private boolean isCommitted(long next) throws SQLException {
    slot.session();
    return slot.writer().isPresent() && slot.committed() == next;
  }

  private void undo(boolean outage) {
    if (outage) {
      slot.abandon();
    } else {
      slot.rollback();
    }
  }

  private void pause(int tries, boolean outage, SQLException e) {
    LOG.log(
        Level.WARNING,
        "rows not written, trying again slot={0} try={1} {2}",
        slot.number(),
        tries,
        ServerErrors.masked(e));
    boolean shortly = ServerErrors.isConflict(e.getErrorCode()) || (outage && tries == 1);
    lanes.rest(
        shortly
            ? CONFLICT_PAUSE * tries
            : Math.min(LONGEST_PAUSE, FIRST_PAUSE << Math.max(0, tries - 1)));
  }

  private void write(List<Unit> batch, long next, boolean singly, boolean mayRepeat)
      throws SQLException {
    Script script = composer.compose(batch, slot.session().kind(), mayRepeat);
    String note = slot.writer().map(w -> note(batch, w, next)).orElse("");
    int missing;
    if (singly) {
      slot.begin(next);
      missing = slot.runSingly(script);
      if (!note.isEmpty()) {
        slot.session().execute(note);
      }
    } else {
      missing = slot.run(script, next, true, note);
    }
    slot.commit(next);
    missed.add(missing);
  }

  /** Returns the statement that notes what a batch holds, one row a table. */
  private String note(List<Unit> batch, Ledger.Writer writer, long next) {
    Map<TablePlan, Noted> tables = new LinkedHashMap<>();
    for (Unit unit : batch) {
      tables.computeIfAbsent(unit.plan(), plan -> new Noted(unit)).add(unit);
    }
    return Noted.statement(tables, writer, slot.number(), next);
  }

  private CdcException failure(List<Unit> batch, SQLException e, boolean passing) {
    String where =
        e instanceof Slot.FailedStatement failed
            ? where(failed.part().plan(), failed.part().first(), failed.part().last())
            : where(
                batch.get(0).plan(),
                batch.get(0).commitTs(),
                batch.get(batch.size() - 1).commitTs());
    return failure(where, e, passing, options.exactlyOnce());
  }

  private static String where(TablePlan plan, Tso first, Tso last) {
    return "table "
        + plan.schema().name()
        + ", key columns "
        + plan.keyNames()
        + ", transactions of ts "
        + first
        + (first.equals(last) ? "" : " to " + last);
  }

  /** Returns the error of rows that cannot be written. */
  static CdcException failure(String where, SQLException e, boolean passing, boolean exactlyOnce) {
    String what = "cannot write " + where + ": " + ServerErrors.masked(e);
    if (passing) {
      return new CdcException(StandardErrorCode.MYSQL_TXN_ERROR, "MySQL txn error: " + what, e);
    }
    if (ServerErrors.isDuplicate(e)) {
      return exactlyOnce
          ? new CdcException(
              StandardErrorCode.MYSQL_DUPLICATE_ENTRY,
              "MySQL duplicate entry error: "
                  + what
                  + "; the downstream differs from the upstream: mend it, or write with"
                  + " safe-mode=true",
              e)
          : new CdcException(StandardErrorCode.MYSQL_TXN_ERROR, "MySQL txn error: " + what, e);
    }
    return new CdcException(StandardErrorCode.MYSQL_QUERY_ERROR, "MySQL query error: " + what, e);
  }

  /** What a batch holds of one table, on its way to the ledger. */
  static final class Noted {
    private final TablePlan plan;
    private final StringBuilder entries = new StringBuilder();
    private SourcePosition last;
    private Tso ts;
    private SourcePosition place;
    private RowNumbers numbers = new RowNumbers();

    Noted(Unit unit) {
      this.plan = unit.plan();
      this.last = unit.position();
      this.place = unit.position();
      this.ts = unit.commitTs();
    }

    /** Adds rows; those of one transaction become one entry. */
    void add(Unit unit) {
      if (!unit.position().equals(place)) {
        AppliedRows.entry(place, numbers, entries);
        place = unit.position();
        numbers = new RowNumbers();
      }
      numbers.add(unit.numbers());
      last = last.isBefore(unit.position()) ? unit.position() : last;
      ts = Tso.max(ts, unit.commitTs());
    }

    /** Notes that nothing of the table is left to be written of the first unit's transaction. */
    void addWhole() {
      AppliedRows.wholeEntry(last, entries);
    }

    private StringBuilder text() {
      if (!numbers.isEmpty()) {
        AppliedRows.entry(place, numbers, entries);
      }
      numbers = new RowNumbers();
      return entries;
    }

    static String statement(
        Map<TablePlan, Noted> tables, Ledger.Writer writer, int slot, long next) {
      StringBuilder sql =
          new StringBuilder(
              "INSERT INTO millrace.applied(feed, table_schema, table_name, writer, slot, seq,"
                  + " source, log_file, log_offset, ts, txns) VALUES ");
      String separator = "";
      for (Noted each : tables.values()) {
        sql.append(separator)
            .append('(')
            .append(writer.feed())
            .append(',')
            .append(quoted(each.plan.schema().name().schema()))
            .append(',')
            .append(quoted(each.plan.schema().name().table()))
            .append(',')
            .append(writer.id())
            .append(',')
            .append(slot)
            .append(',')
            .append(next)
            .append(',')
            .append(quoted(each.last.server()))
            .append(',')
            .append(each.last.file())
            .append(',')
            .append(each.last.offset())
            .append(',')
            .append(each.ts.value())
            .append(",'")
            .append(each.text())
            .append("')");
        separator = ",";
      }
      return sql.toString();
    }

    private static String quoted(String text) {
      return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
  }
}
