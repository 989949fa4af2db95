package io.millrace.api.event;

/**
 * One changed row.
 *
 * <p><i>Threads:</i> immutable; any thread. Valid as long as it is referenced.
 */
public interface RowChange {
  /** Returns the definition of the row's table at this place of the log. */
  TableSchema table();

  /** Returns what happened to the row. */
  Kind kind();

  /**
   * Returns the row before the change.
   *
   * @throws IllegalStateException for an insert
   */
  Row before();

  /**
   * Returns the row after the change.
   *
   * @throws IllegalStateException for a delete
   */
  Row after();

  /** Returns an estimate of the memory the row holds, in bytes. */
  long bytes();

  /** What happened to a row, and with that which images it has. */
  enum Kind {
    /** Only {@link RowChange#after()}. */
    INSERT,
    /** Both images. */
    UPDATE,
    /** Only {@link RowChange#before()}. */
    DELETE
  }
}
