package io.millrace.core.store;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.store.Delta;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The latest changes, bounded by number and by size; what is older is forgotten.
 *
 * <p><i>Threads:</i> one at a time.
 */
final class History {
  private static final long MAX_CHARS = 16L << 20;

  private final TreeMap<Long, Delta> deltas = new TreeMap<>();
  private final int limit;
  private long forgotten;
  private long chars;

  /** Creates a history that knows what follows {@code revision}. */
  History(long revision, int limit) {
    this.forgotten = revision;
    this.limit = limit;
  }

  void add(Delta delta) {
    deltas.put(delta.revision(), delta);
    chars += size(delta);
    while (deltas.size() > limit || (chars > MAX_CHARS && deltas.size() > 1)) {
      Map.Entry<Long, Delta> first = deltas.pollFirstEntry();
      forgotten = first.getKey();
      chars -= size(first.getValue());
    }
  }

  /** Checks that all changes after a revision are known. */
  void check(long afterRevision) {
    if (afterRevision < forgotten) {
      throw new CdcException(
          StandardErrorCode.STORE_COMPACTED,
          "the store no longer has the changes after revision "
              + afterRevision
              + ", it has those after revision "
              + forgotten
              + ": read again and watch from there");
    }
  }

  /** Returns the first change after a revision, or null. */
  @Nullable Delta after(long revision) {
    Map.Entry<Long, Delta> next = deltas.higherEntry(revision);
    return next == null ? null : next.getValue();
  }

  private static long size(Delta delta) {
    long size = 0;
    for (Delta.Change change : delta.changes()) {
      size += change.key().length();
      if (change instanceof Delta.Written written) {
        size += written.entry().value().length();
      }
    }
    return size;
  }
}
