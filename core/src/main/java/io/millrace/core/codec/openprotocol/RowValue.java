package io.millrace.core.codec.openprotocol;

import io.millrace.api.event.Row;
import io.millrace.api.event.RowChange;
import io.millrace.core.text.ByteBuilder;
import io.millrace.core.text.Columns;
import io.millrace.core.text.JsonValues;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;

/** Writes the JSON of a row to one run of bytes. */
final class RowValue {
  private static final byte[] NEW = ascii("{\"u\":{");
  private static final byte[] OLD = ascii("},\"p\":{");
  private static final byte[] DELETED = ascii("{\"d\":{");
  private static final byte[] END = ascii("}}");

  private final boolean oldValues;
  private final boolean onlyUpdated;
  private final ByteBuilder out;
  private final JsonValues values;
  private final QuotedBytes quoted;

  /** Where the values of the new image begin and end, by position. */
  private int[] bounds = new int[64];

  RowValue(OpenProtocolOptions options, ByteBuilder out, ZoneId zone) {
    oldValues = options.oldValues();
    onlyUpdated = options.onlyUpdated();
    this.out = out;
    values = new JsonValues(out, zone);
    quoted = new QuotedBytes(out);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  void write(OpenColumns columns, RowChange row) {
    if (bounds.length < 2 * columns.columns().size()) {
      bounds = new int[2 * columns.columns().size()];
    }
    if (row.kind() == RowChange.Kind.DELETE) {
      out.write(DELETED);
      writeImage(columns, row.before());
    } else {
      out.write(NEW);
      writeImage(columns, row.after());
      if (row.kind() == RowChange.Kind.UPDATE && oldValues) {
        writeOld(columns, row.before());
      }
    }
    out.write(END);
  }

  private void writeImage(OpenColumns columns, Row image) {
    for (int i = 0; i < columns.columns().size(); i++) {
      columns.writeHead(i, i == 0, out);
      bounds[2 * i] = out.size();
      writeValue(columns, i, image);
      bounds[2 * i + 1] = out.size();
      out.write('}');
    }
  }

  private void writeOld(OpenColumns columns, Row image) {
    int start = out.size();
    out.write(OLD);
    int first = out.size();
    for (int i = 0; i < columns.columns().size(); i++) {
      int mark = out.size();
      columns.writeHead(i, mark == first, out);
      int value = out.size();
      writeValue(columns, i, image);
      if (onlyUpdated && out.sameAs(out, bounds[2 * i], bounds[2 * i + 1], value, out.size())) {
        out.truncate(mark);
      } else {
        out.write('}');
      }
    }
    if (out.size() == first) {
      out.truncate(start);
    }
  }

  private void writeValue(OpenColumns open, int position, Row row) {
    Columns columns = open.columns();
    if (open.form(position) == OpenColumns.Form.COMMON || !columns.hasValue(position, row)) {
      values.write(columns, position, row);
    } else if (open.form(position) == OpenColumns.Form.BASE64) {
      values.writeBase64(columns.column(position), row);
    } else {
      out.write('"');
      quoted.write(columns.column(position), row);
      out.write('"');
    }
  }
}
