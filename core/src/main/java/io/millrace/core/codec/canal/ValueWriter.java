package io.millrace.core.codec.canal;

import io.millrace.api.event.Row;
import io.millrace.core.text.ByteBuilder;
import io.millrace.core.text.Columns;
import io.millrace.core.text.JsonValues;
import io.millrace.core.text.Latin1JsonEscaper;
import io.millrace.core.text.ValueKind;
import java.time.ZoneId;

/** Writes values as JSON strings, or {@code null}, to one run of bytes. */
final class ValueWriter {
  private final ByteBuilder out;
  private final JsonValues values;
  private final Latin1JsonEscaper binary;

  ValueWriter(ByteBuilder out, ZoneId zone) {
    this.out = out;
    values = new JsonValues(out, zone);
    binary = new Latin1JsonEscaper(out);
  }

  /** Appends one value, each byte of binary data as the character of its number. */
  void write(Columns columns, int position, Row row) {
    if (columns.kind(position) == ValueKind.BINARY && columns.hasValue(position, row)) {
      out.write('"');
      row.write(columns.column(position), binary);
      out.write('"');
    } else {
      values.writeAsString(columns, position, row);
    }
  }
}
