package io.millrace.core.sink.mysql;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.TableName;
import io.millrace.api.Tso;
import io.millrace.api.event.Resolved;
import io.millrace.api.event.RowBatch;
import io.millrace.api.event.RowChange;
import io.millrace.api.event.SchemaChange;
import io.millrace.api.event.SourcePosition;
import io.millrace.api.sink.Durable;
import io.millrace.api.sink.Sink;
import io.millrace.core.connector.OpenTransaction;
import java.nio.IntBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Hands rows to lanes by table and transaction, and tells how far all of them are committed. A
 * transaction too large to be held goes straight into one transaction downstream, as it comes.
 */
final class MySqlSink implements Sink {
  private static final long STREAMED_BYTES = 32L << 20;
  private static final long SHORT_WAIT = 20_000_000;

  private final MySqlOptions options;
  private final Supplier<Writing> opener;
  private final SchemaWriter schemaWriter;
  private final OpenTransaction transaction = new OpenTransaction();
  private final List<TableFeed> touched = new ArrayList<>();
  private final ArrayDeque<Mark> marks = new ArrayDeque<>();
  private @Nullable SourcePosition position;
  private long pendingBytes;
  private @Nullable LargeTransaction large;
  private @Nullable Resolved durable;
  private boolean broken;
  private volatile @Nullable Writing writing;
  private volatile boolean closed;

  /** All before a resolved event is written when the lanes have completed a unit. */
  private record Mark(Resolved resolved, long unit) {}

  /**
   * Creates a sink.
   *
   * @param opener claims the tables and connects, at the first row
   */
  MySqlSink(MySqlOptions options, Supplier<Writing> opener, SchemaWriter schemaWriter) {
    this.options = options;
    this.opener = opener;
    this.schemaWriter = schemaWriter;
  }

  /** Claims the tables now. */
  void start() {
    writing();
  }

  private Writing writing() {
    Writing open = writing;
    if (open == null) {
      open = opener.get();
      writing = open;
      if (closed) {
        open.close();
      }
    }
    return open;
  }

  @Override
  public void write(RowBatch batch) {
    guarded(() -> take(batch));
  }

  private void take(RowBatch batch) {
    Writing to = writing();
    if (transaction.meet(batch)) {
      discard();
    }
    if (!batch.position().equals(position)) {
      position = batch.position();
      to.beginTransaction();
    }
    IntBuffer numbers = batch.numbers();
    for (int i = 0; i < batch.rows().size(); i++) {
      RowChange row = batch.rows().get(i);
      TableFeed feed = to.feed(row.table());
      if (feed.isFresh()) {
        feed.begin();
        touched.add(feed);
      }
      boolean written =
          numbers.hasRemaining()
              ? feed.add(row, batch.position(), numbers.get(i))
              : feed.add(row, batch.position());
      if (written) {
        pendingBytes += row.bytes();
      }
    }
    LargeTransaction streamed = large;
    if (streamed == null && !batch.endOfTransaction() && pendingBytes > STREAMED_BYTES) {
      streamed = to.beginLarge();
      large = streamed;
    }
    if (streamed != null) {
      for (TableFeed feed : touched) {
        feed.takeUnits(
            batch.position(),
            batch.commitTs(),
            options.maxTxnRows(),
            to.mayRepeat(batch.commitTs()),
            streamed::write);
      }
      pendingBytes = 0;
    }
    if (batch.endOfTransaction()) {
      end(batch, to);
    }
  }

  private void end(RowBatch batch, Writing to) {
    LargeTransaction streamed = large;
    if (streamed != null) {
      streamed.commit();
      large = null;
    } else {
      int most = options.wholeTables() ? Integer.MAX_VALUE : options.maxTxnRows();
      boolean mayRepeat = to.mayRepeat(batch.commitTs());
      for (TableFeed feed : touched) {
        feed.takeUnits(
            batch.position(), batch.commitTs(), most, mayRepeat, unit -> to.put(feed, unit));
      }
    }
    forget();
  }

  private void discard() {
    LargeTransaction streamed = large;
    if (streamed != null) {
      streamed.rollback();
      large = null;
    }
    forget();
  }

  private void forget() {
    touched.forEach(TableFeed::begin);
    touched.clear();
    pendingBytes = 0;
    position = null;
  }

  @Override
  public Optional<Durable> flush(Resolved resolved) {
    guarded(() -> push(resolved));
    return Optional.ofNullable(durable).map(Durable::new);
  }

  private void push(Resolved resolved) {
    Writing to = writing;
    if (!transaction.holdsBack(resolved)) {
      mark(resolved, to == null ? 0 : to.lanes().put());
    }
    long completed = 0;
    if (to != null) {
      Mark last = marks.peekLast();
      if (last != null && to.lanes().isNearlyIdle()) {
        to.lanes().await(last.unit(), SHORT_WAIT);
      }
      to.lanes().check();
      completed = to.lanes().completed();
    }
    for (Mark next = marks.peek(); next != null && next.unit() <= completed; next = marks.peek()) {
      durable = OpenTransaction.later(durable, next.resolved());
      marks.remove();
    }
    Resolved reached = durable;
    if (to != null && reached != null && large == null) {
      to.compact(reached);
    }
  }

  private void mark(Resolved resolved, long unit) {
    Mark last = marks.peekLast();
    Resolved known = last == null ? durable : last.resolved();
    Resolved later = OpenTransaction.later(known, resolved);
    if (later.equals(known)) {
      return;
    }
    if (last != null && last.unit() == unit) {
      marks.removeLast();
    }
    marks.add(new Mark(resolved, unit));
  }

  @Override
  public void write(SchemaChange change) {
    if (closed) {
      throw closedFailure();
    }
    schemaWriter.write(change);
  }

  @Override
  public void checkpoint(Tso ts, Set<TableName> tables) {
    if (closed) {
      throw closedFailure();
    }
  }

  /** Runs what may fail; after a failure what was written is told by a new sink only. */
  private void guarded(Runnable step) {
    if (closed || broken) {
      throw closedFailure();
    }
    boolean done = false;
    try {
      step.run();
      done = true;
    } finally {
      broken = !done;
    }
  }

  private CdcException closedFailure() {
    return new CdcException(
        StandardErrorCode.MYSQL_TXN_ERROR,
        "MySQL txn error: " + (closed ? "the sink is closed" : "an earlier write failed"));
  }

  @Override
  public void close() {
    closed = true;
    schemaWriter.close();
    Writing open = writing;
    if (open != null) {
      open.close();
    }
  }
}
