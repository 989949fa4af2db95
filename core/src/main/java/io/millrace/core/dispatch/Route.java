package io.millrace.core.dispatch;

import io.millrace.api.Tso;
import io.millrace.api.event.Row;
import io.millrace.api.event.RowChange;

/**
 * Where the rows of one table go, as long as its definition stays the same.
 *
 * <p><i>Threads:</i> one.
 */
public final class Route {
  private final String topic;
  private final Dispatcher dispatcher;
  private final int tableHash;
  private final HashedColumns columns;

  Route(String topic, Dispatcher dispatcher, int tableHash, HashedColumns columns) {
    this.topic = topic;
    this.dispatcher = dispatcher;
    this.tableHash = tableHash;
    this.columns = columns;
  }

  /** Returns the topic. */
  public String topic() {
    return topic;
  }

  Dispatcher dispatcher() {
    return dispatcher;
  }

  /**
   * Returns a row's partition, from 0 to {@code partitions} - 1.
   *
   * @param row of the table this is the route of; the new image counts, of a delete the old one
   */
  public int partition(RowChange row, Tso commitTs, int partitions) {
    return switch (dispatcher) {
      case TS -> (int) Long.remainderUnsigned(commitTs.value(), partitions);
      case TABLE -> Integer.remainderUnsigned(tableHash, partitions);
      case INDEX_VALUE, COLUMNS -> {
        Row image = row.kind() == RowChange.Kind.DELETE ? row.before() : row.after();
        yield Integer.remainderUnsigned(tableHash ^ columns.hash(image), partitions);
      }
    };
  }
}
