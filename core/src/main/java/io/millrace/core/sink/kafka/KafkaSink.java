package io.millrace.core.sink.kafka;

import com.google.common.base.Ticker;
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
import io.millrace.core.codec.ColumnSelection;
import io.millrace.core.codec.KeyChanges;
import io.millrace.core.connector.OpenTransaction;
import io.millrace.core.dispatch.Route;
import io.millrace.core.dispatch.Router;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * Writes rows to the partitions of topics, and commits many upstream transactions at a time.
 *
 * <p>One that comes in slices has Kafka transactions of its own, so that it can be taken back.
 */
final class KafkaSink implements Sink {
  /** How often is committed at most: a commit costs round trips and a record in each partition. */
  private static final Duration COMMIT_EVERY = Duration.ofMillis(100);

  /** When a transaction that is still coming in is committed in part, to end before its time. */
  private static final Duration PART_AFTER = KafkaProperties.TRANSACTION.dividedBy(5);

  private final KafkaTopics topics;
  private final Router router;
  private final ColumnSelection selection;
  private final boolean splitKeyChanges;
  private final Writer writer;
  private final Lanes lanes;
  private final Notices notices;
  private final Ticker ticker;
  private final KeyChanges keyChanges = new KeyChanges();
  private final OpenTransaction transaction = new OpenTransaction();

  /** Whether rows of ended transactions are not committed. */
  private boolean waiting;

  private long committedAt;
  private @Nullable Resolved flushed;
  private boolean broken;
  private volatile boolean closed;

  KafkaSink(
      KafkaTopics topics,
      Router router,
      ColumnSelection selection,
      boolean splitKeyChanges,
      Writer writer,
      Lanes lanes,
      Notices notices,
      Ticker ticker) {
    this.topics = topics;
    this.router = router;
    this.selection = selection;
    this.splitKeyChanges = splitKeyChanges;
    this.writer = writer;
    this.lanes = lanes;
    this.notices = notices;
    this.ticker = ticker;
    this.committedAt = ticker.read() - COMMIT_EVERY.toNanos();
  }

  /** Fences all who wrote rows as this capture before. */
  void claim() {
    guarded(writer::claim);
  }

  @Override
  public void write(RowBatch batch) {
    guarded(
        () -> {
          boolean continues = transaction.isOpen();
          if (transaction.meet(batch)) {
            lanes.forget();
            writer.abort();
            continues = false;
          }
          boolean whole = batch.endOfTransaction() && batch.slice() == 0;
          if (!whole && !continues) {
            commitAll();
          }
          for (RowChange row : batch.rows()) {
            append(row, batch.commitTs());
          }
          waiting |= batch.endOfTransaction() && !(whole && batch.rows().isEmpty());
          if (writer.age().compareTo(PART_AFTER) > 0) {
            commitAll();
          }
        });
  }

  private void append(RowChange row, Tso commitTs) {
    if (splitKeyChanges) {
      keyChanges.split(row, part -> appendOne(part, commitTs));
    } else {
      appendOne(row, commitTs);
    }
  }

  private void appendOne(RowChange row, Tso commitTs) {
    Route route = router.route(row.table());
    Topic topic = topics.of(route.topic());
    int partition = route.partition(row, commitTs, topic.partitions());
    lanes.append(topic, partition, selection.row(row), commitTs);
  }

  private void commitAll() {
    while (!commit()) {
      // It waits for the brokers by itself, and throws when they are away for too long.
    }
  }

  private boolean commit() {
    lanes.drain();
    boolean done = writer.commit();
    if (done) {
      waiting = false;
      committedAt = ticker.read();
    }
    return done;
  }

  @Override
  public Optional<Durable> flush(Resolved resolved) {
    guarded(
        () -> {
          if (waiting && ticker.read() - committedAt >= COMMIT_EVERY.toNanos()) {
            commit();
          }
        });
    if (!waiting && !transaction.holdsBack(resolved)) {
      flushed = OpenTransaction.later(flushed, resolved);
    }
    return Optional.ofNullable(flushed).map(Durable::new);
  }

  @Override
  public void write(SchemaChange change) {
    guarded(() -> notices.tell(change));
  }

  @Override
  public void checkpoint(Tso ts, Set<TableName> tables) {
    guarded(() -> notices.tell(ts, tables));
  }

  /** Runs what may fail; after a failure it is unknown what the brokers have. */
  private void guarded(Runnable step) {
    if (closed || broken) {
      throw new CdcException(
          StandardErrorCode.KAFKA_SEND_MESSAGE,
          closed ? "the kafka sink is closed" : "the kafka sink is broken by an earlier failure");
    }
    boolean done = false;
    try {
      step.run();
      done = true;
    } catch (KafkaException | IllegalStateException e) {
      throw KafkaFailures.send(e);
    } finally {
      broken = !done;
    }
  }

  @Override
  public void close() {
    closed = true;
    writer.close();
    notices.close();
    topics.close();
  }
}
