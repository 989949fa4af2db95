package io.millrace.api.source;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.Tso;
import io.millrace.api.event.Restart;
import io.millrace.api.event.SourcePosition;
import io.millrace.api.event.TableSchema;
import io.millrace.api.snapshot.SqlSnapshot;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * One upstream server.
 *
 * <p><i>Threads:</i> any; every method may block for a bounded time. <i>Errors:</i> {@link
 * CdcException} with {@link StandardErrorCode#SOURCE_UNAVAILABLE} where the server does not answer.
 */
public interface ChangeSource extends AutoCloseable {
  /**
   * Returns the end of the log and the time there: the clock is read first, then the end of the
   * log.
   */
  Head now();

  /**
   * Returns where to open a stream so that no transaction after {@code ts} is missed. Never too
   * late: where the log has only seconds, the whole second counts as after {@code ts}.
   *
   * @throws CdcException {@link StandardErrorCode#START_TS_BEFORE_GC} if the log no longer reaches
   *     back that far
   */
  SourcePosition locate(Tso ts);

  /** Returns the first position that can still be read. */
  SourcePosition oldest();

  /**
   * Returns when the log that can still be read was begun; empty where the upstream cannot say. It
   * is asked for when {@link #oldest()} changes.
   */
  default Optional<Tso> oldestTs() {
    return Optional.empty();
  }

  /**
   * Asks the upstream to keep its history from {@code ts} on for a while; does nothing where it
   * cannot.
   */
  void retain(Tso ts, Duration ttl);

  /** Returns the tables of all schemas but the system's, as the server lists them now, by name. */
  List<TableSchema> tables();

  /** Returns every setting and grant that reading the log needs, whether met or not. */
  List<Requirement> check();

  /**
   * Returns what opens snapshots of the upstream's rows at a known position, or empty where they
   * cannot be read by SQL. Opening one may take some seconds, and throws {@link CdcException} where
   * it does not succeed.
   */
  default Optional<Supplier<SqlSnapshot>> snapshots() {
    return Optional.empty();
  }

  /**
   * Opens a stream.
   *
   * @throws CdcException {@link StandardErrorCode#SNAPSHOT_LOST_BY_GC} if the position was purged;
   *     {@link StandardErrorCode#SOURCE_CHANGED} if it is of another server or beyond the end of
   *     the log
   */
  ChangeStream open(Restart from, StreamOptions options);

  /** Closes the source and its streams. Calling it again does nothing. */
  @Override
  void close();
}
