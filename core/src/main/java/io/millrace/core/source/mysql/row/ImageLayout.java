package io.millrace.core.source.mysql.row;

import org.jspecify.annotations.Nullable;

/** Which columns the row images of one event have, and where to look for them. */
final class ImageLayout {
  private static final int ABSENT = -1;

  private final TableMap map;

  /** The size of each present column, as {@link WireType#size()}. */
  final int[] sizes;

  /** For each column of the table its number among those present; null where all are. */
  private final int @Nullable [] slots;

  private ImageLayout(TableMap map, int[] sizes, int @Nullable [] slots) {
    this.map = map;
    this.sizes = sizes;
    this.slots = slots;
  }

  static ImageLayout whole(TableMap map) {
    int[] sizes = new int[map.columns()];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = map.type(i).size();
    }
    return new ImageLayout(map, sizes, null);
  }

  /** Returns the layout for a bitmap of present columns, lowest bit first. */
  static ImageLayout of(TableMap map, byte[] b, int bitmap) {
    int count = map.columns();
    int[] slots = new int[count];
    int present = 0;
    for (int i = 0; i < count; i++) {
      slots[i] = (b[bitmap + i / 8] >> (i & 7) & 1) != 0 ? present++ : ABSENT;
    }
    if (present == count) {
      return map.whole();
    }
    int[] sizes = new int[present];
    for (int i = 0; i < count; i++) {
      if (slots[i] != ABSENT) {
        sizes[slots[i]] = map.type(i).size();
      }
    }
    return new ImageLayout(map, sizes, slots);
  }

  TableMap map() {
    return map;
  }

  /** Returns how many columns are present. */
  int present() {
    return sizes.length;
  }

  /** Returns a column's number among those present, negative where it is not. */
  int slot(int column) {
    return slots == null ? column : slots[column];
  }
}
