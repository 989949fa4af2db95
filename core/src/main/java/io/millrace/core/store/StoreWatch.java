package io.millrace.core.store;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.store.Delta;
import io.millrace.api.store.Watch;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A watch's place in the history. <i>Threads:</i> its state is under the core's lock. */
final class StoreWatch implements Watch {
  private final StoreCore core;
  private final StoreHandle handle;
  private final String prefix;
  private long seen;
  private boolean closed;

  StoreWatch(StoreCore core, StoreHandle handle, String prefix, long afterRevision) {
    this.core = core;
    this.handle = handle;
    this.prefix = prefix;
    this.seen = afterRevision;
  }

  /** Returns a duration in nanoseconds, or the most a long can hold. */
  static long nanos(Duration duration) {
    try {
      return duration.toNanos();
    } catch (ArithmeticException e) {
      return duration.isNegative() ? 0 : Long.MAX_VALUE;
    }
  }

  @Override
  public Optional<Delta> poll(Duration wait) {
    return core.poll(this, wait);
  }

  @Override
  public void close() {
    core.close(this);
  }

  /** Returns the next change below the prefix, if there is one yet. */
  Optional<Delta> advance(History history) {
    history.check(seen);
    @Nullable Delta next = history.after(seen);
    while (next != null) {
      seen = next.revision();
      List<Delta.Change> below =
          next.changes().stream().filter(change -> change.key().startsWith(prefix)).toList();
      if (!below.isEmpty()) {
        return Optional.of(new Delta(seen, below));
      }
      next = history.after(seen);
    }
    return Optional.empty();
  }

  StoreHandle handle() {
    return handle;
  }

  boolean isClosed() {
    return closed;
  }

  void markClosed() {
    closed = true;
  }

  void checkOpen() {
    if (closed) {
      throw new CdcException(
          StandardErrorCode.STORE_FAILED, "the watch is closed: open a new one to go on");
    }
  }
}
