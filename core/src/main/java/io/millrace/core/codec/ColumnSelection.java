package io.millrace.core.codec;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.changefeed.ColumnSelector;
import io.millrace.api.event.RowChange;
import io.millrace.api.event.TableSchema;
import io.millrace.core.filter.ColumnFilter;
import io.millrace.core.filter.TableFilter;
import io.millrace.core.text.PerTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Leaves columns out of rows, as a changefeed's column selectors say.
 *
 * <p><i>Threads:</i> one. <i>Source:</i> dispatcher specification, section 5.
 */
public final class ColumnSelection {
  private record Rule(TableFilter matcher, ColumnFilter columns) {}

  /**
   * A definition with some of its columns.
   *
   * @param table the definition
   * @param whole whether these are all columns there were
   * @param columns the numbers that the columns had
   */
  private record Selected(TableSchema table, boolean whole, ColumnNumbers columns) {}

  private final List<Rule> rules = new ArrayList<>();
  private final PerTable<Selected> tables = new PerTable<>(this::select);

  /**
   * Creates a selection.
   *
   * @throws CdcException {@link StandardErrorCode#FILTER_RULE_INVALID} if a matcher or a column
   *     rule does not parse
   */
  public ColumnSelection(List<ColumnSelector> selectors) {
    for (ColumnSelector each : selectors) {
      rules.add(
          new Rule(
              TableFilter.parse(each.matcher(), true, TableFilter.Imports.REFUSED),
              ColumnFilter.parse(each.columns())));
    }
  }

  /**
   * Returns a definition without the columns that are left out.
   *
   * @throws CdcException {@link StandardErrorCode#COLUMN_SELECTOR_FAILED} if no key would be left
   */
  public TableSchema table(TableSchema table) {
    return tables.of(table).table();
  }

  /** Returns a row without the columns that are left out; errors as {@link #table} has them. */
  public RowChange row(RowChange row) {
    Selected selected = tables.of(row.table());
    return selected.whole() ? row : new SelectedChange(row, selected.table(), selected.columns());
  }

  private Selected select(TableSchema table) {
    for (Rule rule : rules) {
      if (rule.matcher().matches(table.name())) {
        return select(table, rule.columns());
      }
    }
    return new Selected(table, true, new ColumnNumbers(new int[0]));
  }

  private static Selected select(TableSchema table, ColumnFilter filter) {
    int[] kept =
        IntStream.range(0, table.columns().size())
            .filter(i -> filter.matches(table.columns().get(i).name()))
            .toArray();
    List<TableSchema.Key> keys =
        table.keys().stream()
            .filter(key -> key.columns().stream().allMatch(c -> position(kept, c) >= 0))
            .map(
                key ->
                    new TableSchema.Key(
                        key.name(),
                        key.columns().stream().map(c -> position(kept, c)).toList(),
                        key.primary()))
            .toList();
    if (keys.isEmpty() && !table.keys().isEmpty()) {
      throw new CdcException(
          StandardErrorCode.COLUMN_SELECTOR_FAILED,
          "column selector failed: it leaves no key of table "
              + table.name()
              + " whole; keep all columns of the primary key or of a unique index");
    }
    TableSchema selected =
        new TableSchema(
            table.name(),
            Arrays.stream(kept).mapToObj(table.columns()::get).toList(),
            keys,
            table.view());
    return new Selected(selected, kept.length == table.columns().size(), new ColumnNumbers(kept));
  }

  private static int position(int[] kept, int column) {
    return Arrays.binarySearch(kept, column);
  }
}
