package io.millrace.core.filter;

import com.google.common.collect.ImmutableList;
import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A list of table rules such as {@code shop*.*}, {@code !shop_old.*}; the last rule that fits a
 * table decides, and what none fits is rejected.
 *
 * <p><i>Threads:</i> immutable; any thread. A decision takes time in proportion to the names and
 * the rules, so who asks about every row keeps the answer per table. <i>Source:</i> the table
 * filter language of the TiDB tools.
 */
public final class TableFilter {
  /** Whether rules such as {@code @rules.txt} may bring in the lines of a file. */
  public enum Imports {
    /** They are errors: whoever wrote the rules must not make this process read files. */
    REFUSED,
    /** They are followed, relative to the working directory. */
    ALLOWED
  }

  private record Rule(boolean accepts, NamePattern schema, NamePattern table) {
    boolean decidesSchemas() {
      return accepts || table.text().equals("*");
    }
  }

  private final ImmutableList<Rule> lastFirst;
  private final UnaryOperator<String> normal;

  private TableFilter(ImmutableList<Rule> lastFirst, boolean caseSensitive) {
    this.lastFirst = lastFirst;
    this.normal = caseSensitive ? UnaryOperator.identity() : NamePattern::lowerCase;
  }

  /**
   * Returns the filter of a list of rules; without rules it rejects everything.
   *
   * @param rules the rules in order; blank ones and those that begin with {@code #} do not count
   * @param caseSensitive whether letter case matters in names
   * @param imports whether rules may come from files
   * @throws CdcException {@link StandardErrorCode#FILTER_RULE_INVALID} naming the place and the
   *     reason
   */
  public static TableFilter parse(List<String> rules, boolean caseSensitive, Imports imports) {
    List<Rule> parsed = new ArrayList<>();
    new RuleLines(imports, line -> parsed.add(parse(line, caseSensitive))).readAll(rules);
    return new TableFilter(ImmutableList.copyOf(parsed).reverse(), caseSensitive);
  }

  private static Rule parse(String line, boolean caseSensitive) throws RuleSyntaxException {
    boolean rejects = line.startsWith("!");
    PatternReader reader = new PatternReader(rejects ? line.substring(1) : line, caseSensitive);
    NamePattern schema = reader.next(true);
    if (reader.atEnd()) {
      throw new RuleSyntaxException("missing table pattern");
    }
    if (!reader.skipDot()) {
      throw new RuleSyntaxException("syntax error: missing '.' between schema and table patterns");
    }
    NamePattern table = reader.next(true);
    if (!reader.atEnd()) {
      throw new RuleSyntaxException("syntax error: stray characters after table pattern");
    }
    return new Rule(!rejects, schema, table);
  }

  /** Returns whether a table is accepted; an empty table name is a name like any other. */
  public boolean matches(TableName name) {
    String schema = normal.apply(name.schema());
    String table = normal.apply(name.table());
    for (Rule rule : lastFirst) {
      if (rule.schema().matches(schema) && rule.table().matches(table)) {
        return rule.accepts();
      }
    }
    return false;
  }

  /**
   * Returns whether a schema as a whole is accepted: by the last rule that fits its name and either
   * accepts or rejects all tables by a plain {@code *}.
   */
  public boolean matchesSchema(String name) {
    String schema = normal.apply(name);
    for (Rule rule : lastFirst) {
      if (rule.decidesSchemas() && rule.schema().matches(schema)) {
        return rule.accepts();
      }
    }
    return false;
  }
}
