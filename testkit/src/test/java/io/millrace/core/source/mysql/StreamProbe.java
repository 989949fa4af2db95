package io.millrace.core.source.mysql;

import io.millrace.api.CdcException;
import io.millrace.api.ConnectorUri;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.TableName;
import io.millrace.api.event.ChangeEvent;
import io.millrace.api.event.Resolved;
import io.millrace.api.event.Restart;
import io.millrace.api.event.Row;
import io.millrace.api.event.RowBatch;
import io.millrace.api.event.RowChange;
import io.millrace.api.event.SchemaChange;
import io.millrace.api.event.SourcePosition;
import io.millrace.api.source.ChangeSource;
import io.millrace.api.source.ChangeStream;
import io.millrace.api.source.Head;
import io.millrace.api.source.KnownTable;
import io.millrace.api.source.SourceRequest;
import io.millrace.api.source.StreamOptions;
import io.millrace.testkit.source.StreamRules;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/** Reads a source in a test: collects rows of ended transactions as text, and all events. */
final class StreamProbe implements AutoCloseable {
  private static final AtomicInteger NAMES = new AtomicInteger();
  private static final int SLICE_BYTES = 1 << 16;
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final ChangeSource source;
  private final String schema;
  private int sliceBytes = SLICE_BYTES;
  private final Map<TableName, KnownTable> known;
  private ChangeStream stream;
  private final List<ChangeEvent> events = new ArrayList<>();
  private final List<String> rows = new ArrayList<>();
  private List<String> open = new ArrayList<>();
  private Resolved resolved;
  private int voided;

  private final StreamRules rules;

  private StreamProbe(String uri, String schema, Map<TableName, KnownTable> known) {
    this.rules = new StreamRules(name -> name.schema().equals(schema), known.keySet());
    this.source = source(uri);
    this.schema = schema;
    this.known = known;
  }

  static ChangeSource source(String uri) {
    return new MySqlSourceProvider()
        .open(
            new SourceRequest(
                ConnectorUri.parse(uri, StandardErrorCode.SOURCE_URI_INVALID),
                "probe",
                Optional.empty()));
  }

  /** Opens a stream of one schema's tables at the log's end. */
  static StreamProbe now(String uri, String schema) {
    StreamProbe probe = new StreamProbe(uri, schema, Map.of());
    Head head = probe.source.now();
    probe.open(new Restart(head.end(), head.ts()));
    return probe;
  }

  /** Opens a stream at a restart. */
  static StreamProbe at(
      String uri, String schema, Restart restart, Map<TableName, KnownTable> known) {
    return at(uri, schema, restart, known, SLICE_BYTES);
  }

  /** Opens a stream at a restart, of slices of a size. */
  static StreamProbe at(
      String uri, String schema, Restart restart, Map<TableName, KnownTable> known, int slice) {
    StreamProbe probe = new StreamProbe(uri, schema, known);
    probe.sliceBytes = slice;
    probe.open(restart);
    return probe;
  }

  private void open(Restart restart) {
    stream =
        source.open(
            restart,
            new StreamOptions(
                "probe" + NAMES.incrementAndGet(),
                name -> name.schema().equals(schema),
                known,
                sliceBytes));
  }

  ChangeSource source() {
    return source;
  }

  /** Reads until a condition holds. */
  StreamProbe until(BooleanSupplier done) {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!done.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not in time; rows " + rows + ", last promise " + resolved);
      }
      stream.poll(Duration.ofMillis(200)).forEach(this::take);
    }
    return this;
  }

  /** Reads until the stream ends with an error, and returns it. */
  CdcException error() {
    try {
      until(() -> false);
    } catch (CdcException e) {
      return e;
    }
    throw new IllegalStateException("unreachable");
  }

  /** Reads until the last promise is at or behind a place. */
  StreamProbe untilPromised(SourcePosition place) {
    return until(() -> resolved != null && !resolved.position().isBefore(place));
  }

  /** Reads until so many rows of ended transactions came. */
  StreamProbe untilRows(int count) {
    return until(() -> rows.size() >= count);
  }

  private void take(ChangeEvent event) {
    rules.take(event);
    if (event instanceof RowBatch batch) {
      take(batch);
    } else if (event instanceof Resolved promise) {
      resolved = promise;
    }
    events.add(event);
  }

  private void take(RowBatch batch) {
    if (batch.slice() == 0) {
      voided += open.isEmpty() ? 0 : 1;
      open = new ArrayList<>();
    }
    batch.rows().forEach(row -> open.add(text(row)));
    if (batch.endOfTransaction()) {
      rows.addAll(open);
      open = new ArrayList<>();
    }
  }

  static String text(RowChange row) {
    String name = row.table().name().table();
    return switch (row.kind()) {
      case INSERT -> "+" + name + values(row, row.after());
      case UPDATE -> "~" + name + values(row, row.before()) + values(row, row.after());
      case DELETE -> "-" + name + values(row, row.before());
    };
  }

  private static String values(RowChange change, Row row) {
    List<String> values = new ArrayList<>();
    for (int i = 0; i < change.table().columns().size(); i++) {
      values.add(row.isPresent(i) ? String.valueOf(row.valueAt(i)) : "?");
    }
    return values.toString();
  }

  List<String> rows() {
    return rows;
  }

  List<ChangeEvent> events() {
    return events;
  }

  <T extends ChangeEvent> List<T> events(Class<T> kind) {
    return events.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  List<String> schemaChanges() {
    return events(SchemaChange.class).stream()
        .map(c -> c.type() + " " + c.tables().stream().map(t -> t.name().table()).toList())
        .toList();
  }

  Resolved resolved() {
    return resolved;
  }

  int voided() {
    return voided;
  }

  @Override
  public void close() {
    source.close();
  }
}
