package io.millrace.core.source.datagen;

import io.millrace.api.TableName;
import io.millrace.api.Tso;
import io.millrace.api.event.ChangeEvent;
import io.millrace.api.event.DdlType;
import io.millrace.api.event.Resolved;
import io.millrace.api.event.Restart;
import io.millrace.api.event.RowBatch;
import io.millrace.api.event.RowChange;
import io.millrace.api.event.SchemaChange;
import io.millrace.api.event.SourcePosition;
import io.millrace.api.event.TableChange;
import io.millrace.api.event.TableSchema;
import io.millrace.api.source.ChangeStream;
import io.millrace.api.source.StreamOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The entries of a made-up log, from one on. */
final class DatagenStream implements ChangeStream {
  private static final int MOST_EVENTS = 512;
  private static final long RESOLVED_EVERY_MILLIS = 1000;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition closing = lock.newCondition();
  private final DatagenSource source;
  private final Timeline timeline;
  private final Workload workload;
  private final Bank bank;
  private final int sliceBytes;
  private final boolean[] wanted;
  private final boolean[] announced;
  private int unannounced;
  private boolean closed;
  private long entry;
  private Tso last;
  private long resolvedMillis = Long.MIN_VALUE;

  private final Transaction open;

  DatagenStream(DatagenSource source, Timeline timeline, Restart from, StreamOptions options) {
    this.source = source;
    this.timeline = timeline;
    workload = source.workload();
    entry = from.position().offset();
    last = from.ts();
    sliceBytes = options.sliceBytes();
    List<TableSchema> tables = tables();
    wanted = new boolean[tables.size()];
    announced = new boolean[tables.size()];
    for (int i = 0; i < wanted.length; i++) {
      TableName name = tables.get(i).name();
      wanted[i] = options.tables().test(name);
      announced[i] = options.known().containsKey(name);
      unannounced += wanted[i] && !announced[i] ? 1 : 0;
    }
    bank = new Bank(workload, wanted);
    bank.extend(workload.extendedTable(entry));
    bank.seek(workload.transaction(entry));
    open = new Transaction(from.position());
  }

  /** Returns the tables by number. */
  private List<TableSchema> tables() {
    List<TableSchema> tables = new ArrayList<>();
    for (int i = 0; i <= workload.tableCount(); i++) {
      tables.add(workload.table(i, -1));
    }
    return tables;
  }

  @Override
  public List<ChangeEvent> poll(Duration wait) {
    lock.lock();
    try {
      long left = wait.toNanos();
      while (!closed) {
        long now = source.clock().millis();
        List<ChangeEvent> ready = read(now);
        if (!ready.isEmpty() || left <= 0) {
          return ready;
        }
        long pause = Math.min(left, TimeUnit.MILLISECONDS.toNanos(millisToNext(now)));
        left -= pause - closing.awaitNanos(pause);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
    return List.of();
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      closing.signalAll();
    } finally {
      lock.unlock();
    }
    source.closed(this);
  }

  /** Returns how long nothing can become ready, at least 1. */
  private long millisToNext(long now) {
    long resolved = resolvedMillis + RESOLVED_EVERY_MILLIS;
    boolean more = entry < workload.limit() && timeline.rate() > 0;
    long next = more ? Math.min(resolved, timeline.millisOf(entry)) : resolved;
    return Math.max(1, next - now);
  }

  private List<ChangeEvent> read(long now) {
    List<ChangeEvent> events = new ArrayList<>();
    long end = timeline.entriesAt(now);
    long bytes = 0;
    while (entry < end && events.size() < MOST_EVENTS && bytes < sliceBytes) {
      bytes += workload.isSchemaChange(entry) ? alter(events, now) : open.write(events, now);
    }
    boolean caughtUp = entry >= end;
    boolean due = resolvedMillis == Long.MIN_VALUE || now - resolvedMillis >= RESOLVED_EVERY_MILLIS;
    if (!open.isUnfinished() && (due || !events.isEmpty() || bytes > 0)) {
      last = caughtUp ? Tso.max(last, Tso.ofMillis(now, 0)) : last;
      events.add(new Resolved(last, source.position(timeline, entry)));
      resolvedMillis = now;
    }
    source.readTo(entry);
    return events;
  }

  /** Returns the ts of the next entry: when it came into being, but after all before it. */
  private Tso nextTs(long now) {
    Tso own = timeline.rate() == 0 ? Tso.ofMillis(now, 0) : timeline.tsOf(entry);
    last = Tso.max(own, last.next());
    return last;
  }

  private long alter(List<ChangeEvent> events, long now) {
    int table = workload.alteredTable(entry);
    int extended = workload.alteration(entry) == DdlType.ADD_COLUMN ? table : -1;
    TableSchema after = workload.table(table, extended);
    Tso ts = nextTs(now);
    events.add(
        new SchemaChange(
            source.position(timeline, entry),
            ts,
            ts,
            workload.alteration(entry),
            Workload.SCHEMA,
            workload.statement(entry),
            List.of(
                new TableChange(
                    Optional.of(after.name()), Optional.of(after.name()), Optional.of(after)))));
    bank.extend(extended);
    entry++;
    return 0;
  }

  /** The transaction that is being written, slice by slice. */
  private final class Transaction {
    private Tso ts = Tso.ZERO;
    private SourcePosition at;
    private int part;
    private int slice;

    Transaction(SourcePosition at) {
      this.at = at;
    }

    boolean isUnfinished() {
      return part > 0;
    }

    /** Announces the tables that the transaction is the first to have rows of. */
    private void adopt(List<ChangeEvent> events) {
      if (unannounced == 0) {
        return;
      }
      boolean[] touched = bank.touched(workload.transaction(entry));
      SourcePosition start = source.position(timeline, entry);
      int ordinal = 0;
      for (int i = 0; i < touched.length; i++) {
        if (touched[i] && wanted[i] && !announced[i]) {
          announced[i] = true;
          unannounced--;
          ordinal++;
          TableSchema table = workload.table(i, workload.extendedTable(entry));
          events.add(
              new SchemaChange(
                  new SourcePosition(
                      start.server(), start.file(), start.offset(), ordinal, start.detail()),
                  ts,
                  ts,
                  DdlType.ADOPT_TABLE,
                  table.name().schema(),
                  "",
                  List.of(
                      new TableChange(
                          Optional.empty(), Optional.of(table.name()), Optional.of(table)))));
        }
      }
    }

    /** Writes the next slice and returns about how many bytes were read for it. */
    long write(List<ChangeEvent> events, long now) {
      if (part == 0) {
        ts = nextTs(now);
        at = source.place(entry, 0);
        slice = 0;
        adopt(events);
      }
      Slice rows = new Slice();
      long transaction = workload.transaction(entry);
      int parts = bank.parts(transaction);
      int begin = part;
      while (part < parts && rows.bytes < sliceBytes) {
        bank.part(transaction, part++, rows);
      }
      long read = Math.max(rows.bytes, part - begin);
      boolean end = part == parts;
      if (!rows.changes.isEmpty() || (end && slice > 0)) {
        events.add(new RowBatch(at, ts, ts, slice++, rows.changes, rows.bytes, end));
      }
      if (end) {
        part = 0;
        entry++;
      }
      return read;
    }
  }

  /** Gathers the rows of a slice. */
  private static final class Slice implements Bank.Rows {
    private final List<RowChange> changes = new ArrayList<>();
    private long bytes;

    @Override
    public void add(RowChange row) {
      changes.add(row);
      bytes += row.bytes();
    }
  }
}
