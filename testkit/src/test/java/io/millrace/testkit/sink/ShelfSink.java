package io.millrace.testkit.sink;

import io.millrace.api.CaptureId;
import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.TableName;
import io.millrace.api.Tso;
import io.millrace.api.event.Resolved;
import io.millrace.api.event.RowBatch;
import io.millrace.api.event.RowChange;
import io.millrace.api.event.SchemaChange;
import io.millrace.api.sink.Durable;
import io.millrace.api.sink.Sink;
import io.millrace.api.sink.SinkProvider;
import io.millrace.api.sink.SinkRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * A small sink such as a user may write: rows lie in a buffer until they are flushed to the shelf,
 * which all captures share and which outlives them.
 */
public class ShelfSink implements SinkProvider, Downstream {
  /** The rows that are durable, in the order in which they became so. */
  public final List<RowChange> shelf = new ArrayList<>();

  /** The schema changes that are in effect. */
  public final List<SchemaChange> changes = new ArrayList<>();

  final Set<CaptureId> fenced = new HashSet<>();
  boolean blocked;

  @Override
  public SinkProvider sinks() {
    return this;
  }

  @Override
  public List<Long> delivered(TableName table) {
    return shelf.stream()
        .filter(row -> row.table().name().equals(table))
        .map(row -> row.after().longAt(0))
        .toList();
  }

  @Override
  public void validate(SinkRequest request) {
    // It has no parameters.
  }

  @Override
  public void dial(SinkRequest request, Duration limit) {
    // It is always there.
  }

  @Override
  public Sink open(SinkRequest request) {
    return new Writer(this, request.capture());
  }

  @Override
  public void fence(SinkRequest request, CaptureId gone) {
    fenced.add(gone);
  }

  /** One capture's buffer. */
  public static class Writer implements Sink {
    protected final ShelfSink sink;
    final CaptureId capture;
    final CountDownLatch closing = new CountDownLatch(1);
    protected final List<RowChange> buffer = new ArrayList<>();
    List<RowChange> open = new ArrayList<>();
    @Nullable RowBatch last;
    @Nullable Resolved durable;

    protected Writer(ShelfSink sink, CaptureId capture) {
      this.sink = sink;
      this.capture = capture;
    }

    void admit() {
      if (closing.getCount() == 0 || sink.fenced.contains(capture)) {
        throw new CdcException(StandardErrorCode.EPOCH_BEHIND, capture + " may not write any more");
      }
    }

    @Override
    public void write(RowBatch batch) {
      try {
        if (sink.blocked) {
          closing.await();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      admit();
      if (batch.slice() == 0) {
        open = new ArrayList<>();
      }
      open.addAll(batch.rows());
      last = batch;
      if (batch.endOfTransaction()) {
        buffer.addAll(open);
        open = new ArrayList<>();
      }
    }

    /** Returns whether a promise covers a transaction that has not ended. */
    boolean isOpenBefore(Resolved resolved) {
      RowBatch begun = last;
      return begun != null
          && !begun.endOfTransaction()
          && begun.position().isBefore(resolved.position());
    }

    @Override
    public Optional<Durable> flush(Resolved resolved) {
      admit();
      if (!isOpenBefore(resolved)) {
        sink.shelf.addAll(buffer);
        buffer.clear();
        Resolved reached = durable;
        boolean on = reached == null || reached.position().isBefore(resolved.position());
        boolean later = reached != null && !on && resolved.ts().isAfter(reached.ts());
        durable = on || later ? resolved : reached;
      }
      return Optional.ofNullable(durable).map(Durable::new);
    }

    @Override
    public void write(SchemaChange change) {
      admit();
      if (sink.changes.stream().noneMatch(met -> met.position().equals(change.position()))) {
        sink.changes.add(change);
      }
    }

    @Override
    public void checkpoint(Tso ts, Set<TableName> tables) {
      // Nobody asks it.
    }

    @Override
    public void close() {
      closing.countDown();
    }
  }

  /** Puts what was written since the last flush on the shelf from its end. */
  public static final class LosesOrder extends Writer {
    public LosesOrder(ShelfSink sink, CaptureId capture) {
      super(sink, capture);
    }

    @Override
    public Optional<Durable> flush(Resolved resolved) {
      Collections.reverse(buffer);
      return super.flush(resolved);
    }
  }
}
