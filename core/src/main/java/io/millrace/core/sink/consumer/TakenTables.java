package io.millrace.core.sink.consumer;

import io.millrace.api.TableName;
import io.millrace.api.event.RowBatch;
import io.millrace.api.event.RowChange;
import io.millrace.api.event.SourcePosition;
import io.millrace.api.event.TableSchema;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a callback that acknowledges in its own transactions has taken: leaves out the rows that it
 * took before a crash, and knows what each acknowledgement covers.
 *
 * <p><i>Threads:</i> {@link #fresh} and {@link #delivered} one; {@link #record} any.
 */
final class TakenTables {
  private static final long ASK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final ProgressTable progress;
  private final Map<TableName, Optional<SourcePosition>> claimed = new HashMap<>();
  private @Nullable TableSchema lastTable;
  private boolean lastTaken;
  private int slice;
  private final Set<TableName> open = new HashSet<>();

  private final Deque<Delivered> pending = new ArrayDeque<>();
  private long recorded;
  private long committed;
  private long askedAt = System.nanoTime() - ASK_NANOS;

  /** A transaction that was handed over as a whole and is not known to be taken. */
  private record Delivered(long number, SourcePosition position, Set<TableName> tables) {}

  TakenTables(ProgressTable progress) {
    this.progress = progress;
  }

  /**
   * Returns what of a slice is to be handed over, numbered in what is; empty if nothing is. Claims
   * the tables that are met for the first time.
   */
  Optional<RowBatch> fresh(RowBatch batch, boolean voids) {
    if (voids || batch.slice() == 0) {
      slice = 0;
      open.clear();
    }
    lastTable = null;
    List<RowChange> rows = new ArrayList<>(batch.rows().size());
    long bytes = 0;
    for (RowChange row : batch.rows()) {
      if (!isTaken(row.table(), batch.position())) {
        rows.add(row);
        bytes += row.bytes();
        open.add(row.table().name());
      }
    }
    if (rows.isEmpty() && !(batch.endOfTransaction() && slice > 0)) {
      return Optional.empty();
    }
    return Optional.of(
        new RowBatch(
            batch.position(),
            batch.startTs(),
            batch.commitTs(),
            slice++,
            rows,
            bytes,
            batch.endOfTransaction()));
  }

  @SuppressWarnings("ReferenceEquality") // rows of one definition share it; comparing costs more
  private boolean isTaken(TableSchema table, SourcePosition at) {
    if (table != lastTable) {
      lastTable = table;
      lastTaken =
          claimed
              .computeIfAbsent(table.name(), progress::claim)
              .filter(taken -> taken.server().equals(at.server()) && !taken.isBefore(at))
              .isPresent();
    }
    return lastTaken;
  }

  /** Takes notice of a delivery that is about to be handed over. */
  synchronized void delivered(long number, RowBatch batch) {
    if (batch.endOfTransaction()) {
      pending.add(new Delivered(number, batch.position(), Set.copyOf(open)));
    }
  }

  /** Records a delivery and all before it in the caller's transaction. */
  void record(Connection connection, long number) throws SQLException {
    Map<TableName, SourcePosition> taken = new HashMap<>();
    synchronized (this) {
      for (Delivered each : pending) {
        if (each.number() <= number) {
          each.tables().forEach(table -> taken.put(table, each.position()));
        }
      }
    }
    progress.record(connection, number, taken);
    synchronized (this) {
      recorded = Math.max(recorded, number);
    }
  }

  /**
   * Returns the last delivery that is recorded in a transaction that has committed, as far as it is
   * known; asks the database now and then while more is recorded.
   */
  long committed() {
    synchronized (this) {
      if (committed >= recorded || System.nanoTime() - askedAt < ASK_NANOS) {
        return committed;
      }
      askedAt = System.nanoTime();
    }
    long now = progress.committed();
    synchronized (this) {
      committed = Math.max(committed, now);
      while (!pending.isEmpty() && pending.getFirst().number() <= committed) {
        pending.removeFirst();
      }
      return committed;
    }
  }
}
