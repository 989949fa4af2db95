package io.millrace.core.processor;

import io.millrace.api.TableName;
import io.millrace.api.event.RowBatch;
import io.millrace.api.event.RowChange;
import io.millrace.api.event.SourcePosition;
import io.millrace.api.event.TableSchema;
import io.millrace.core.filter.ChangefeedFilter;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps of each batch the rows that this processor is to deliver: of its tables, not ignored, and
 * not durable already.
 *
 * <p><i>Threads:</i> one.
 */
final class RowFilter {
  private static final Logger LOG = System.getLogger(RowFilter.class.getName());

  private final String changefeed;
  private final ChangefeedFilter filter;
  private final Map<TableName, SourcePosition> starts;
  private final Set<TableName> warned = new HashSet<>();
  private @Nullable TableSchema lastTable;
  private @Nullable SourcePosition lastStart;
  private Set<RowChange.Kind> lastIgnored = Set.of();
  private @Nullable SourcePosition open;

  /**
   * Creates a filter.
   *
   * @param changefeed its name, for the log
   * @param filter the changefeed's filter
   * @param starts the processor's tables, each with the place from which on its rows are wanted
   */
  RowFilter(String changefeed, ChangefeedFilter filter, Map<TableName, SourcePosition> starts) {
    this.changefeed = changefeed;
    this.filter = filter;
    this.starts = Map.copyOf(starts);
  }

  /** Returns the part of a batch to deliver, or empty where there is nothing to say of it. */
  Optional<RowBatch> keep(RowBatch batch) {
    List<RowChange> rows = batch.rows();
    boolean ignored = filter.isIgnored(batch.startTs());
    int wanted = 0;
    for (RowChange row : rows) {
      wanted += !ignored && isWanted(row, batch.position()) ? 1 : 0;
    }
    boolean begun = batch.position().equals(open);
    open = batch.endOfTransaction() || (wanted == 0 && !begun) ? null : batch.position();
    if (wanted == 0 && !(begun && batch.endOfTransaction())) {
      return Optional.empty();
    }
    return Optional.of(wanted == rows.size() ? batch : part(batch, wanted));
  }

  private RowBatch part(RowBatch batch, int wanted) {
    List<RowChange> kept = new ArrayList<>(wanted);
    long bytes = 0;
    if (wanted > 0) {
      for (RowChange row : batch.rows()) {
        if (isWanted(row, batch.position())) {
          kept.add(row);
          bytes += row.bytes();
        }
      }
    }
    return new RowBatch(
        batch.position(),
        batch.startTs(),
        batch.commitTs(),
        batch.slice(),
        kept,
        bytes,
        batch.endOfTransaction());
  }

  // rows of one table share its definition's instance; another, equal one is only looked up again
  @SuppressWarnings("ReferenceEquality")
  private boolean isWanted(RowChange row, SourcePosition at) {
    TableSchema table = row.table();
    if (table != lastTable) {
      lastTable = table;
      lastStart = start(table);
      lastIgnored = filter.ignoredRows(table.name());
    }
    SourcePosition start = lastStart;
    return start != null && !isBefore(at, start) && !lastIgnored.contains(row.kind());
  }

  private @Nullable SourcePosition start(TableSchema table) {
    SourcePosition start = starts.get(table.name());
    if (start != null && !filter.isEligible(table)) {
      if (warned.add(table.name())) {
        LOG.log(
            Level.WARNING,
            "rows left out, the table has no usable key changefeed={0} table={1}",
            changefeed,
            table.name());
      }
      return null;
    }
    return start;
  }

  /** Returns whether a transaction begins before a place; ordinals within one do not count. */
  static boolean isBefore(SourcePosition transaction, SourcePosition place) {
    return transaction.file() != place.file()
        ? transaction.file() < place.file()
        : transaction.offset() < place.offset();
  }
}
