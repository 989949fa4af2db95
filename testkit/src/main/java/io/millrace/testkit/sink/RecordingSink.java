package io.millrace.testkit.sink;

import io.millrace.api.CaptureId;
import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.TableId;
import io.millrace.api.TableName;
import io.millrace.api.Tso;
import io.millrace.api.event.RowChange;
import io.millrace.api.event.SchemaChange;
import io.millrace.api.event.SourcePosition;
import io.millrace.api.sink.Sink;
import io.millrace.api.sink.SinkProvider;
import io.millrace.api.sink.SinkRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * One downstream in memory, with all that a downstream can do against zombies: it claims tables
 * under epochs, keeps notes of schema changes begun and done, and fences captures.
 *
 * <p>All captures of a cluster share one. Rows are durable once flushed; a sink that is closed
 * drops those that are not. A schema change noted as begun but not as done is executed again. In
 * front of another provider it only records what passes: that one's sinks decide what is durable
 * and whom they refuse.
 *
 * <p><i>Threads:</i> any.
 */
public final class RecordingSink implements SinkProvider {
  /** Where a schema change can be broken off. */
  public enum Break {
    /** Noted as begun, without effect. */
    BEFORE_EFFECT,
    /** In effect, not noted as done. */
    AFTER_EFFECT
  }

  /** A table of one changefeed. */
  record Claimed(String incarnation, TableId table) {}

  /** A table of one changefeed, as rows name it. */
  private record NamedTable(String incarnation, TableName table) {}

  /** A schema change of one changefeed. */
  private record Met(String incarnation, SourcePosition position) {}

  /** What is noted of a schema change. */
  private static final class Note {
    private int executions;
    private boolean done;
  }

  private static final Duration BLOCK_LIMIT = Duration.ofSeconds(30);

  private final Optional<SinkProvider> behind;
  private final List<Recorded> records = new ArrayList<>();
  private final List<RowChange> rows = new ArrayList<>();
  private final List<SchemaChange> changes = new ArrayList<>();
  private final Map<Claimed, Long> claims = new HashMap<>();
  private final Map<Met, Note> notes = new HashMap<>();
  private final Map<String, Long> terms = new HashMap<>();
  private final List<String> forgotten = new ArrayList<>();
  private final Set<CaptureId> fenced = new HashSet<>();
  private final List<RecordingWriter> open = new ArrayList<>();
  private final Map<String, Tso> told = new HashMap<>();
  private Optional<Break> breakNext = Optional.empty();
  private Optional<Runnable> failure = Optional.empty();
  private boolean held;
  private boolean exactlyOnce;
  private final Map<NamedTable, SourcePosition> ledger = new HashMap<>();
  private int refused;
  private int taken;
  private boolean blocked;

  /** Creates an empty downstream. */
  public RecordingSink() {
    this.behind = Optional.empty();
  }

  /** Creates a downstream that records what passes on to the sinks of another. */
  public RecordingSink(SinkProvider behind) {
    this.behind = Optional.of(behind);
  }

  // ---- what a test asks for

  /**
   * Has rows noted with how far each table has come, and left out where they are there already; to
   * be called before the first sink is opened.
   */
  public synchronized void applyExactlyOnce() {
    exactlyOnce = true;
  }

  /** Returns whether each row is written once only. */
  public synchronized boolean isExactlyOnce() {
    return exactlyOnce;
  }

  /** Has all calls fail, until {@link #mend}. */
  public synchronized void fail(RuntimeException with) {
    failure =
        Optional.of(
            () -> {
              throw with;
            });
  }

  /** Has all calls end with an error, until {@link #mend}. */
  public synchronized void fail(Error with) {
    failure =
        Optional.of(
            () -> {
              throw with;
            });
  }

  /** Has calls work again. */
  public synchronized void mend() {
    failure = Optional.empty();
  }

  /** Says whether flushing makes nothing durable any more. */
  public synchronized void holdFlush(boolean hold) {
    held = hold;
  }

  /**
   * Has writes of rows wait until {@link #release}, or until their sink is closed; for sinks that
   * work on other threads than the test's.
   */
  public synchronized void block() {
    blocked = true;
  }

  /** Lets blocked writes go on. */
  public synchronized void release() {
    blocked = false;
    notifyAll();
  }

  /** Has the next schema change broken off by an exception, as if its capture were killed there. */
  public synchronized void breakNextSchemaChange(Break at) {
    breakNext = Optional.of(at);
  }

  /** Takes {@link #breakNextSchemaChange} back. */
  public synchronized void mendSchemaChanges() {
    breakNext = Optional.empty();
  }

  // ---- what a test looks at

  /**
   * Returns the next row that became durable, and has not been taken before.
   *
   * @throws AssertionError if there is none
   */
  public synchronized RowChange take() {
    if (taken == rows.size()) {
      throw new AssertionError("no row was written beyond " + rows);
    }
    return rows.get(taken++);
  }

  /**
   * Waits until so many rows can be taken, for what works on other threads than the test's; where
   * the test does the steps, it does them first.
   *
   * @throws AssertionError if they did not come within the limit
   */
  public synchronized void await(int number, Duration limit) {
    if (!until(() -> rows.size() - taken >= number, limit)) {
      throw new AssertionError(
          "%d rows were awaited for %s, these came: %s"
              .formatted(number, limit, rows.subList(taken, rows.size())));
    }
  }

  /** Returns whether a condition came to hold within a limit. */
  private synchronized boolean until(BooleanSupplier condition, Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    try {
      while (!condition.getAsBoolean()) {
        long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        if (left <= 0) {
          return false;
        }
        wait(left);
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Returns all rows that became durable so far, in order, taken or not. */
  public synchronized List<RowChange> rows() {
    return List.copyOf(rows);
  }

  /** Returns all schema changes that took effect, in order. */
  public synchronized List<SchemaChange> schemaChanges() {
    return List.copyOf(changes);
  }

  /** Returns what happened so far, in order. */
  public synchronized List<Recorded> records() {
    return List.copyOf(records);
  }

  /** Returns what happened since a number of records, in order. */
  public synchronized List<Recorded> records(int from) {
    return List.copyOf(records.subList(from, records.size()));
  }

  /** Returns how many calls were refused to captures that were fenced or overtaken. */
  public synchronized int refused() {
    return refused;
  }

  /** Returns who has an open sink, by table; the same capture once for each sink. */
  public synchronized Map<TableId, List<CaptureId>> writers() {
    Map<TableId, List<CaptureId>> writers = new TreeMap<>();
    for (RecordingWriter sink : open) {
      for (TableId table : sink.request().tables()) {
        writers.computeIfAbsent(table, t -> new ArrayList<>()).add(sink.request().capture());
      }
    }
    return writers;
  }

  /** Returns how often a schema change took effect, at each place. */
  public synchronized Map<SourcePosition, Integer> executions() {
    Map<SourcePosition, Integer> executions = new TreeMap<>();
    notes.forEach((met, note) -> executions.merge(met.position(), note.executions, Integer::sum));
    return executions;
  }

  /** Returns the incarnations of the changefeeds of which notes were to be deleted, in order. */
  public synchronized List<String> forgotten() {
    return List.copyOf(forgotten);
  }

  /** Returns the last checkpoint that a changefeed told; zero: none. */
  public synchronized Tso told(String incarnation) {
    return told.getOrDefault(incarnation, Tso.ZERO);
  }

  /** Forgets the open sinks of a capture that was killed: what they had not flushed is gone. */
  public synchronized void killed(CaptureId capture) {
    open.removeIf(sink -> sink.request().capture().equals(capture));
  }

  // ---- the SPI

  /** Checks what the sinks behind it check; its own take every URI of their scheme. */
  @Override
  public void validate(SinkRequest request) {
    behind.ifPresent(sinks -> sinks.validate(request));
  }

  @Override
  public synchronized void dial(SinkRequest request, Duration limit) {
    answer();
    behind.ifPresent(sinks -> sinks.dial(request, limit));
  }

  @Override
  public synchronized Sink open(SinkRequest request) {
    answer();
    admit(request.capture(), "open");
    for (TableId table : request.tables()) {
      Claimed key = new Claimed(request.incarnation(), table);
      if (behind.isEmpty() && claims.getOrDefault(key, -1L) > request.epoch()) {
        throw refuse("table " + table + " is claimed under a later epoch than " + request.epoch());
      }
    }
    request
        .tables()
        .forEach(t -> claims.put(new Claimed(request.incarnation(), t), request.epoch()));
    RecordingWriter sink =
        new RecordingWriter(this, request, behind.map(sinks -> sinks.open(request)));
    open.add(sink);
    return sink;
  }

  @Override
  public synchronized void fence(SinkRequest request, CaptureId gone) {
    answer();
    admit(request.capture(), "fence");
    fenced.add(gone);
    behind.ifPresent(sinks -> sinks.fence(request, gone));
  }

  @Override
  public synchronized void forget(SinkRequest request) {
    answer();
    forgotten.add(request.incarnation());
    behind.ifPresent(provider -> provider.forget(request));
  }

  @Override
  public boolean selectsColumns() {
    return behind.map(SinkProvider::selectsColumns).orElse(false);
  }

  // ---- for its sinks

  /** Returns whether a row is durable already, where that is noted. */
  synchronized boolean hasRow(SinkRequest request, TableName table, SourcePosition at) {
    SourcePosition reached = ledger.get(new NamedTable(request.incarnation(), table));
    return reached != null && at.compareTo(reached) <= 0;
  }

  /** Takes note of rows that have become durable. */
  synchronized void note(SinkRequest request, List<RecordingWriter.Written> durable) {
    for (RecordingWriter.Written each : durable) {
      Recorded row = each.record();
      records.add(
          new Recorded(
              Recorded.Kind.DURABLE,
              row.incarnation(),
              row.capture(),
              row.position(),
              row.table(),
              row.id()));
      rows.add(each.row());
      if (exactlyOnce) {
        ledger.put(new NamedTable(request.incarnation(), row.table()), row.position());
      }
    }
    notifyAll();
  }

  /** Returns once writes are not blocked any more, or the writer is closed. */
  synchronized void awaitRelease(RecordingWriter writer) {
    if (!until(() -> !blocked || writer.isClosed(), BLOCK_LIMIT)) {
      throw new IllegalStateException("a write was blocked for " + BLOCK_LIMIT + ", release it");
    }
    if (writer.isClosed()) {
      throw new CdcException(StandardErrorCode.CONSUMER_FAILED, "closed while a write was blocked");
    }
  }

  /** Checks that a sink may still write its tables. */
  synchronized void check(SinkRequest request) {
    answer();
    admit(request.capture(), "write");
    for (TableId table : request.tables()) {
      long claimed = claims.getOrDefault(new Claimed(request.incarnation(), table), -1L);
      if (behind.isEmpty() && claimed != request.epoch()) {
        throw refuse("table " + table + " is no longer claimed under epoch " + request.epoch());
      }
    }
  }

  private void answer() {
    failure.ifPresent(Runnable::run);
  }

  private void admit(CaptureId capture, String what) {
    if (behind.isEmpty() && fenced.contains(capture)) {
      throw refuse("capture " + capture + " is fenced and may not " + what);
    }
  }

  private CdcException refuse(String why) {
    refused++;
    return new CdcException(StandardErrorCode.EPOCH_BEHIND, why);
  }

  synchronized boolean isHeld() {
    return held;
  }

  synchronized void record(Recorded what) {
    records.add(what);
  }

  synchronized void closed(RecordingWriter sink) {
    open.remove(sink);
    notifyAll();
  }

  synchronized void tell(SinkRequest request, Tso ts) {
    answer();
    told.merge(request.incarnation(), ts, Tso::max);
  }

  /**
   * Applies a schema change under the term that is the request's epoch, unless it is done; the sink
   * behind it decides by itself what it does again.
   */
  synchronized void apply(SinkRequest request, SchemaChange change, Optional<Sink> sink) {
    answer();
    admit(request.capture(), "change a schema");
    long term = terms.getOrDefault(request.incarnation(), -1L);
    if (sink.isEmpty() && term > request.epoch()) {
      throw refuse("a schema change was begun under a later term than " + request.epoch());
    }
    terms.put(request.incarnation(), request.epoch());
    Met met = new Met(request.incarnation(), change.position());
    Note note = notes.computeIfAbsent(met, m -> new Note());
    if (sink.isEmpty() && note.done) {
      return;
    }
    Recording made = kind -> records.add(RecordingWriter.recorded(kind, request, change));
    made.of(Recorded.Kind.BEGUN);
    breakOff(Break.BEFORE_EFFECT);
    note.executions++;
    if (sink.isPresent()) {
      sink.get().write(change);
    } else {
      made.of(Recorded.Kind.EXECUTED);
    }
    changes.add(change);
    breakOff(Break.AFTER_EFFECT);
    note.done = true;
    made.of(Recorded.Kind.DONE);
  }

  /** Records one step of a schema change. */
  private interface Recording {
    void of(Recorded.Kind kind);
  }

  private void breakOff(Break at) {
    if (breakNext.equals(Optional.of(at))) {
      breakNext = Optional.empty();
      throw new CdcException(StandardErrorCode.EXEC_DDL_FAILED, "broken off");
    }
  }
}
