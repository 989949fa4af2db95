package io.millrace.api.store;

import java.util.Optional;

/** A change that a transaction makes. */
public sealed interface Op {
  /** Returns the key that is changed. */
  String key();

  /**
   * Writes a value. A key written without a lease is bound to none, also where it was before.
   *
   * @param lease the lease with which the key vanishes
   */
  record Put(String key, String value, Optional<Lease> lease) implements Op {
    /** Creates a put without a lease. */
    public Put(String key, String value) {
      this(key, value, Optional.empty());
    }
  }

  /** Deletes a key; a key that does not exist stays so. */
  record Delete(String key) implements Op {}
}
