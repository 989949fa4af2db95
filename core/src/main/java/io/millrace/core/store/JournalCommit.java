package io.millrace.core.store;

import java.util.List;

/**
 * What one commit changes, as a journal keeps it.
 *
 * @param revision the revision of the commit: one more than that of the commit before
 * @param changes at least one, at most one for each key
 */
public record JournalCommit(long revision, List<Change> changes) {
  /** Copies the list. */
  public JournalCommit {
    changes = List.copyOf(changes);
  }

  /** One key's change. */
  public sealed interface Change {
    /** Returns the key. */
    String key();
  }

  /**
   * A value written.
   *
   * @param leased whether the key vanishes with a lease, and so with the process
   */
  public record Put(String key, String value, boolean leased) implements Change {}

  /** A key deleted. */
  public record Delete(String key) implements Change {}
}
