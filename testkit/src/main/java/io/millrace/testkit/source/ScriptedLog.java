package io.millrace.testkit.source;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.Tso;
import io.millrace.api.event.DdlType;
import io.millrace.api.event.Resolved;
import io.millrace.api.event.Restart;
import io.millrace.api.event.RowBatch;
import io.millrace.api.event.RowChange;
import io.millrace.api.event.SchemaChange;
import io.millrace.api.event.SourcePosition;
import io.millrace.api.event.TableChange;
import io.millrace.api.source.Head;
import io.millrace.api.source.StreamOptions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * What a scripted upstream has logged, with places and labels; and what has befallen it, as far as
 * its streams notice.
 *
 * <p><i>Threads:</i> any; a stream reads under its monitor.
 */
final class ScriptedLog {
  private static final int STEP = 100;

  /** A transaction of rows, or a schema change. */
  record Entry(Tso label, List<RowChange> rows, Optional<SchemaChange> change) {}

  private final List<Entry> entries = new ArrayList<>();
  private final Set<ScriptedStream> streams = new LinkedHashSet<>();
  private final int entriesPerPoll;
  private final Optional<InstantSource> clock;
  private final Tso begin;
  private String server = "scripted";
  private Tso promised;
  private CountDownLatch news = new CountDownLatch(1);
  private Optional<Restart> held = Optional.empty();
  private Optional<RuntimeException> failure = Optional.empty();
  private Optional<Restart> opened = Optional.empty();
  private boolean stalled;
  private int purged;
  private int connection;

  ScriptedLog(int entriesPerPoll, Optional<InstantSource> clock, Tso begin) {
    this.entriesPerPoll = entriesPerPoll;
    this.clock = clock;
    this.begin = begin;
    this.promised = begin;
  }

  // ---- writing

  synchronized SourcePosition append(List<RowChange> rows) {
    SourcePosition at = end();
    append(new Entry(nextLabel(), List.copyOf(rows), Optional.empty()));
    return at;
  }

  synchronized void append(DdlType type, String schema, String query, List<TableChange> tables) {
    Tso label = nextLabel();
    SchemaChange change = new SchemaChange(end(), label, label, type, schema, query, tables);
    append(new Entry(label, List.of(), Optional.of(change)));
  }

  private void append(Entry entry) {
    entries.add(entry);
    promised = entry.label();
    wake();
  }

  private void wake() {
    news.countDown();
    news = new CountDownLatch(1);
  }

  private Tso nextLabel() {
    return clock
        .map(it -> Tso.max(promised.next(), Tso.of(it.instant())))
        .orElseGet(() -> Tso.ofMillis(begin.millis() + entries.size() + 1, 0));
  }

  // ---- what befalls it

  synchronized void stall(boolean stall) {
    stalled = stall;
  }

  synchronized void fail(Optional<RuntimeException> with) {
    failure = with;
  }

  synchronized void cutConnections() {
    connection++;
  }

  synchronized void holdRestart() {
    held = Optional.of(new Restart(end(), label(entries.size() - 1)));
  }

  synchronized void reorder() {
    server += "'";
    List<Entry> rows = new ArrayList<>();
    entries.stream().filter(it -> it.change().isEmpty()).forEach(rows::add);
    Collections.reverse(rows);
    entries.clear();
    for (Entry each : rows) {
      append(new Entry(nextLabel(), each.rows(), Optional.empty()));
    }
  }

  synchronized void purge() {
    purged = entries.size();
  }

  // ---- reading

  synchronized SourcePosition end() {
    return position(entries.size(), 0);
  }

  synchronized List<RowBatch> transactions() {
    List<RowBatch> batches = new ArrayList<>();
    for (int n = 0; n < entries.size(); n++) {
      if (entries.get(n).change().isEmpty()) {
        batches.add(batch(n));
      }
    }
    return batches;
  }

  synchronized List<SchemaChange> schemaChanges() {
    return entries.stream().flatMap(entry -> entry.change().stream()).toList();
  }

  synchronized Optional<Restart> opened() {
    return opened;
  }

  /** Throws what calls are to fail with. */
  synchronized void answer() {
    if (failure.isPresent()) {
      throw failure.get();
    }
  }

  synchronized Head now() {
    answer();
    return new Head(end(), promised());
  }

  synchronized SourcePosition locate(Tso ts) {
    answer();
    int n = 0;
    while (n < entries.size() && label(n).compareTo(ts) <= 0) {
      n++;
    }
    if (n < purged || (clock.isPresent() && ts.compareTo(begin) < 0)) {
      throw new CdcException(StandardErrorCode.START_TS_BEFORE_GC, "the log begins after " + ts);
    }
    return position(n, 0);
  }

  synchronized SourcePosition oldest() {
    answer();
    return position(purged, 0);
  }

  // ---- streams

  synchronized ScriptedStream open(Restart from, StreamOptions options) {
    answer();
    SourcePosition at = from.position();
    if (!at.server().equals(server) || end().isBefore(at)) {
      throw new CdcException(StandardErrorCode.SOURCE_CHANGED, "there is no position " + at);
    }
    int n = (int) (at.offset() / STEP) - 1;
    if (n < purged) {
      throw new CdcException(StandardErrorCode.SNAPSHOT_LOST_BY_GC, at + " was purged");
    }
    opened = Optional.of(from);
    ScriptedStream stream = new ScriptedStream(this, server, n, options);
    streams.add(stream);
    return stream;
  }

  synchronized void closed(ScriptedStream stream) {
    streams.remove(stream);
    wake();
  }

  synchronized void closeStreams() {
    List.copyOf(streams).forEach(ScriptedStream::close);
  }

  synchronized SourcePosition position(int n, int ordinal) {
    return new SourcePosition(server, 1, (long) STEP * (n + 1), ordinal, "");
  }

  /** Returns the label of an entry, or that of the log's beginning. */
  synchronized Tso label(int n) {
    return n < 0 ? begin : entries.get(n).label();
  }

  synchronized RowBatch batch(int n) {
    List<RowChange> rows = entries.get(n).rows();
    long bytes = rows.stream().mapToLong(RowChange::bytes).sum();
    return new RowBatch(position(n, 0), label(n), label(n), 0, rows, bytes, true);
  }

  /** Returns a number that changes when the connections of streams break. */
  synchronized int connection() {
    return connection;
  }

  synchronized Entry entry(int n) {
    return entries.get(n);
  }

  /** Returns how many entries a stream may read at once, from one on. */
  synchronized int ready(String of, int from) {
    answer();
    if (!of.equals(server)) {
      throw new CdcException(StandardErrorCode.SOURCE_UNAVAILABLE, of + " has gone");
    }
    return stalled ? 0 : Math.min(entriesPerPoll, entries.size() - from);
  }

  synchronized Resolved before(int n) {
    SourcePosition at = position(n, 0);
    Tso ts = n == entries.size() ? promised() : label(n - 1);
    Restart restart = held.filter(it -> it.position().isBefore(at)).orElse(new Restart(at, ts));
    return new Resolved(ts, at, restart);
  }

  /** Returns the last label, or the time where there is a clock: what follows is later. */
  private Tso promised() {
    promised =
        clock.map(it -> Tso.max(promised, Tso.of(it.instant()))).orElse(label(entries.size() - 1));
    return promised;
  }

  /**
   * Waits for another entry, where there is a clock and none to be read from one on.
   *
   * @return whether there may be one
   */
  boolean await(String of, int from, Duration wait) {
    CountDownLatch next;
    synchronized (this) {
      if (wait.isZero() || clock.isEmpty() || ready(of, from) > 0) {
        return true;
      }
      next = news;
    }
    try {
      return next.await(wait.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Returns whether an idle stream has something new to promise. */
  synchronized boolean promisesMore(Tso than) {
    return !stalled && clock.isPresent() && promised().isAfter(than);
  }
}
