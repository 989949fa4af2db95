package io.millrace.core.sink.blackhole;

import io.millrace.api.TableName;
import io.millrace.api.Tso;
import io.millrace.api.codec.EventEncoder;
import io.millrace.api.event.Resolved;
import io.millrace.api.event.RowBatch;
import io.millrace.api.event.RowChange;
import io.millrace.api.event.SchemaChange;
import io.millrace.api.sink.Durable;
import io.millrace.api.sink.Sink;
import io.millrace.core.connector.OpenTransaction;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Drops everything and counts it.
 *
 * <p><i>Threads:</i> as {@link Sink}; the counts may be read by any.
 */
public final class BlackholeSink implements Sink {
  private static final System.Logger LOG = System.getLogger(BlackholeSink.class.getName());

  private final String changefeed;
  private final Optional<EventEncoder> encoder;
  private final OpenTransaction transaction = new OpenTransaction();
  private final LongAdder rows = new LongAdder();
  private final LongAdder bytes = new LongAdder();
  private @Nullable Resolved flushed;
  private volatile boolean closed;

  /**
   * Creates a sink.
   *
   * @param changefeed the changefeed's name, for the log
   * @param encoder what rows pass through before they are dropped
   */
  public BlackholeSink(String changefeed, Optional<EventEncoder> encoder) {
    this.changefeed = changefeed;
    this.encoder = encoder;
  }

  @Override
  public void write(RowBatch batch) {
    transaction.meet(batch);
    rows.add(batch.rows().size());
    if (encoder.isEmpty()) {
      bytes.add(batch.bytes());
      return;
    }
    for (RowChange row : batch.rows()) {
      encoder.get().append(row, batch.commitTs());
    }
    encoder.get().drain((array, key, keyLength, value, valueLength, n) -> bytes.add(valueLength));
  }

  @Override
  public Optional<Durable> flush(Resolved resolved) {
    if (!transaction.holdsBack(resolved)) {
      flushed = OpenTransaction.later(flushed, resolved);
    }
    return Optional.ofNullable(flushed).map(Durable::new);
  }

  @Override
  public void write(SchemaChange change) {
    // Nothing downstream has a schema.
  }

  @Override
  public void checkpoint(Tso ts, Set<TableName> tables) {
    // Nobody reads it.
  }

  /** Returns how many rows were dropped. */
  public long rows() {
    return rows.sum();
  }

  /** Returns how many bytes: of the messages where rows are encoded, else of the rows. */
  public long bytes() {
    return bytes.sum();
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      LOG.log(
          System.Logger.Level.DEBUG,
          "blackhole closed changefeed={0} rows={1} bytes={2}",
          changefeed,
          Long.toString(rows()),
          Long.toString(bytes()));
    }
  }
}
