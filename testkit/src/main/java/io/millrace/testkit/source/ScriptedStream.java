package io.millrace.testkit.source;

import io.millrace.api.TableName;
import io.millrace.api.Tso;
import io.millrace.api.event.ChangeEvent;
import io.millrace.api.event.DdlType;
import io.millrace.api.event.Resolved;
import io.millrace.api.event.RowBatch;
import io.millrace.api.event.RowChange;
import io.millrace.api.event.SchemaChange;
import io.millrace.api.event.TableChange;
import io.millrace.api.event.TableSchema;
import io.millrace.api.source.ChangeStream;
import io.millrace.api.source.StreamOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** A reader of a scripted log. */
final class ScriptedStream implements ChangeStream {
  private final ScriptedLog log;
  private final String server;
  private final Predicate<TableName> wanted;
  private final Set<TableName> known;
  private final int sliceBytes;
  private int next;
  private int slice;
  private int connection;
  private boolean begun;
  private Tso resolved = Tso.ZERO;
  private volatile boolean closed;

  ScriptedStream(ScriptedLog log, String server, int from, StreamOptions options) {
    this.log = log;
    this.server = server;
    this.next = from;
    this.wanted = options.tables();
    this.sliceBytes = options.sliceBytes();
    this.connection = log.connection();
    this.known = new HashSet<>(options.known().keySet());
  }

  @Override
  public List<ChangeEvent> poll(Duration wait) {
    if (closed) {
      return List.of();
    }
    log.await(server, next, wait);
    synchronized (log) {
      return closed ? List.of() : read(log.ready(server, next));
    }
  }

  private List<ChangeEvent> read(int ready) {
    List<ChangeEvent> events = new ArrayList<>();
    if (connection != log.connection()) {
      connection = log.connection();
      slice = 0;
    }
    boolean sliced = false;
    for (int i = 0; i < ready && !sliced; i++) {
      sliced = slice > 0;
      emit(events);
      if (slice > 0) {
        return events;
      }
      next++;
    }
    if (ready > 0 || !begun || log.promisesMore(resolved)) {
      begun = true;
      Resolved last = log.before(next);
      resolved = last.ts();
      events.add(last);
    }
    return events;
  }

  private void emit(List<ChangeEvent> events) {
    Optional<SchemaChange> change = log.entry(next).change();
    if (change.isPresent()) {
      events.add(change.get());
      if (change.get().type() != DdlType.TRUNCATE_TABLE) {
        follow(change.get());
      }
      return;
    }
    if (slice == 0) {
      announce(events);
    }
    RowBatch all = log.batch(next);
    List<List<RowChange>> slices =
        slices(all.rows().stream().filter(row -> wanted.test(row.table().name())).toList());
    if (slices.isEmpty()) {
      return;
    }
    List<RowChange> rows = slices.get(slice);
    boolean last = slice == slices.size() - 1;
    long bytes = rows.stream().mapToLong(RowChange::bytes).sum();
    events.add(
        new RowBatch(all.position(), all.startTs(), all.commitTs(), slice, rows, bytes, last));
    slice = last ? 0 : slice + 1;
  }

  private List<List<RowChange>> slices(List<RowChange> rows) {
    List<List<RowChange>> slices = new ArrayList<>();
    long bytes = 0;
    for (RowChange row : rows) {
      if (slices.isEmpty() || bytes + row.bytes() > sliceBytes) {
        slices.add(new ArrayList<>());
        bytes = 0;
      }
      slices.get(slices.size() - 1).add(row);
      bytes += row.bytes();
    }
    return slices;
  }

  private void announce(List<ChangeEvent> events) {
    Map<TableName, TableSchema> touched = new LinkedHashMap<>();
    for (RowChange row : log.entry(next).rows()) {
      touched.put(row.table().name(), row.table());
    }
    int ordinal = 0;
    for (TableSchema table : touched.values()) {
      ordinal++;
      if (wanted.test(table.name()) && known.add(table.name())) {
        events.add(announcement(table, ordinal));
      }
    }
  }

  private SchemaChange announcement(TableSchema table, int ordinal) {
    return new SchemaChange(
        log.position(next, ordinal),
        log.label(next),
        log.label(next),
        DdlType.ADOPT_TABLE,
        table.name().schema(),
        "",
        List.of(new TableChange(Optional.empty(), Optional.of(table.name()), Optional.of(table))));
  }

  private void follow(SchemaChange change) {
    if (change.type() == DdlType.DROP_SCHEMA) {
      known.removeIf(name -> name.schema().equals(change.schema()));
    }
    for (TableChange table : change.tables()) {
      table.before().ifPresent(known::remove);
      table.after().ifPresent(known::add);
    }
  }

  @Override
  public void close() {
    closed = true;
    log.closed(this);
  }
}
