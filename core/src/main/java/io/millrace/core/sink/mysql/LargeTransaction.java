package io.millrace.core.sink.mysql;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.core.sink.mysql.Applier.Noted;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A transaction of the upstream that is written in one transaction as its slices come, so that the
 * downstream holds it, not this process. What it fails with cannot be tried again here: the rows
 * are gone.
 *
 * <p><i>Threads:</i> one.
 */
final class LargeTransaction {
  private final Slot slot;
  private final MySqlOptions options;
  private final Composer composer;
  private final Consumer<Unit> noter;
  private final MissedRows missed;
  private final Map<TablePlan, Noted> tables = new LinkedHashMap<>();
  private final long next;
  private int missing;

  /**
   * Begins.
   *
   * @param noter told of each unit that is noted
   * @param missed told of rows that are not there
   * @throws CdcException {@link StandardErrorCode#MYSQL_TXN_ERROR}
   */
  LargeTransaction(Slot slot, MySqlOptions options, Consumer<Unit> noter, MissedRows missed) {
    this.slot = slot;
    this.options = options;
    this.composer = new Composer(options);
    this.noter = noter;
    this.missed = missed;
    this.next = guarded(() -> begun(slot));
  }

  private static long begun(Slot slot) throws SQLException {
    slot.session();
    long next = slot.next();
    slot.begin(next);
    return next;
  }

  /** Writes rows. */
  void write(Unit unit) {
    guarded(
        () -> {
          Script script = composer.compose(List.of(unit), slot.session().kind(), unit.mayRepeat());
          missing += slot.run(script, next, false, "");
          return next;
        });
    if (!tables.containsKey(unit.plan())) {
      // its rows may be too many to be noted one by one, and are committed all or none
      Noted noted = new Noted(unit);
      noted.addWhole();
      tables.put(unit.plan(), noted);
    }
    noter.accept(unit);
  }

  /** Makes it durable. */
  void commit() {
    guarded(
        () -> {
          if (slot.writer().isPresent() && !tables.isEmpty()) {
            slot.session()
                .execute(Noted.statement(tables, slot.writer().get(), slot.number(), next));
          }
          slot.commit(next);
          missed.add(missing);
          return next;
        });
  }

  /** Drops all of it. */
  void rollback() {
    slot.rollback();
  }

  private interface Step {
    long run() throws SQLException;
  }

  private long guarded(Step step) {
    try {
      return step.run();
    } catch (SQLException e) {
      slot.abandon();
      boolean passing = ServerErrors.isOutage(e) || ServerErrors.isConflict(e.getErrorCode());
      throw Applier.failure("a large transaction", e, passing, options.exactlyOnce());
    }
  }
}
