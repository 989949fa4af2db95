package io.millrace.core.processor;

import io.millrace.api.TableName;
import io.millrace.api.event.RowBatch;
import io.millrace.api.event.RowChange;
import io.millrace.api.event.SourcePosition;
import io.millrace.api.event.TableSchema;
import io.millrace.core.filter.ChangefeedFilter;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps of each batch the rows that this processor is to deliver: of its tables, not ignored, and
 * not durable already. What event filters leave of a table's rows keeps the numbers the rows have
 * among all of them, which a sink may note.
 *
 * <p><i>Threads:</i> one.
 */
final class RowFilter {
  private static final Logger LOG = System.getLogger(RowFilter.class.getName());

  private final String changefeed;
  private final ChangefeedFilter filter;
  private final Map<TableName, SourcePosition> starts;
  private final boolean leavesRowsOut;
  private final Map<TableName, Count> counts = new HashMap<>();
  private final Set<TableName> warned = new HashSet<>();
  private @Nullable TableSchema lastTable;
  private @Nullable SourcePosition lastStart;
  private Set<RowChange.Kind> lastIgnored = Set.of();
  private boolean gaps;
  private @Nullable SourcePosition open;

  /** How many rows of a table the transaction has had so far. */
  private static final class Count {
    private int rows;
  }

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
    this.leavesRowsOut =
        starts.keySet().stream().anyMatch(table -> !filter.ignoredRows(table).isEmpty());
  }

  /** Returns the part of a batch to deliver, or empty where there is nothing to say of it. */
  Optional<RowBatch> keep(RowBatch batch) {
    List<RowChange> rows = batch.rows();
    int[] numbers = leavesRowsOut ? numbers(batch) : new int[0];
    boolean ignored = filter.isIgnored(batch.startTs());
    int wanted = 0;
    for (RowChange row : rows) {
      wanted += !ignored && isWanted(row, batch.position()) ? 1 : 0;
    }
    gaps |= leavesRowsOut && wanted < rows.size();
    boolean begun = batch.position().equals(open);
    open = batch.endOfTransaction() || (wanted == 0 && !begun) ? null : batch.position();
    if (wanted == 0 && !(begun && batch.endOfTransaction())) {
      return Optional.empty();
    }
    boolean whole = wanted == rows.size() && !gaps;
    return Optional.of(whole ? batch : part(batch, wanted, numbers));
  }

  /** Returns the number of each row among its table's rows of the transaction. */
  // rows of one table share its definition's instance; another, equal one is only looked up again
  @SuppressWarnings("ReferenceEquality")
  private int[] numbers(RowBatch batch) {
    if (batch.slice() == 0) {
      counts.clear();
      gaps = false;
    }
    int[] numbers = new int[batch.rows().size()];
    TableSchema table = null;
    Count count = new Count();
    for (int i = 0; i < numbers.length; i++) {
      TableSchema next = batch.rows().get(i).table();
      if (next != table) {
        table = next;
        count = counts.computeIfAbsent(next.name(), name -> new Count());
      }
      numbers[i] = count.rows++;
    }
    return numbers;
  }

  private RowBatch part(RowBatch batch, int wanted, int[] numbers) {
    List<RowChange> kept = new ArrayList<>(wanted);
    IntBuffer keptNumbers = IntBuffer.allocate(gaps ? wanted : 0);
    long bytes = 0;
    if (wanted > 0) {
      for (int i = 0; i < batch.rows().size(); i++) {
        RowChange row = batch.rows().get(i);
        if (isWanted(row, batch.position())) {
          kept.add(row);
          if (gaps) {
            keptNumbers.put(numbers[i]);
          }
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
        batch.endOfTransaction(),
        keptNumbers.flip());
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
