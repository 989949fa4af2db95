package io.millrace.api.source;

import io.millrace.api.TableName;
import java.util.Map;
import java.util.function.Predicate;

/**
 * What a stream is wanted for.
 *
 * @param stream a name that tells this stream from all others of the cluster, the same after a
 *     restart; the reader's identity at the upstream is derived from it
 * @param tables rows of other tables are not emitted, and neither decoded; must be pure and
 *     thread-safe. Schema changes are emitted whatever it says
 * @param known the tables already known, by their names at the restart; a schema change makes the
 *     names that it leaves known and those that it takes away unknown; any other table that {@code
 *     tables} accepts is announced by a schema change of type ADOPT_TABLE before its first row. So
 *     whether a table is announced depends on the log and on names alone, and streams of one
 *     changefeed agree on it, whenever they were opened
 * @param sliceBytes how large a slice of a transaction may grow, in bytes
 */
public record StreamOptions(
    String stream, Predicate<TableName> tables, Map<TableName, KnownTable> known, int sliceBytes) {
  /** The default of {@link #sliceBytes()}: 1 MiB. */
  public static final int DEFAULT_SLICE_BYTES = 1 << 20;

  /** Copies the map and checks the number. */
  public StreamOptions {
    known = Map.copyOf(known);
    if (sliceBytes < 1) {
      throw new IllegalArgumentException("sliceBytes must be positive");
    }
  }

  /** Creates options with the default slice size. */
  public StreamOptions(
      String stream, Predicate<TableName> tables, Map<TableName, KnownTable> known) {
    this(stream, tables, known, DEFAULT_SLICE_BYTES);
  }
}
