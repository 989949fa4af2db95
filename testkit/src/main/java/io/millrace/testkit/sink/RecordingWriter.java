package io.millrace.testkit.sink;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.TableName;
import io.millrace.api.Tso;
import io.millrace.api.event.Resolved;
import io.millrace.api.event.Row;
import io.millrace.api.event.RowBatch;
import io.millrace.api.event.RowChange;
import io.millrace.api.event.SchemaChange;
import io.millrace.api.sink.Durable;
import io.millrace.api.sink.Sink;
import io.millrace.api.sink.SinkRequest;
import io.millrace.core.connector.OpenTransaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One capture's access to a recording downstream. */
final class RecordingWriter implements Sink {
  private final RecordingSink downstream;
  private final SinkRequest request;
  private final Optional<Sink> behind;
  private final OpenTransaction transaction = new OpenTransaction();
  private final List<Written> begun = new ArrayList<>();
  private final List<Written> unflushed = new ArrayList<>();
  private @Nullable Resolved flushed;
  private volatile boolean closed;

  /** A row that is not durable yet, and its record. */
  record Written(RowChange row, Recorded record) {}

  /**
   * Creates a writer.
   *
   * @param behind the sink that gets everything as well, and then decides what is durable
   */
  RecordingWriter(RecordingSink downstream, SinkRequest request, Optional<Sink> behind) {
    this.downstream = downstream;
    this.request = request;
    this.behind = behind;
  }

  SinkRequest request() {
    return request;
  }

  boolean isClosed() {
    return closed;
  }

  @Override
  public void write(RowBatch batch) {
    checkOpen();
    downstream.awaitRelease(this);
    downstream.check(request);
    behind.ifPresent(sink -> sink.write(batch));
    transaction.meet(batch);
    if (batch.slice() == 0) {
      begun.clear();
    }
    for (RowChange row : batch.rows()) {
      if (downstream.hasRow(request, row.table().name(), batch.position())) {
        continue;
      }
      Row image = row.kind() == RowChange.Kind.DELETE ? row.before() : row.after();
      Recorded written =
          new Recorded(
              Recorded.Kind.ROW,
              request.incarnation(),
              request.capture(),
              batch.position(),
              row.table().name(),
              image.valueAt(0) instanceof Long id ? id : 0);
      downstream.record(written);
      begun.add(new Written(row, written));
    }
    if (batch.endOfTransaction()) {
      unflushed.addAll(begun);
      begun.clear();
    }
  }

  @Override
  public Optional<Durable> flush(Resolved resolved) {
    checkOpen();
    downstream.check(request);
    if (behind.isPresent()) {
      Optional<Durable> durable = behind.get().flush(resolved);
      durable.ifPresent(it -> noteUpTo(it.upTo()));
      return durable;
    }
    if (!downstream.isHeld() && !transaction.holdsBack(resolved)) {
      downstream.note(request, unflushed);
      unflushed.clear();
      flushed = OpenTransaction.later(flushed, resolved);
    }
    return Optional.ofNullable(flushed).map(Durable::new);
  }

  private void noteUpTo(Resolved durable) {
    List<Written> covered =
        unflushed.stream()
            .filter(row -> row.record().position().isBefore(durable.position()))
            .toList();
    unflushed.removeAll(covered);
    downstream.note(request, covered);
  }

  @Override
  public void write(SchemaChange change) {
    checkOpen();
    downstream.apply(request, change, behind);
  }

  @Override
  public void checkpoint(Tso ts, Set<TableName> tables) {
    checkOpen();
    downstream.tell(request, ts);
    behind.ifPresent(sink -> sink.checkpoint(ts, tables));
  }

  private void checkOpen() {
    if (closed) {
      throw new CdcException(StandardErrorCode.CONSUMER_FAILED, "the sink is closed");
    }
  }

  @Override
  public void close() {
    closed = true;
    downstream.closed(this);
    behind.ifPresent(Sink::close);
  }

  static Recorded recorded(Recorded.Kind kind, SinkRequest request, SchemaChange change) {
    TableName table =
        change.tables().isEmpty()
            ? new TableName(change.schema(), "")
            : change.tables().get(0).name();
    return new Recorded(
        kind, request.incarnation(), request.capture(), change.position(), table, 0);
  }
}
