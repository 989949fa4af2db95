package io.millrace.core.verify;

import io.millrace.api.TableName;
import io.millrace.api.changefeed.Difference;
import io.millrace.api.changefeed.Verification.LeftOut;
import java.util.ArrayList;
import java.util.List;

/** What was found so far; of differences, as many as a record in the store may hold. */
final class Findings {
  private static final int MOST_EXAMPLES = 1000;
  private static final int MOST_CHARACTERS = 100_000;

  private final List<Difference> examples = new ArrayList<>();
  private final List<LeftOut> leftOut = new ArrayList<>();
  private int characters;
  private long differences;
  private long rows;

  /** Returns whether one more difference would be shown. */
  boolean hasRoom() {
    return examples.size() < MOST_EXAMPLES && characters < MOST_CHARACTERS;
  }

  void add(Difference difference) {
    differences++;
    if (hasRoom()) {
      examples.add(difference);
      characters += difference.toString().length();
    }
  }

  void leaveOut(TableName table, String reason) {
    leftOut.add(new LeftOut(table, reason));
  }

  void compared(long count) {
    rows += count;
  }

  List<Difference> examples() {
    return examples;
  }

  List<LeftOut> leftOut() {
    return leftOut;
  }

  long differences() {
    return differences;
  }

  long rows() {
    return rows;
  }
}
