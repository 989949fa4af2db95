package io.millrace.api.sink;

import io.millrace.api.CdcException;
import io.millrace.api.TableName;
import io.millrace.api.Tso;
import io.millrace.api.event.Resolved;
import io.millrace.api.event.RowBatch;
import io.millrace.api.event.SchemaChange;
import java.util.Optional;
import java.util.Set;

/**
 * A downstream of one processor. The owner's herald has one of its own, without tables, for schema
 * changes and checkpoints.
 *
 * <p><i>Threads:</i> one at a time, but {@link #close} may be called while another call blocks.
 * <i>Errors:</i> {@link CdcException}; a retryable code puts the changefeed in {@code error}, any
 * other in {@code failed}.
 */
public interface Sink extends AutoCloseable {
  /** Takes rows over and keeps their order per table. It may block: that is the back-pressure. */
  void write(RowBatch batch);

  /**
   * Pushes what was written, and returns how far it is durable now; empty while nothing that was
   * given to flush is. The answer never goes back, and covers only transactions that have ended. It
   * may be called again with the same event to wait for acknowledgements; it does not block for
   * longer than a downstream's round trip.
   */
  Optional<Durable> flush(Resolved resolved);

  /**
   * Applies a schema change; it is durable on return. Called by the owner only, when all rows
   * before it are flushed.
   */
  void write(SchemaChange change);

  /**
   * Takes notice that the whole changefeed has reached a ts; may do nothing. Called by the owner
   * about once a second.
   *
   * @param tables the tables the changefeed has, by which a queue's sink knows whom to tell
   */
  void checkpoint(Tso ts, Set<TableName> tables);

  /**
   * Lets the downstream go without waiting for unflushed rows; a call under way returns or throws
   * soon. Calling it again does nothing.
   */
  @Override
  void close();
}
