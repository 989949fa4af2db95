package io.millrace.api.store;

import java.util.List;

/**
 * The changes of one revision below a watch's prefix.
 *
 * @param revision the revision
 * @param changes at least one, in key order
 */
public record Delta(long revision, List<Change> changes) {
  /** Copies the list. */
  public Delta {
    changes = List.copyOf(changes);
  }

  /** One key's change. */
  public sealed interface Change {
    /** Returns the key. */
    String key();
  }

  /** A key was written. */
  public record Written(Entry entry) implements Change {
    @Override
    public String key() {
      return entry.key();
    }
  }

  /** A key was deleted, or vanished with its lease. */
  public record Deleted(String key) implements Change {}
}
