package io.millrace.testkit.source;

import io.millrace.api.TableName;
import io.millrace.api.Tso;
import io.millrace.api.event.ChangeEvent;
import io.millrace.api.event.DdlType;
import io.millrace.api.event.Resolved;
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
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** A reader of a scripted log. */
final class ScriptedStream implements ChangeStream {
  private final ScriptedSource source;
  private final String server;
  private final Predicate<TableName> wanted;
  private final Map<TableName, SourcePosition> known = new HashMap<>();
  private int next;
  private boolean begun;
  private Tso resolved = Tso.ZERO;
  private volatile boolean closed;

  ScriptedStream(ScriptedSource source, String server, int from, StreamOptions options) {
    this.source = source;
    this.server = server;
    this.next = from;
    this.wanted = options.tables();
    options.known().forEach((name, table) -> known.put(name, table.asOf()));
  }

  @Override
  public List<ChangeEvent> poll(Duration wait) {
    if (closed) {
      return List.of();
    }
    source.await(server, next, wait);
    synchronized (source) {
      return read(source.ready(server, next));
    }
  }

  private List<ChangeEvent> read(int ready) {
    List<ChangeEvent> events = new ArrayList<>();
    for (int i = 0; i < ready; i++) {
      emit(events);
      next++;
    }
    if (ready > 0 || !begun || source.promisesMore(resolved)) {
      begun = true;
      Resolved last = source.before(next);
      resolved = last.ts();
      events.add(last);
    }
    return events;
  }

  private void emit(List<ChangeEvent> events) {
    Optional<SchemaChange> change = source.entry(next).change();
    if (change.isPresent()) {
      events.add(change.get());
      if (change.get().type() != DdlType.TRUNCATE_TABLE) {
        change.get().tables().forEach(table -> follow(table, change.get().position()));
      }
      return;
    }
    Map<TableName, TableSchema> touched = new LinkedHashMap<>();
    for (RowChange row : source.entry(next).rows()) {
      touched.put(row.table().name(), row.table());
    }
    int ordinal = 0;
    for (TableSchema table : touched.values()) {
      ordinal++;
      if (wanted.test(table.name()) && !known.containsKey(table.name())) {
        known.put(table.name(), source.position(next, 0));
        events.add(announcement(table, ordinal));
      }
    }
    RowBatch all = source.batch(next);
    List<RowChange> rows =
        all.rows().stream().filter(row -> wanted.test(row.table().name())).toList();
    if (!rows.isEmpty()) {
      long bytes = rows.stream().mapToLong(RowChange::bytes).sum();
      events.add(new RowBatch(all.position(), all.startTs(), all.commitTs(), 0, rows, bytes, true));
    }
  }

  private SchemaChange announcement(TableSchema table, int ordinal) {
    return new SchemaChange(
        source.position(next, ordinal),
        source.label(next),
        source.label(next),
        DdlType.ADOPT_TABLE,
        table.name().schema(),
        "",
        List.of(new TableChange(Optional.empty(), Optional.of(table.name()), Optional.of(table))));
  }

  private void follow(TableChange table, SourcePosition at) {
    table.before().ifPresent(name -> forget(name, at));
    table.after().ifPresent(name -> forget(name, at));
    if (table.schema().isPresent()) {
      table.after().ifPresent(name -> known.putIfAbsent(name, at));
    }
  }

  /** Forgets a table, unless it is known as it was at or behind a place. */
  private void forget(TableName name, SourcePosition at) {
    SourcePosition asOf = known.get(name);
    if (asOf != null && asOf.isBefore(at)) {
      known.remove(name);
    }
  }

  @Override
  public void close() {
    closed = true;
  }
}
