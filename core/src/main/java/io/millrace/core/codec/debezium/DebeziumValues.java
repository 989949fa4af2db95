package io.millrace.core.codec.debezium;

import io.millrace.api.event.Column;
import io.millrace.api.event.Row;
import io.millrace.api.event.TemporalBits;
import io.millrace.core.text.Base64Text;
import io.millrace.core.text.ByteBuilder;
import io.millrace.core.text.Columns;
import io.millrace.core.text.JsonEscaper;
import io.millrace.core.text.NumberText;
import io.millrace.core.text.TimestampText;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;

/** Writes values as Debezium's MySQL connector does, to one run of bytes. */
final class DebeziumValues {
  private static final byte[] NULL = ascii("null");
  private static final byte[] TRUE = ascii("true");
  private static final byte[] FALSE = ascii("false");
  private static final byte[] EPOCH = ascii("\"1970-01-01T00:00:00Z\"");

  private final ByteBuilder out;
  private final JsonEscaper text;
  private final Base64Text base64;
  private final TimestampText timestamps = new TimestampText(ZoneOffset.UTC);

  DebeziumValues(ByteBuilder out) {
    this.out = out;
    text = new JsonEscaper(out);
    base64 = new Base64Text(out);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Appends an object with one member per column. */
  void writeObject(Columns columns, Row row) {
    out.write('{');
    for (int i = 0; i < columns.size(); i++) {
      columns.writeLabel(i, i == 0, out);
      if (columns.hasValue(i, row)) {
        write(columns.definition(i), columns.column(i), row);
      } else {
        out.write(NULL);
      }
    }
    out.write('}');
  }

  private void write(Column definition, int column, Row row) {
    switch (definition.type()) {
      case TINYINT, SMALLINT, MEDIUMINT, INT, BIGINT, YEAR, TIME ->
          out.writeLong(row.longAt(column));
      case FLOAT -> NumberText.writeJsonFloat((float) row.doubleAt(column), out);
      case DOUBLE -> NumberText.writeJsonDouble(row.doubleAt(column), out);
      case DECIMAL -> row.write(column, out);
      case BIT -> writeBits(definition, row.longAt(column));
      case DATE -> writeDay(definition, row.longAt(column));
      case DATETIME -> writeDateTime(definition, row.longAt(column));
      case TIMESTAMP -> writeTimestamp(definition, row.longAt(column));
      case CHAR, VARCHAR, TINYTEXT, TEXT, MEDIUMTEXT, LONGTEXT, ENUM, SET, JSON -> {
        out.write('"');
        row.write(column, text);
        text.end();
        out.write('"');
      }
      case BINARY, VARBINARY, TINYBLOB, BLOB, MEDIUMBLOB, LONGBLOB, GEOMETRY -> {
        out.write('"');
        row.write(column, base64);
        base64.end();
        out.write('"');
      }
    }
  }

  private void writeBits(Column definition, long bits) {
    if (definition.length() <= 1) {
      out.write(bits == 0 ? FALSE : TRUE);
      return;
    }
    out.write('"');
    for (int shift = 0; shift < definition.length(); shift += 8) {
      base64.write((int) (bits >>> shift));
    }
    base64.end();
    out.write('"');
  }

  private void writeDay(Column definition, long packed) {
    if (EpochTime.isDay(packed)) {
      out.writeLong(EpochTime.days(packed));
    } else {
      writeNoDay(definition);
    }
  }

  private void writeDateTime(Column definition, long packed) {
    if (EpochTime.isDay(packed)) {
      long micros = EpochTime.micros(packed);
      out.writeLong(definition.scale() <= 3 ? Math.floorDiv(micros, 1_000L) : micros);
    } else {
      writeNoDay(definition);
    }
  }

  private void writeNoDay(Column definition) {
    if (definition.nullable()) {
      out.write(NULL);
    } else {
      out.write('0');
    }
  }

  private void writeTimestamp(Column definition, long micros) {
    if (micros == TemporalBits.ZERO_TIMESTAMP) {
      out.write(definition.nullable() ? NULL : EPOCH);
      return;
    }
    out.write('"');
    int start = out.size();
    timestamps.write(micros, definition.scale(), out);
    out.array()[start + "yyyy-mm-dd".length()] = 'T';
    out.write('Z');
    out.write('"');
  }
}
