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
  private final ScriptedSource source;
  private final String server;
  private final Predicate<TableName> wanted;
  private final Set<TableName> known;
  private int next;
  private boolean begun;
  private Tso resolved = Tso.ZERO;
  private volatile boolean closed;

  ScriptedStream(ScriptedSource source, String server, int from, StreamOptions options) {
    this.source = source;
    this.server = server;
    this.next = from;
    this.wanted = options.tables();
    this.known = new HashSet<>(options.known().keySet());
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
        follow(change.get());
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
      if (wanted.test(table.name()) && known.add(table.name())) {
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
  }
}
