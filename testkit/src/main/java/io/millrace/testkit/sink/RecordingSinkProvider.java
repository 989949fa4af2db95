package io.millrace.testkit.sink;

import io.millrace.api.CaptureId;
import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.TableId;
import io.millrace.api.TableName;
import io.millrace.api.Tso;
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

/**
 * One downstream in memory, with all that a downstream can do against zombies: it claims tables
 * under epochs, keeps notes of schema changes begun and done, and fences captures.
 *
 * <p>All captures of a cluster share one. Rows are durable once flushed; a sink that is closed
 * drops those that are not. A schema change noted as begun but not as done is executed again.
 *
 * <p><i>Threads:</i> any.
 */
public final class RecordingSinkProvider implements SinkProvider {
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

  private final List<Recorded> records = new ArrayList<>();
  private final Map<Claimed, Long> claims = new HashMap<>();
  private final Map<Met, Note> notes = new HashMap<>();
  private final Map<String, Long> terms = new HashMap<>();
  private final Set<CaptureId> fenced = new HashSet<>();
  private final List<RecordingSink> open = new ArrayList<>();
  private final Map<String, Tso> told = new HashMap<>();
  private Optional<Break> breakNext = Optional.empty();
  private Optional<Runnable> failure = Optional.empty();
  private boolean held;
  private boolean exactlyOnce;
  private final Map<NamedTable, SourcePosition> ledger = new HashMap<>();
  private int refused;

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

  /** Has the next schema change broken off by an exception, as if its capture were killed there. */
  public synchronized void breakNextSchemaChange(Break at) {
    breakNext = Optional.of(at);
  }

  /** Takes {@link #breakNextSchemaChange} back. */
  public synchronized void mendSchemaChanges() {
    breakNext = Optional.empty();
  }

  // ---- what a test looks at

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
    for (RecordingSink sink : open) {
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

  /** Returns the last checkpoint that a changefeed told; zero: none. */
  public synchronized Tso told(String incarnation) {
    return told.getOrDefault(incarnation, Tso.ZERO);
  }

  /** Forgets the open sinks of a capture that was killed: what they had not flushed is gone. */
  public synchronized void killed(CaptureId capture) {
    open.removeIf(sink -> sink.request().capture().equals(capture));
  }

  // ---- the SPI

  @Override
  public void validate(SinkRequest request) {
    // Every URI of the scheme is right.
  }

  @Override
  public synchronized void dial(SinkRequest request, Duration limit) {
    answer();
  }

  @Override
  public synchronized Sink open(SinkRequest request) {
    answer();
    admit(request.capture(), "open");
    for (TableId table : request.tables()) {
      Claimed key = new Claimed(request.incarnation(), table);
      if (claims.getOrDefault(key, -1L) > request.epoch()) {
        throw refuse("table " + table + " is claimed under a later epoch than " + request.epoch());
      }
    }
    request
        .tables()
        .forEach(t -> claims.put(new Claimed(request.incarnation(), t), request.epoch()));
    RecordingSink sink = new RecordingSink(this, request);
    open.add(sink);
    return sink;
  }

  @Override
  public synchronized void fence(SinkRequest request, CaptureId gone) {
    answer();
    admit(request.capture(), "fence");
    fenced.add(gone);
  }

  // ---- for its sinks

  /** Returns whether a row is durable already, where that is noted. */
  synchronized boolean hasRow(SinkRequest request, TableName table, SourcePosition at) {
    SourcePosition reached = ledger.get(new NamedTable(request.incarnation(), table));
    return reached != null && at.compareTo(reached) <= 0;
  }

  /** Notes rows that have become durable, with them. */
  synchronized void note(SinkRequest request, List<Recorded> rows) {
    if (exactlyOnce) {
      rows.forEach(
          row -> ledger.put(new NamedTable(request.incarnation(), row.table()), row.position()));
    }
  }

  /** Checks that a sink may still write its tables. */
  synchronized void check(SinkRequest request) {
    answer();
    admit(request.capture(), "write");
    for (TableId table : request.tables()) {
      if (claims.getOrDefault(new Claimed(request.incarnation(), table), -1L) != request.epoch()) {
        throw refuse("table " + table + " is no longer claimed under epoch " + request.epoch());
      }
    }
  }

  private void answer() {
    failure.ifPresent(Runnable::run);
  }

  private void admit(CaptureId capture, String what) {
    if (fenced.contains(capture)) {
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

  synchronized void closed(RecordingSink sink) {
    open.remove(sink);
  }

  synchronized void tell(SinkRequest request, Tso ts) {
    answer();
    told.merge(request.incarnation(), ts, Tso::max);
  }

  /** Applies a schema change under the term that is the request's epoch, unless it is done. */
  synchronized void apply(SinkRequest request, SchemaChange change) {
    answer();
    admit(request.capture(), "change a schema");
    long term = terms.getOrDefault(request.incarnation(), -1L);
    if (term > request.epoch()) {
      throw refuse("a schema change was begun under a later term than " + request.epoch());
    }
    terms.put(request.incarnation(), request.epoch());
    Met met = new Met(request.incarnation(), change.position());
    Note note = notes.computeIfAbsent(met, m -> new Note());
    if (note.done) {
      return;
    }
    Recording made = kind -> record(RecordingSink.recorded(kind, request, change));
    made.of(Recorded.Kind.BEGUN);
    breakOff(Break.BEFORE_EFFECT);
    note.executions++;
    made.of(Recorded.Kind.EXECUTED);
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
