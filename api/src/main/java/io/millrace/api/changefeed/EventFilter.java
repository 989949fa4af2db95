package io.millrace.api.changefeed;

import java.util.List;

/**
 * Kinds of events of some tables that are not replicated. All filters whose matcher accepts a table
 * are asked, one that says so is enough. A schema change that is left out is still followed: rows
 * after it have the new columns.
 *
 * <p><i>Source:</i> dispatch and filter specification, 3; the names are TiCDC's.
 *
 * @param matcher table filter rules, in which letter case matters
 * @param ignoreEvent what is left out, in lower case: {@code all dml}, {@code insert}, {@code
 *     update}, {@code delete}, {@code all ddl}, {@code alter table}, or one type of schema change
 *     such as {@code drop table}
 * @param ignoreSql regular expressions (RE2), searched in a schema change's text without regard to
 *     letter case; one that is found leaves the change out
 */
public record EventFilter(List<String> matcher, List<String> ignoreEvent, List<String> ignoreSql) {
  /** Copies the lists. */
  public EventFilter {
    matcher = List.copyOf(matcher);
    ignoreEvent = List.copyOf(ignoreEvent);
    ignoreSql = List.copyOf(ignoreSql);
  }
}
