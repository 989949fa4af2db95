package io.millrace.core.source.mysql;

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
import io.millrace.core.ddl.Statement;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Puts the rows of a transaction together to batches, and hands batches, schema changes and
 * promises on.
 *
 * <p><i>Threads:</i> one.
 */
final class Assembler implements Consumer<RowChange> {
  private static final int HAND_OVER_EVENTS = 512;

  private final EventQueue queue;
  private final Labels labels;
  private final LogCursor cursor;
  private final int sliceBytes;
  private final List<ChangeEvent> ready = new ArrayList<>();
  private long readyBytes;

  private List<RowChange> rows = new ArrayList<>();
  private long rowBytes;
  private long start;
  private Tso label = Tso.ZERO;
  private SourcePosition identity;
  private int slice;
  private int ordinal;
  private long number;
  private boolean told;
  private boolean pending;
  private Restart lastPromise;

  /** Creates an assembler that goes on from a restart. */
  Assembler(
      EventQueue queue, Labels labels, LogCursor cursor, int sliceBytes, Restart lastPromise) {
    this.queue = queue;
    this.labels = labels;
    this.cursor = cursor;
    this.sliceBytes = sliceBytes;
    this.lastPromise = lastPromise;
    this.identity = cursor.bare(-1);
  }

  /** Begins the transaction at an offset of the file; one begun again keeps its label. */
  void begin(long offset, long millis) {
    SourcePosition here = cursor.bare(offset);
    if (!here.equals(identity) || !label.equals(labels.floor())) {
      label = labels.transaction(millis);
      identity = here;
    }
    start = offset;
    slice = 0;
    ordinal = 0;
    number++;
    pending = true;
    forget();
  }

  private void forget() {
    if (!rows.isEmpty()) {
      rows = new ArrayList<>();
    }
    rowBytes = 0;
  }

  /** Returns the number of the transaction, which tells it from those before in this reader. */
  long number() {
    return number;
  }

  /** Returns the number of the next change of a table within the transaction, from 0. */
  int nextOrdinal() {
    return ordinal++;
  }

  /** Returns whether slices of the transaction were already handed on. */
  boolean isSliced() {
    return slice > 0;
  }

  /** Returns whether any row of the transaction is wanted. */
  boolean hasRows() {
    return slice > 0 || !rows.isEmpty();
  }

  /** Returns the label of the transaction. */
  Tso label() {
    return label;
  }

  /** Takes a row. */
  @Override
  public void accept(RowChange row) {
    rows.add(row);
    rowBytes += row.bytes();
  }

  /** Hands a slice on if enough rows are there. */
  void cut() throws IOException {
    if (rowBytes >= sliceBytes) {
      slice(false);
      handOver();
    }
  }

  private void slice(boolean last) {
    ready.add(new RowBatch(identity, label, label, slice, rows, rowBytes, last));
    readyBytes += rowBytes + 128;
    slice++;
    told = true;
    forget();
  }

  /** Ends the transaction. */
  void end() throws IOException {
    if (hasRows()) {
      slice(true);
    }
    slice = 0;
    pending = false;
    if (ready.size() >= HAND_OVER_EVENTS || readyBytes >= sliceBytes) {
      handOver();
    }
  }

  /** Drops the transaction; slices already handed on are void, for no end follows. */
  void drop() {
    interrupt();
    pending = false;
  }

  /** Drops what is there of the transaction, which is about to be read again. */
  void interrupt() {
    forget();
    slice = 0;
  }

  /** Hands a schema change on that stands at the start of the transaction, before its rows. */
  void schemaChange(int number, Statement.Ddl ddl, QueryText text, SettingNames names)
      throws IOException {
    handOn(
        new SchemaChange(
            cursor.place(start).position(cursor.server(), number),
            label,
            label,
            ddl.type(),
            ddl.schema(),
            text.sql(),
            ddl.tables(),
            names.modes(text.sqlMode()),
            Optional.of(text.ranAt()),
            text.timeZone(),
            names.collations(text)));
  }

  /** Hands on that a table is met for the first time, before the transaction's rows. */
  void adopted(int number, TableChange table) throws IOException {
    handOn(
        new SchemaChange(
            cursor.place(start).position(cursor.server(), number),
            label,
            label,
            DdlType.ADOPT_TABLE,
            table.name().schema(),
            "",
            List.of(table)));
  }

  private void handOn(SchemaChange change) throws IOException {
    if (!isSliced()) {
      promiseBefore();
    }
    ready.add(change);
    told = true;
    handOver();
  }

  private void promiseBefore() {
    SourcePosition at = cursor.place(start).position(cursor.server(), 0);
    Tso before = label.previous();
    if (told && before.compareTo(lastPromise.ts()) >= 0) {
      boolean held = lastPromise.position().compareTo(at) > 0;
      Restart restart = held ? lastPromise : new Restart(at, before);
      promise(new Resolved(before, at, oldestOpen(restart)));
    }
  }

  private Restart oldestOpen(Restart restart) {
    return openXa == null ? restart : openXa;
  }

  private @org.jspecify.annotations.Nullable Restart openXa;

  /** Sets where the oldest XA transaction began that is prepared and not ended; null: none is. */
  void openXa(@org.jspecify.annotations.Nullable Restart restart) {
    openXa = restart;
  }

  /** Hands on the promise that all before the cursor was handed on. */
  void resolved() throws IOException {
    SourcePosition at = cursor.place().position(cursor.server(), 0);
    boolean again = pending && label.equals(labels.floor());
    Tso floor = again ? label.previous() : labels.floor();
    promise(new Resolved(floor, at, oldestOpen(new Restart(at, floor))));
    handOver();
  }

  private void promise(Resolved resolved) {
    ready.add(resolved);
    lastPromise = new Restart(resolved.position(), resolved.ts());
    told = false;
  }

  /** Hands on what is ready. */
  void handOver() throws IOException {
    if (!queue.put(ready, readyBytes)) {
      throw new InterruptedIOException("the stream was closed");
    }
    ready.clear();
    readyBytes = 0;
  }
}
