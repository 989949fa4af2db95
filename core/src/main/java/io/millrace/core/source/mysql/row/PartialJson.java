package io.millrace.core.source.mysql.row;

import io.millrace.api.event.ByteSink;

/** Which JSON columns of an after image hold differences to the image before. */
final class PartialJson {
  private final BinlogRow before;
  private final boolean[] partial;

  private PartialJson(BinlogRow before, boolean[] partial) {
    this.before = before;
    this.partial = partial;
  }

  /** Reads one bit for each JSON column of the table. */
  static PartialJson read(Cursor cursor, TableMap map, ImageLayout layout, BinlogRow before) {
    boolean[] partial = new boolean[map.columns()];
    int count = 0;
    for (int i = 0; i < partial.length; i++) {
      count += map.type(i).wire() == Wire.JSON ? 1 : 0;
    }
    int bits = cursor.skip((count + 7) / 8);
    int number = 0;
    for (int i = 0; i < partial.length; i++) {
      if (map.type(i).wire() == Wire.JSON) {
        boolean set = (cursor.bytes()[bits + number / 8] >> (number & 7) & 1) != 0;
        partial[i] = set && layout.slot(i) >= 0;
        number++;
        if (partial[i] && !before.isPresent(i)) {
          throw Unreadable.refused(
              "an update of "
                  + map.name()
                  + " has only differences of a JSON column whose value before is not in the log;"
                  + " SET GLOBAL binlog_row_value_options='' or binlog_row_image=FULL, and start a"
                  + " new changefeed");
        }
      }
    }
    return new PartialJson(before, partial);
  }

  /** Returns whether a column holds differences. */
  boolean has(int column) {
    return partial[column];
  }

  /** Returns the same for a detached image before. */
  PartialJson detached() {
    return new PartialJson(before.detached(), partial);
  }

  /** Writes the whole document after the differences. */
  void write(int column, byte[] b, int at, int length, ByteSink out) {
    JsonTree tree = before.json(column);
    int budget = Math.addExact(tree.length(), length);
    JsonDifferences.apply(tree, b, at, length).write(1, budget, out);
  }
}
