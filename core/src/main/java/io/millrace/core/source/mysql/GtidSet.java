package io.millrace.core.source.mysql;

import com.google.common.collect.Range;
import com.google.common.collect.RangeSet;
import com.google.common.collect.TreeRangeSet;
import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/**
 * A set of MySQL's transaction numbers: for each server, and tag where there are tags, ranges of
 * numbers.
 *
 * <p><i>Threads:</i> one at a time. <i>Source:</i> MySQL 8.0 and 8.4, "GTID Sets".
 */
final class GtidSet {
  private final TreeMap<String, RangeSet<Long>> ranges = new TreeMap<>();
  private long lastHigh;
  private long lastLow;
  private long runFrom;
  private long runTo;

  /** Creates an empty set. */
  GtidSet() {}

  /** Creates a copy. */
  GtidSet(GtidSet other) {
    other.fold();
    other.ranges.forEach((source, set) -> ranges.put(source, TreeRangeSet.create(set)));
  }

  /**
   * Returns the set of a text such as {@code uuid:1-5:7,uuid:tag:1-3}; blanks and line ends do not
   * matter.
   *
   * @throws CdcException {@link StandardErrorCode#SOURCE_CHANGED} if it is none
   */
  static GtidSet parse(String text) {
    GtidSet set = new GtidSet();
    for (String part : text.replaceAll("\\s", "").split(",", -1)) {
      if (!part.isEmpty()) {
        set.parseSource(part, text);
      }
    }
    return set;
  }

  private void parseSource(String part, String text) {
    String[] fields = part.split(":", -1);
    String source = fields[0].toLowerCase(java.util.Locale.ROOT);
    String key = source;
    try {
      if (UUID.fromString(source).toString().length() != source.length()) {
        throw new IllegalArgumentException("not a UUID");
      }
      for (int i = 1; i < fields.length; i++) {
        String field = fields[i];
        if (!field.isEmpty() && !Character.isDigit(field.charAt(0))) {
          key = source + ":" + field;
          continue;
        }
        int dash = field.indexOf('-');
        long from = Long.parseLong(dash < 0 ? field : field.substring(0, dash));
        long to = dash < 0 ? from : Long.parseLong(field.substring(dash + 1));
        addRange(key, from, to);
      }
    } catch (IllegalArgumentException e) {
      throw new CdcException(
          StandardErrorCode.SOURCE_CHANGED, "'" + text + "' is not a GTID set of this server", e);
    }
  }

  /**
   * Returns a transaction's number as the log has it.
   *
   * @throws MalformedLogException if no transaction can have it
   */
  static long number(long logged) throws MalformedLogException {
    if (logged < 1 || logged == Long.MAX_VALUE) {
      throw new MalformedLogException("a GTID with the number " + logged);
    }
    return logged;
  }

  /** Adds a range, both ends included. */
  void addRange(String source, long from, long to) {
    if (from < 1 || to < from || to == Long.MAX_VALUE) {
      throw new IllegalArgumentException("bad range " + from + "-" + to);
    }
    ranges.computeIfAbsent(source, s -> TreeRangeSet.create()).add(Range.closedOpen(from, to + 1));
  }

  /** Adds one number of a server whose UUID is given as two halves. */
  void add(long high, long low, long number) {
    if (high == lastHigh && low == lastLow && number == runTo + 1 && runTo > 0) {
      runTo = number;
      return;
    }
    fold();
    lastHigh = high;
    lastLow = low;
    runFrom = number;
    runTo = number;
  }

  /** Adds one number of a server and tag. */
  void add(UUID source, String tag, long number) {
    if (tag.isEmpty()) {
      add(source.getMostSignificantBits(), source.getLeastSignificantBits(), number);
    } else {
      addRange(source + ":" + tag, number, number);
    }
  }

  private void fold() {
    if (runTo > 0) {
      addRange(new UUID(lastHigh, lastLow).toString(), runFrom, runTo);
      runTo = 0;
    }
  }

  /** Returns whether nothing is in it. */
  boolean isEmpty() {
    fold();
    return ranges.isEmpty();
  }

  /** Returns whether all of another set is in this one. */
  boolean containsAll(GtidSet other) {
    fold();
    other.fold();
    for (Map.Entry<String, RangeSet<Long>> each : other.ranges.entrySet()) {
      RangeSet<Long> mine = ranges.get(each.getKey());
      if (mine == null || !mine.enclosesAll(each.getValue())) {
        return false;
      }
    }
    return true;
  }

  /** Adds all of another set. */
  void addAll(GtidSet other) {
    fold();
    other.fold();
    other.ranges.forEach(
        (source, set) -> ranges.computeIfAbsent(source, s -> TreeRangeSet.create()).addAll(set));
  }

  /**
   * Returns the set as {@code COM_BINLOG_DUMP_GTID} takes it; empty if it has tags, which that form
   * cannot tell.
   */
  Optional<byte[]> encoded() {
    fold();
    int size = 8;
    for (Map.Entry<String, RangeSet<Long>> each : ranges.entrySet()) {
      if (each.getKey().indexOf(':') >= 0) {
        return Optional.empty();
      }
      size += 24 + 16 * each.getValue().asRanges().size();
    }
    ByteBuffer out = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(ranges.size());
    for (Map.Entry<String, RangeSet<Long>> each : ranges.entrySet()) {
      UUID uuid = UUID.fromString(each.getKey());
      out.order(ByteOrder.BIG_ENDIAN);
      out.putLong(uuid.getMostSignificantBits()).putLong(uuid.getLeastSignificantBits());
      out.order(ByteOrder.LITTLE_ENDIAN);
      out.putLong(each.getValue().asRanges().size());
      for (Range<Long> range : each.getValue().asRanges()) {
        out.putLong(range.lowerEndpoint()).putLong(range.upperEndpoint());
      }
    }
    return Optional.of(out.array());
  }

  /** Returns the text, the same for equal sets: {@code uuid:1-5:7,uuid:tag:1-3}. */
  @Override
  public String toString() {
    fold();
    StringBuilder text = new StringBuilder();
    ranges.forEach(
        (source, set) -> {
          text.append(text.length() == 0 ? "" : ",").append(source);
          for (Range<Long> range : set.asRanges()) {
            long from = range.lowerEndpoint();
            long to = range.upperEndpoint() - 1;
            text.append(':').append(from);
            if (to > from) {
              text.append('-').append(to);
            }
          }
        });
    return text.toString();
  }
}
