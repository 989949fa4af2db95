package io.millrace.core.meta;

import io.millrace.api.store.Guard;

/**
 * A stored record and where its key stands.
 *
 * @param value the record
 * @param key its key
 * @param createRevision the revision of the commit that made the key
 * @param modRevision the revision of the commit that wrote the value
 */
public record Versioned<T>(T value, String key, long createRevision, long modRevision) {
  /** Returns the guard that holds while the record is as it was read. */
  public Guard unchanged() {
    return new Guard.Unchanged(key, modRevision);
  }
}
