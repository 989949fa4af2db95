package io.millrace.core.source.mysql.row;

import io.millrace.api.event.RowChange;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds the rows in rows events. Only their boundaries are looked for; values are decoded when a
 * row is asked for them.
 *
 * <p><i>Threads:</i> one at a time; the rows may go to any.
 *
 * <p><i>Source:</i> WRITE_ROWS, UPDATE_ROWS and DELETE_ROWS, versions 1 and 2, and
 * PARTIAL_UPDATE_ROWS of MySQL 8.0; version 1 of MariaDB 11.4.
 */
public final class RowsDecoder {
  private static final int WRITE_1 = 23;
  private static final int UPDATE_1 = 24;
  private static final int DELETE_1 = 25;
  private static final int WRITE_2 = 30;
  private static final int UPDATE_2 = 31;
  private static final int DELETE_2 = 32;
  private static final int PARTIAL_UPDATE = 39;

  private static final int ID_BYTES = 6;
  private static final int FLAG_BYTES = 2;
  private static final int OFFSETS = 1024;

  /** The value option that says that JSON columns may hold differences. */
  private static final int PARTIAL_JSON = 1;

  private int[] offsets = new int[OFFSETS];
  private int used;
  private int at;

  /**
   * Decodes one event's body: what follows the common header, the checksum cut off.
   *
   * @param eventType 23, 24, 25, 30, 31, 32 or 39
   * @param map the table map the event names, with a schema
   * @param owned the bytes; the rows are views on them, so they must never change
   * @param out takes the rows in log order
   * @return how many rows there were
   * @throws io.millrace.api.CdcException SOURCE_UNREADABLE where the event is malformed
   */
  public int decode(
      int eventType, TableMap map, byte[] owned, int off, int len, Consumer<RowChange> out) {
    RowChange.Kind kind = kind(eventType);
    Cursor cursor = new Cursor(owned, off, len, "a rows event of " + map.name());
    long id = cursor.little(ID_BYTES);
    if (id != map.tableId()) {
      throw Unreadable.damaged(
          "a rows event names table map " + id + " where that of " + map.name() + " was given");
    }
    cursor.skip(FLAG_BYTES);
    if (eventType >= WRITE_2) {
      int extra = (int) cursor.little(2);
      cursor.skip(extra - 2);
    }
    int columns = cursor.packed(Integer.MAX_VALUE);
    if (columns != map.columns()) {
      throw Unreadable.damaged(
          "a rows event of "
              + map.name()
              + " has "
              + columns
              + " columns where its table map has "
              + map.columns());
    }
    ImageLayout first = ImageLayout.of(map, owned, cursor.skip((columns + 7) / 8));
    ImageLayout second =
        kind == RowChange.Kind.UPDATE
            ? ImageLayout.of(map, owned, cursor.skip((columns + 7) / 8))
            : first;
    at = cursor.position();
    int end = off + len;
    int rows = 0;
    // Without any column an image is empty: the event then stands for one row.
    while (at < end || (rows == 0 && first.present() == 0)) {
      int start = at;
      BinlogRow before = null;
      BinlogRow after = null;
      if (kind != RowChange.Kind.INSERT) {
        before = image(owned, end, first, null);
      }
      if (eventType == PARTIAL_UPDATE && before != null) {
        after = image(owned, end, second, partialJson(owned, end, map, second, before));
      } else if (kind != RowChange.Kind.DELETE) {
        after = image(owned, end, second, null);
      }
      if (at == start && at < end) {
        throw Unreadable.damaged("a rows event of " + map.name() + " has bytes but no columns");
      }
      out.accept(new BinlogRowChange(map, before, after, at - start));
      rows++;
    }
    return rows;
  }

  private static RowChange.Kind kind(int eventType) {
    return switch (eventType) {
      case WRITE_1, WRITE_2 -> RowChange.Kind.INSERT;
      case UPDATE_1, UPDATE_2, PARTIAL_UPDATE -> RowChange.Kind.UPDATE;
      case DELETE_1, DELETE_2 -> RowChange.Kind.DELETE;
      default -> throw Unreadable.damaged("event type " + eventType + " is no rows event");
    };
  }

  /** Walks over one image, noting where each value begins. */
  private BinlogRow image(byte[] b, int end, ImageLayout layout, @Nullable PartialJson partial) {
    int[] sizes = layout.sizes;
    int base = room(sizes.length);
    int[] into = offsets;
    int nulls = at;
    int position = at + (sizes.length + 7) / 8;
    if (position > end) {
      throw cut(layout);
    }
    for (int i = 0; i < sizes.length; i++) {
      if ((b[nulls + (i >> 3)] >> (i & 7) & 1) != 0) {
        into[base + i] = BinlogRow.NULL;
        continue;
      }
      into[base + i] = position;
      int size = sizes[i];
      if (size < 0) {
        int prefix = -size;
        if (prefix > end - position) {
          throw cut(layout);
        }
        long length = BinaryNumbers.little(b, position, prefix);
        position += prefix;
        if (length > end - position) {
          throw cut(layout);
        }
        size = (int) length;
      } else if (size > end - position) {
        throw cut(layout);
      }
      position += size;
    }
    at = position;
    return new BinlogRow(layout, b, into, base, partial);
  }

  /** Reads what precedes an after image of PARTIAL_UPDATE_ROWS: which JSON columns are partial. */
  private @Nullable PartialJson partialJson(
      byte[] b, int end, TableMap map, ImageLayout layout, BinlogRow before) {
    Cursor cursor = new Cursor(b, at, end - at, "an update of " + map.name());
    int options = cursor.packed(Integer.MAX_VALUE);
    PartialJson partial = null;
    if ((options & ~PARTIAL_JSON) != 0) {
      throw Unreadable.refused(
          "an update of " + map.name() + " has the value options " + options + ", not known here");
    }
    if (options == PARTIAL_JSON) {
      partial = PartialJson.read(cursor, map, layout, before);
    }
    at = cursor.position();
    return partial;
  }

  /** Makes room for offsets and returns where it begins. */
  private int room(int count) {
    if (count > offsets.length - used) {
      offsets = new int[Math.max(OFFSETS, count)];
      used = 0;
    }
    int base = used;
    used += count;
    return base;
  }

  private static RuntimeException cut(ImageLayout layout) {
    return Unreadable.damaged("a row image of " + layout.map().name() + " ends within a value");
  }
}
