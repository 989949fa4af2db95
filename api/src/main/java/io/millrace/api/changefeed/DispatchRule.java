package io.millrace.api.changefeed;

import java.util.List;

/**
 * Which dispatcher the tables of a matcher use.
 *
 * @param matcher table rules
 * @param dispatcher the dispatcher's name, in any letter case
 */
public record DispatchRule(List<String> matcher, String dispatcher) {
  /** Copies the list. */
  public DispatchRule {
    matcher = List.copyOf(matcher);
  }
}
