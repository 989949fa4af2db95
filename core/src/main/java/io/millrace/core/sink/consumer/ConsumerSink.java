package io.millrace.core.sink.consumer;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.TableName;
import io.millrace.api.Tso;
import io.millrace.api.consumer.ChangeConsumer;
import io.millrace.api.consumer.Changes;
import io.millrace.api.event.Resolved;
import io.millrace.api.event.RowBatch;
import io.millrace.api.event.RowChange;
import io.millrace.api.event.SchemaChange;
import io.millrace.api.event.SourcePosition;
import io.millrace.api.sink.Durable;
import io.millrace.api.sink.Sink;
import io.millrace.core.connector.OpenTransaction;
import io.millrace.core.worker.Threads;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Hands each slice to the callback and waits until it returns.
 *
 * <p>The callback runs on a thread of the sink's own, so that {@link #close} lets a blocked {@link
 * #write} go at once, whatever the callback does. That thread is interrupted. Where nothing may run
 * beside the caller, the callback runs in the thread that writes.
 */
final class ConsumerSink implements Sink {
  private static final System.Logger LOG = System.getLogger(ConsumerSink.class.getName());
  private static final long WARN_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final String changefeed;
  private final String name;
  private final ChangeConsumer consumer;
  private final long mostPendingBytes;
  private final boolean inCallersThread;
  private final Threads threads;
  private final Optional<TakenTables> taken;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Acknowledgements acknowledgements = new Acknowledgements();
  private final OpenTransaction transaction = new OpenTransaction();
  private @Nullable Thread thread;
  private @Nullable Changes handedOver;
  private @Nullable Throwable thrown;
  private boolean failed;
  private boolean closed;

  /**
   * Creates a sink.
   *
   * @param taken where the callback acknowledges in a database of its own
   */
  ConsumerSink(
      String changefeed,
      String name,
      ChangeConsumer consumer,
      long mostPendingBytes,
      boolean inCallersThread,
      Threads threads,
      Optional<TakenTables> taken) {
    this.changefeed = changefeed;
    this.name = name;
    this.consumer = consumer;
    this.mostPendingBytes = mostPendingBytes;
    this.inCallersThread = inCallersThread;
    this.threads = threads;
    this.taken = taken;
  }

  @Override
  public void write(RowBatch batch) {
    checkOpen();
    boolean voids = transaction.meet(batch);
    Optional<RowBatch> due = due(batch, voids);
    if (due.isPresent()) {
      handOver(due.get(), voids);
    }
  }

  private Optional<RowBatch> due(RowBatch batch, boolean voids) {
    if (taken.isPresent()) {
      return taken.get().fresh(batch, voids);
    }
    // Nobody would know what to acknowledge an empty transaction for.
    boolean empty = batch.rows().isEmpty() && batch.slice() == 0 && batch.endOfTransaction();
    return empty ? Optional.empty() : Optional.of(batch);
  }

  private void handOver(RowBatch batch, boolean voids) {
    lock.lock();
    try {
      awaitRoom();
      long number = acknowledgements.deliver(voids, batch.bytes(), batch.endOfTransaction());
      taken.ifPresent(it -> it.delivered(number, batch));
      Changes slice = new Slice(batch, number);
      if (inCallersThread) {
        call(slice);
      } else {
        handedOver = slice;
        startThread();
        changed.signalAll();
        while (handedOver != null && !closed) {
          changed.await();
        }
      }
      checkCallback(batch);
      checkUsable();
    } catch (InterruptedException e) {
      failed = true;
      Thread.currentThread().interrupt();
      throw new CdcException(
          StandardErrorCode.CONSUMER_FAILED,
          "the wait for consumer '" + name + "' was interrupted",
          e);
    } finally {
      lock.unlock();
    }
  }

  private void checkOpen() {
    lock.lock();
    try {
      checkUsable();
    } finally {
      lock.unlock();
    }
  }

  private void checkCallback(RowBatch batch) {
    Throwable failure = thrown;
    if (failure != null) {
      throw new CdcException(
          StandardErrorCode.CONSUMER_FAILED,
          "consumer '"
              + name
              + "' failed on the transaction at "
              + batch.position()
              + ": "
              + failure,
          failure);
    }
  }

  private void checkUsable() {
    if (closed || failed) {
      throw new CdcException(
          StandardErrorCode.CONSUMER_FAILED,
          "the sink of consumer '" + name + "' " + (closed ? "is closed" : "has failed before"));
    }
  }

  private void awaitRoom() throws InterruptedException {
    long warnAt = System.nanoTime() + WARN_NANOS;
    checkUsable();
    while (acknowledgements.pendingBytes() > mostPendingBytes) {
      changed.await(taken.isPresent() ? LOOK_NANOS : WARN_NANOS, TimeUnit.NANOSECONDS);
      lookForCommits();
      checkUsable();
      if (System.nanoTime() - warnAt >= 0) {
        warnAt += WARN_NANOS;
        LOG.log(
            System.Logger.Level.WARNING,
            "consumer waits for acknowledgements changefeed={0} consumer={1} bytes={2}",
            changefeed,
            name,
            Long.toString(acknowledgements.pendingBytes()));
      }
    }
  }

  /** Learns what the callback's own transactions have committed; lets the lock go meanwhile. */
  private void lookForCommits() {
    if (taken.isPresent()) {
      long number;
      lock.unlock();
      try {
        number = taken.get().committed();
      } finally {
        lock.lock();
      }
      acknowledgements.acknowledge(number);
    }
  }

  private void startThread() {
    if (thread == null) {
      thread = threads.named(changefeed + "-consumer-" + name, this::deliver);
      thread.start();
    }
  }

  /** What the sink's own thread does: one callback after the other. */
  private void deliver() {
    for (Changes next = next(); next != null; next = next()) {
      call(next);
    }
  }

  private void call(Changes slice) {
    Throwable failure = null;
    try {
      consumer.accept(slice);
    } catch (Throwable e) {
      failure = e;
    }
    done(failure);
  }

  private @Nullable Changes next() {
    lock.lock();
    try {
      while (!closed && !failed && handedOver == null) {
        changed.await();
      }
      return closed || failed ? null : handedOver;
    } catch (InterruptedException e) {
      // Only close interrupts this thread.
      return null;
    } finally {
      lock.unlock();
    }
  }

  private void done(@Nullable Throwable failure) {
    lock.lock();
    try {
      handedOver = null;
      thrown = failure;
      failed |= failure != null;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void acknowledge(long number) {
    lock.lock();
    try {
      acknowledgements.acknowledge(number);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Optional<Durable> flush(Resolved resolved) {
    lock.lock();
    try {
      checkUsable();
      lookForCommits();
      if (!transaction.holdsBack(resolved)) {
        acknowledgements.mark(resolved);
      }
      return acknowledgements.durable().map(Durable::new);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void write(SchemaChange change) {
    // Every row carries the definition of its table.
  }

  @Override
  public void checkpoint(Tso ts, Set<TableName> tables) {
    // The callback's own acknowledgements are its checkpoint.
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
      if (thread != null) {
        thread.interrupt();
      }
    } finally {
      lock.unlock();
    }
  }

  /** One slice as the callback sees it. */
  private final class Slice implements Changes {
    private final RowBatch batch;
    private final long number;

    Slice(RowBatch batch, long number) {
      this.batch = batch;
      this.number = number;
    }

    @Override
    public List<RowChange> rows() {
      return batch.rows();
    }

    @Override
    public SourcePosition position() {
      return batch.position();
    }

    @Override
    public Tso commitTs() {
      return batch.commitTs();
    }

    @Override
    public int slice() {
      return batch.slice();
    }

    @Override
    public boolean endOfTransaction() {
      return batch.endOfTransaction();
    }

    @Override
    public void ack() {
      acknowledge(number);
    }

    @Override
    public void ackIn(Connection connection) throws SQLException {
      if (taken.isEmpty()) {
        throw new IllegalStateException(
            "consumer '"
                + name
                + "' has no database to acknowledge in, give the builder its DataSource");
      }
      if (!batch.endOfTransaction()) {
        throw new IllegalStateException(
            "slice "
                + batch.slice()
                + " does not end its transaction, acknowledge the last one, in the transaction"
                + " in which all of them were taken");
      }
      taken.get().record(connection, number);
    }
  }
}
