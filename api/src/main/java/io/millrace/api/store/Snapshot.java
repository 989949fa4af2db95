package io.millrace.api.store;

import java.util.List;

/**
 * Entries consistent at one revision.
 *
 * @param revision the store's revision
 * @param entries in key order (by UTF-16 code unit); may be empty
 */
public record Snapshot(long revision, List<Entry> entries) {
  /** Copies the list. */
  public Snapshot {
    entries = List.copyOf(entries);
  }
}
