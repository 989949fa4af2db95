package io.millrace.core.sink.mysql;

import io.millrace.api.TableName;
import io.millrace.api.Tso;
import io.millrace.api.event.SourcePosition;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which rows were applied by earlier writers, as the ledger told at the start.
 *
 * <p><i>Threads:</i> one.
 */
final class AppliedRows {
  private static final String WHOLE = "*";

  private final Map<TableName, Table> tables = new HashMap<>();

  private record Place(long file, long offset) {}

  /** What is applied of one table. */
  static final class Table {
    private final Map<Place, BitSet> rows = new HashMap<>();
    private final Set<Place> whole = new HashSet<>();
    private @Nullable SourcePosition watermark;
    private @Nullable SourcePosition last;
    private long lastTs;
    private @Nullable SourcePosition asked;
    private @Nullable BitSet found;
    private boolean foundWhole;

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
        Place place = new Place(position.file(), position.offset());
        found = rows.get(place);
        foundWhole = whole.contains(place);
      }
      return foundWhole || (found != null && found.get(row));
    }

    /** Returns whether a row may be applied under a position of another server. */
    boolean mayHoldElsewhere(SourcePosition position, Tso ts) {
      SourcePosition end = last;
      return end != null
          && !end.server().equals(position.server())
          && Long.compareUnsigned(ts.value(), lastTs) <= 0;
    }

    private void note(Place place, String run) {
      if (run.equals(WHOLE)) {
        whole.add(place);
        return;
      }
      int plus = run.indexOf('+');
      int first = Integer.parseInt(run.substring(0, plus));
      rows.computeIfAbsent(place, p -> new BitSet())
          .set(first, first + Integer.parseInt(run.substring(plus + 1)));
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

  /** Takes note of rows of a table, as {@link #entry} and {@link #wholeEntry} write them. */
  void note(TableName name, SourcePosition last, long ts, String entries) {
    Table table = table(name);
    table.reach(last, ts);
    for (String entry : entries.split(";", -1)) {
      String[] parts = entry.split("/", -1);
      if (parts.length > 1) {
        String[] at = parts[0].split(":", -1);
        Place place = new Place(Long.parseLong(at[0]), Long.parseLong(at[1]));
        for (String run : Arrays.asList(parts).subList(1, parts.length)) {
          table.note(place, run);
        }
      }
    }
  }

  /** Appends {@code file:offset}, {@code /first+count} for each run of rows, and a semicolon. */
  static void entry(SourcePosition position, RowNumbers numbers, StringBuilder out) {
    out.append(position.file()).append(':').append(position.offset());
    numbers.writeTo(out);
    out.append(';');
  }

  /** Appends that all rows of a transaction are applied: {@code file:offset/*;}. */
  static void wholeEntry(SourcePosition position, StringBuilder out) {
    out.append(position.file())
        .append(':')
        .append(position.offset())
        .append('/')
        .append(WHOLE)
        .append(';');
  }
}
