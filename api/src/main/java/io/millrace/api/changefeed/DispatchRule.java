package io.millrace.api.changefeed;

import java.util.List;
import java.util.Optional;

/**
 * Which topic and which dispatcher the tables of a matcher use.
 *
 * @param matcher table rules
 * @param dispatcher the dispatcher's name, in any letter case
 * @param index for {@code index-value}: the unique key whose columns count, instead of the handle
 *     key
 * @param columns for {@code columns}: the names of the columns that count
 * @param topic a topic or an expression with {@code {schema}} and {@code {table}}; empty: the topic
 *     of the sink URI
 */
public record DispatchRule(
    List<String> matcher,
    String dispatcher,
    Optional<String> index,
    List<String> columns,
    Optional<String> topic) {
  /** Copies the lists. */
  public DispatchRule {
    matcher = List.copyOf(matcher);
    columns = List.copyOf(columns);
  }

  /** Creates a rule without index, columns and topic. */
  public DispatchRule(List<String> matcher, String dispatcher) {
    this(matcher, dispatcher, Optional.empty(), List.of(), Optional.empty());
  }
}
