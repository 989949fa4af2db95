package io.millrace.testkit.sink;

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

/** One capture's access to a downstream in memory. */
final class RecordingSink implements Sink {
  private final RecordingSinkProvider downstream;
  private final SinkRequest request;
  private final OpenTransaction transaction = new OpenTransaction();
  private final List<Recorded> unflushed = new ArrayList<>();
  private @Nullable Resolved flushed;
  private boolean closed;

  RecordingSink(RecordingSinkProvider downstream, SinkRequest request) {
    this.downstream = downstream;
    this.request = request;
  }

  SinkRequest request() {
    return request;
  }

  @Override
  public void write(RowBatch batch) {
    checkOpen();
    downstream.check(request);
    transaction.meet(batch);
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
              image.longAt(0));
      downstream.record(written);
      unflushed.add(written);
    }
  }

  @Override
  public Optional<Durable> flush(Resolved resolved) {
    checkOpen();
    downstream.check(request);
    if (!downstream.isHeld() && !transaction.holdsBack(resolved)) {
      for (Recorded row : unflushed) {
        downstream.record(
            new Recorded(
                Recorded.Kind.DURABLE,
                row.incarnation(),
                row.capture(),
                row.position(),
                row.table(),
                row.id()));
      }
      downstream.note(request, unflushed);
      unflushed.clear();
      flushed = OpenTransaction.later(flushed, resolved);
    }
    return Optional.ofNullable(flushed).map(Durable::new);
  }

  @Override
  public void write(SchemaChange change) {
    checkOpen();
    downstream.apply(request, change);
  }

  @Override
  public void checkpoint(Tso ts, Set<TableName> tables) {
    checkOpen();
    downstream.tell(request, ts);
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("the sink is closed");
    }
  }

  @Override
  public void close() {
    closed = true;
    unflushed.clear();
    downstream.closed(this);
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
