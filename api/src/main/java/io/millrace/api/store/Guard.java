package io.millrace.api.store;

/** A condition of a transaction. */
public sealed interface Guard {
  /** Returns the key that is looked at. */
  String key();

  /** Holds when there is no such key. */
  record Absent(String key) implements Guard {}

  /** Holds when the key's value was last written at this revision. */
  record Unchanged(String key, long modRevision) implements Guard {}

  /** Holds when the key has existed since this revision, whatever its value. */
  record Held(String key, long createRevision) implements Guard {}
}
