package io.millrace.core.sink.mysql;

import io.millrace.api.Tso;
import io.millrace.core.text.ByteBuilder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The statements of one transaction, as text.
 *
 * <p><i>Threads:</i> one.
 */
final class Script {
  private static final int KEPT = 1 << 18;

  private final ByteBuilder text = new ByteBuilder(1 << 12);
  private final Literals literals = new Literals(text);
  private final List<Part> parts = new ArrayList<>();
  private int begun;

  /**
   * One statement.
   *
   * @param from where its text begins
   * @param to where it ends, excluded
   * @param plan the table it writes
   * @param first the first of the transactions its rows come from
   * @param last the last one
   * @param finds how many rows it should find; 0: it finds what there is
   */
  record Part(int from, int to, TablePlan plan, Tso first, Tso last, int finds) {}

  void clear() {
    text.clear(KEPT);
    parts.clear();
    begun = 0;
  }

  ByteBuilder text() {
    return text;
  }

  Literals literals() {
    return literals;
  }

  /** Returns how long the statement begun is so far, in bytes. */
  int length() {
    return text.size() - begun;
  }

  /** Takes back what the statement begun has behind a length. */
  void truncate(int length) {
    text.truncate(begun + length);
  }

  /** Ends the statement begun, which finds what there is. */
  void end(TablePlan plan, Tso first, Tso last) {
    end(plan, first, last, 0);
  }

  /** Ends the statement begun, which should find so many rows. */
  void end(TablePlan plan, Tso first, Tso last, int finds) {
    parts.add(new Part(begun, text.size(), plan, first, last, finds));
    text.write(';');
    begun = text.size();
  }

  List<Part> parts() {
    return parts;
  }

  /**
   * Returns how many rows statements from {@code from} on should have found and did not.
   *
   * @param found how many each has found
   * @param skip how many of these are not of the script
   */
  int missed(int from, int to, int[] found, int skip) {
    int missed = 0;
    for (int i = from; i < to; i++) {
      missed += Math.max(0, parts.get(i).finds() - found[skip + i - from]);
    }
    return missed;
  }

  /** Returns the text of statements {@code from} to {@code to}, excluded, joined. */
  String text(int from, int to) {
    int begin = parts.get(from).from();
    int end = parts.get(to - 1).to();
    return new String(text.array(), begin, end - begin, StandardCharsets.UTF_8);
  }

  /** Returns the first statement that no longer fits into one packet with {@code from}. */
  int fitting(int from, long maxBytes) {
    int to = from + 1;
    while (to < parts.size() && parts.get(to).to() - parts.get(from).from() <= maxBytes) {
      to++;
    }
    return to;
  }
}
