package io.millrace.core.codec.canal;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.event.Row;
import io.millrace.api.event.TableSchema;
import io.millrace.core.text.ByteBuilder;
import io.millrace.core.text.JsonEscaper;
import io.millrace.core.text.Latin1JsonEscaper;
import io.millrace.core.text.TimestampText;
import java.time.ZoneId;

/** Writes values as JSON strings, or {@code null}, to one run of bytes. */
final class ValueWriter {
  private final ByteBuilder out;
  private final JsonEscaper text;
  private final Latin1JsonEscaper binary;
  private final TimestampText timestamps;

  ValueWriter(ByteBuilder out, ZoneId zone) {
    this.out = out;
    text = new JsonEscaper(out);
    binary = new Latin1JsonEscaper(out);
    timestamps = new TimestampText(zone);
  }

  /**
   * Appends one value.
   *
   * @param position the column's position in {@code columns}
   * @throws CdcException if the image has no value of the column, NULL or other
   */
  void write(ColumnSet columns, int position, Row row, TableSchema table) {
    int column = columns.column(position);
    if (row.isNull(column)) {
      out.write('n');
      out.write('u');
      out.write('l');
      out.write('l');
      return;
    }
    if (!row.isPresent(column)) {
      throw absent(columns.definition(position).name(), table);
    }
    out.write('"');
    switch (columns.kind(position)) {
      case SIGNED -> out.writeLong(row.longAt(column));
      case UNSIGNED -> out.writeUnsigned(row.longAt(column));
      case FLOAT, DOUBLE, PLAIN -> row.write(column, out);
      case TIMESTAMP ->
          timestamps.write(row.longAt(column), columns.definition(position).scale(), out);
      case TEXT -> {
        row.write(column, text);
        text.end();
      }
      case BINARY -> row.write(column, binary);
    }
    out.write('"');
  }

  private static CdcException absent(String column, TableSchema table) {
    return new CdcException(
        StandardErrorCode.ENCODE_FAILED,
        "the log has no value of column '"
            + column
            + "' of table "
            + table.name()
            + ", and canal-json needs whole rows, old and new;"
            + " run SET GLOBAL binlog_row_image=FULL upstream and start again from now");
  }
}
