package io.millrace.core.sink.mysql;

import java.util.Arrays;

/**
 * Growing numbers of rows, of which many follow each other.
 *
 * <p><i>Threads:</i> one at a time.
 */
final class RowNumbers {
  /** First number and count of each run. */
  private int[] runs = new int[2];

  private int head;
  private int end;

  /** Adds the next number. */
  void add(int number) {
    add(number, 1);
  }

  /** Adds numbers that come next. */
  void add(RowNumbers more) {
    for (int i = more.head; i < more.end; i += 2) {
      add(more.runs[i], more.runs[i + 1]);
    }
  }

  boolean isEmpty() {
    return head == end;
  }

  private void add(int first, int count) {
    if (end > head && runs[end - 2] + runs[end - 1] == first) {
      runs[end - 1] += count;
      return;
    }
    if (end == runs.length) {
      runs = Arrays.copyOf(runs, 2 * end);
    }
    runs[end++] = first;
    runs[end++] = count;
  }

  /** Takes the first numbers away and returns them; there must be so many. */
  RowNumbers take(int count) {
    RowNumbers taken = new RowNumbers();
    int left = count;
    while (left > 0) {
      int part = Math.min(left, runs[head + 1]);
      taken.add(runs[head], part);
      runs[head] += part;
      runs[head + 1] -= part;
      head += runs[head + 1] == 0 ? 2 : 0;
      left -= part;
    }
    return taken;
  }

  /** Appends {@code /first+count} for each run. */
  void writeTo(StringBuilder out) {
    for (int i = head; i < end; i += 2) {
      out.append('/').append(runs[i]).append('+').append(runs[i + 1]);
    }
  }
}
