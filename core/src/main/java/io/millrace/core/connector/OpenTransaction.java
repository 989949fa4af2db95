package io.millrace.core.connector;

import io.millrace.api.event.Resolved;
import io.millrace.api.event.RowBatch;
import io.millrace.api.event.SourcePosition;
import org.jspecify.annotations.Nullable;

/**
 * The transaction whose slices a sink is being given: whether one has not ended yet, and whether
 * the next slice continues it or begins it again.
 *
 * <p><i>Threads:</i> one.
 */
public final class OpenTransaction {
  private @Nullable SourcePosition position;
  private int slice;

  /** Creates one that is not open. */
  public OpenTransaction() {}

  /**
   * Takes notice of a slice.
   *
   * @return whether it voids what came before of a transaction that had not ended. That is so for
   *     slice 0, and, where slices without rows for this sink were left out, for any that does not
   *     follow
   */
  public boolean meet(RowBatch batch) {
    boolean voids =
        position != null && !(position.equals(batch.position()) && batch.slice() > slice);
    position = batch.endOfTransaction() ? null : batch.position();
    slice = batch.slice();
    return voids;
  }

  /** Returns whether a transaction has begun and not ended. */
  public boolean isOpen() {
    return position != null;
  }

  /**
   * Returns whether a resolved event would cover the open transaction, which the caller must not
   * count as flushed.
   */
  public boolean holdsBack(Resolved resolved) {
    return position != null
        && position.server().equals(resolved.position().server())
        && position.isBefore(resolved.position());
  }

  /** Returns the later of two resolved events, the first of which may be missing. */
  public static Resolved later(@Nullable Resolved known, Resolved next) {
    if (known == null) {
      return next;
    }
    boolean back =
        known.position().server().equals(next.position().server())
            ? next.position().isBefore(known.position())
            : known.ts().isAfter(next.ts());
    return back ? known : next;
  }
}
