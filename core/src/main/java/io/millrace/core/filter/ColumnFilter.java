package io.millrace.core.filter;

import com.google.common.collect.ImmutableList;
import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import java.util.ArrayList;
import java.util.List;

/**
 * A list of column rules such as {@code *}, {@code !secret*}; the last rule that fits a column
 * decides, and what none fits is rejected. Letter case never matters.
 *
 * <p><i>Threads:</i> immutable; any thread. <i>Source:</i> the column filter of the TiDB tools,
 * with the pattern forms of {@link TableFilter}.
 */
public final class ColumnFilter {
  private record Rule(boolean accepts, NamePattern column) {}

  private final ImmutableList<Rule> lastFirst;

  private ColumnFilter(ImmutableList<Rule> lastFirst) {
    this.lastFirst = lastFirst;
  }

  /**
   * Returns the filter of a list of rules; without rules it rejects everything.
   *
   * @throws CdcException {@link StandardErrorCode#FILTER_RULE_INVALID} naming the place and the
   *     reason
   */
  public static ColumnFilter parse(List<String> rules) {
    List<Rule> parsed = new ArrayList<>();
    new RuleLines(TableFilter.Imports.REFUSED, line -> parsed.add(parse(line))).readAll(rules);
    return new ColumnFilter(ImmutableList.copyOf(parsed).reverse());
  }

  private static Rule parse(String line) throws RuleSyntaxException {
    boolean rejects = line.startsWith("!");
    PatternReader reader = new PatternReader(rejects ? line.substring(1) : line, false);
    NamePattern column = reader.next(false);
    if (!reader.atEnd()) {
      throw new RuleSyntaxException("syntax error: stray characters after column pattern");
    }
    return new Rule(!rejects, column);
  }

  /** Returns whether a column is accepted. */
  public boolean matches(String name) {
    String column = NamePattern.lowerCase(name);
    for (Rule rule : lastFirst) {
      if (rule.column().matches(column)) {
        return rule.accepts();
      }
    }
    return false;
  }
}
