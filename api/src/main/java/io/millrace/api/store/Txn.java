package io.millrace.api.store;

import java.util.List;

/**
 * A transaction.
 *
 * @param guards what must hold; may be empty
 * @param ops what is done then; at most one for each key
 */
public record Txn(List<Guard> guards, List<Op> ops) {
  /** Copies the lists. */
  public Txn {
    guards = List.copyOf(guards);
    ops = List.copyOf(ops);
  }
}
