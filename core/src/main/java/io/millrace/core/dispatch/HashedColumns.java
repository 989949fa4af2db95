package io.millrace.core.dispatch;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.event.Row;
import io.millrace.api.event.TableSchema;
import io.millrace.core.text.ByteBuilder;
import io.millrace.core.text.PlainText;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32;

/**
 * The columns of a table whose values are hashed.
 *
 * <p><i>Threads:</i> one. <i>Source:</i> dispatcher specification, section 7.
 */
final class HashedColumns {
  private static final int KEPT_BYTES = 1 << 16;
  private static final byte[] NULL = {'n', 'u', 'l', 'l'};

  private final TableSchema table;
  private final int[] columns;
  private final byte[][] names;
  private final PlainText values;
  private final ByteBuilder part;
  private final CRC32 crc = new CRC32();

  HashedColumns(TableSchema table, List<Integer> columns, PlainText values, ByteBuilder part) {
    this.table = table;
    this.columns = columns.stream().mapToInt(Integer::intValue).toArray();
    this.names =
        columns.stream()
            .map(c -> table.columns().get(c).name().getBytes(StandardCharsets.UTF_8))
            .toArray(byte[][]::new);
    this.values = values;
    this.part = part;
  }

  /** Returns the hash of the joined parts. */
  static int hash(String... parts) {
    CRC32 crc = new CRC32();
    for (String each : parts) {
      crc.update(each.getBytes(StandardCharsets.UTF_8));
    }
    return (int) crc.getValue();
  }

  /** Returns the hash of names and values. */
  int hash(Row row) {
    int hash = 0;
    for (int i = 0; i < columns.length; i++) {
      int column = columns[i];
      part.clear(KEPT_BYTES);
      part.write(names[i]);
      if (row.isNull(column)) {
        part.write(NULL);
      } else if (row.isPresent(column)) {
        values.write(table.columns().get(column), column, row, part);
      } else {
        throw absent(column);
      }
      crc.reset();
      crc.update(part.array(), 0, part.size());
      hash ^= (int) crc.getValue();
    }
    return hash;
  }

  private CdcException absent(int column) {
    return new CdcException(
        StandardErrorCode.DISPATCHER_FAILED,
        "the log has no value of column '"
            + table.columns().get(column).name()
            + "' of table "
            + table.name()
            + ", by which its rows are dispatched;"
            + " run SET GLOBAL binlog_row_image=FULL upstream and start again from now");
  }
}
