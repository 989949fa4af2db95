package io.millrace.api.changefeed;

import java.util.List;

/**
 * Which columns of the tables of a matcher are sent; the others are left out of both images.
 *
 * @param matcher table rules
 * @param columns column rules, such as {@code *}, {@code !secret*}; the last one that fits a column
 *     decides
 */
public record ColumnSelector(List<String> matcher, List<String> columns) {
  /** Copies the lists. */
  public ColumnSelector {
    matcher = List.copyOf(matcher);
    columns = List.copyOf(columns);
  }
}
