package io.millrace.core.source.mysql;

import io.millrace.core.source.mysql.row.TableMap;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The table maps met in a file, by the numbers rows events name them with. The one that came before
 * nearly every rows event is nearly always the same, so it is compared and not parsed again.
 *
 * <p><i>Threads:</i> one.
 */
final class TableCache {
  private static final int LARGEST = 4096;

  private final Map<Long, Mapped> byId = new HashMap<>();
  private long lastId = -1;
  private @Nullable Mapped last;

  /** Returns the table of a number, or null where no table map told it. */
  @Nullable Mapped get(long id) {
    if (id != lastId) {
      lastId = id;
      last = byId.get(id);
    }
    return last;
  }

  /** Notes the table of a number. */
  void put(long id, Mapped table) {
    if (byId.size() >= LARGEST) {
      byId.clear();
    }
    byId.put(id, table);
    lastId = id;
    last = table;
  }

  /** Forgets all: a server that was restarted gives its numbers anew. */
  void clear() {
    byId.clear();
    lastId = -1;
    last = null;
  }

  /** A table map. */
  static final class Mapped {
    private final @Nullable TableMap map;
    private final byte[] head;
    private long seenIn = -1;

    /**
     * Creates an entry.
     *
     * @param map the parsed table map of a wanted table, else null
     * @param head the bytes of an unwanted table's names, else empty
     */
    Mapped(@Nullable TableMap map, byte[] head) {
      this.map = map;
      this.head = head;
    }

    /** Returns the table map; null: the table is not wanted. */
    @Nullable TableMap map() {
      return map;
    }

    /** Returns whether an event's body tells the same. */
    boolean isSame(LogEvent event, int namesEnd) {
      return map == null
          ? Arrays.equals(
              head, 0, head.length, event.bytes(), event.body() + RowEvents.NAMES, namesEnd)
          : map.sameBytes(event.bytes(), event.body(), event.bodyLength());
    }

    /** Returns whether this is the first time in a transaction, and notes it. */
    boolean isFirstIn(long transaction) {
      boolean first = seenIn != transaction;
      seenIn = transaction;
      return first;
    }
  }
}
