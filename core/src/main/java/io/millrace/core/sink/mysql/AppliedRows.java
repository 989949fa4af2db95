package io.millrace.core.sink.mysql;

import io.millrace.api.TableName;
import io.millrace.api.Tso;
import io.millrace.api.event.SourcePosition;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which rows were applied by earlier writers, as the ledger told at the start.
 *
 * <p><i>Threads:</i> one.
 */
final class AppliedRows {
  private final Map<TableName, Table> tables = new HashMap<>();

  private record Place(long file, long offset) {}

  /** What is applied of one table. */
  static final class Table {
    private final Map<Place, BitSet> rows = new HashMap<>();
    private @Nullable SourcePosition watermark;
    private @Nullable SourcePosition last;
    private long lastTs;
    private @Nullable SourcePosition asked;
    private @Nullable BitSet found;

    /** Returns whether a row is applied: its transaction, its number among the table's rows. */
    boolean holds(SourcePosition position, int row) {
      SourcePosition end = last;
      if (end == null || !end.server().equals(position.server()) || end.isBefore(position)) {
        return false;
      }
      SourcePosition mark = watermark;
      if (mark != null && mark.server().equals(position.server()) && position.isBefore(mark)) {
        return true;
      }
      if (!position.equals(asked)) {
        asked = position;
        found = rows.get(new Place(position.file(), position.offset()));
      }
      return found != null && found.get(row);
    }

    /** Returns whether a row may be applied under a position of another server. */
    boolean mayHoldElsewhere(SourcePosition position, Tso ts) {
      SourcePosition end = last;
      return end != null
          && !end.server().equals(position.server())
          && Long.compareUnsigned(ts.value(), lastTs) <= 0;
    }

    private void reach(SourcePosition place, long ts) {
      SourcePosition known = last;
      boolean later =
          known == null
              || (known.server().equals(place.server())
                  ? known.isBefore(place)
                  : Long.compareUnsigned(ts, lastTs) > 0);
      if (later) {
        last = place;
      }
      if (Long.compareUnsigned(ts, lastTs) > 0) {
        lastTs = ts;
      }
    }
  }

  private Table table(TableName name) {
    return tables.computeIfAbsent(name, n -> new Table());
  }

  /** Returns what is applied of a table, or null where nothing is. */
  @Nullable Table find(TableName name) {
    return tables.get(name);
  }

  /** Returns whether a table's watermark lies before a position, or is none of that server. */
  boolean mayRaise(TableName name, SourcePosition to) {
    Table table = tables.get(name);
    SourcePosition mark = table == null ? null : table.watermark;
    return mark == null || !mark.server().equals(to.server()) || mark.isBefore(to);
  }

  /** Takes note that all rows of a table before a position are applied. */
  void watermark(TableName name, SourcePosition to, long ts) {
    Table table = table(name);
    table.watermark = to;
    table.reach(to, ts);
  }

  /** Takes note of rows of a table, as {@link #entry} writes them. */
  void note(TableName name, SourcePosition last, long ts, String entries) {
    Table table = table(name);
    table.reach(last, ts);
    for (String entry : entries.split(";", -1)) {
      if (!entry.isEmpty()) {
        String[] parts = entry.split("[:/+]", -1);
        Place place = new Place(Long.parseLong(parts[0]), Long.parseLong(parts[1]));
        int first = Integer.parseInt(parts[2]);
        table
            .rows
            .computeIfAbsent(place, p -> new BitSet())
            .set(first, first + Integer.parseInt(parts[3]));
      }
    }
  }

  /** Appends {@code file:offset/first+count;}. */
  static void entry(SourcePosition position, int first, int count, StringBuilder out) {
    out.append(position.file())
        .append(':')
        .append(position.offset())
        .append('/')
        .append(first)
        .append('+')
        .append(count)
        .append(';');
  }
}
