package io.millrace.api;

/**
 * The number the owner gave a table of one changefeed; not the server's number, which changes with
 * every schema change.
 *
 * @param value the number, from 1
 */
public record TableId(long value) implements Comparable<TableId> {
  @Override
  public int compareTo(TableId other) {
    return Long.compare(value, other.value);
  }

  @Override
  public String toString() {
    return Long.toString(value);
  }
}
