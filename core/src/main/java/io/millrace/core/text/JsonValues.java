package io.millrace.core.text;

import io.millrace.api.event.Row;
import java.time.ZoneId;

/**
 * Values in JSON, as most protocols have them: NULL as {@code null}, binary data in base64, ENUM
 * and SET as numbers, JSON as a string.
 *
 * <p><i>Threads:</i> one. <i>Source:</i> protocol specification, section 2.
 */
public final class JsonValues {
  private static final byte[] NULL = {'n', 'u', 'l', 'l'};

  private final ByteBuilder out;
  private final JsonEscaper text;
  private final Base64Text base64;
  private final TimestampText timestamps;

  /**
   * Creates a writer.
   *
   * @param out what is appended to
   * @param zone the zone in which TIMESTAMP values are rendered
   */
  public JsonValues(ByteBuilder out, ZoneId zone) {
    this.out = out;
    text = new JsonEscaper(out);
    base64 = new Base64Text(out);
    timestamps = new TimestampText(zone);
  }

  /** Appends a value: integers and floating point as numbers, all others as strings. */
  public void write(Columns columns, int position, Row row) {
    if (!columns.hasValue(position, row)) {
      out.write(NULL);
      return;
    }
    int column = columns.column(position);
    switch (columns.kind(position)) {
      case SIGNED -> out.writeLong(row.longAt(column));
      case UNSIGNED -> out.writeUnsigned(row.longAt(column));
      case FLOAT -> NumberText.writeJsonFloat((float) row.doubleAt(column), out);
      case DOUBLE -> NumberText.writeJsonDouble(row.doubleAt(column), out);
      default -> writeString(columns, position, row);
    }
  }

  /** Appends a value as a string or null; numbers have no exponent. */
  public void writeAsString(Columns columns, int position, Row row) {
    if (columns.hasValue(position, row)) {
      writeString(columns, position, row);
    } else {
      out.write(NULL);
    }
  }

  private void writeString(Columns columns, int position, Row row) {
    int column = columns.column(position);
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
      case BINARY -> {
        row.write(column, base64);
        base64.end();
      }
    }
    out.write('"');
  }

  /** Appends the bytes of a value of text or binary data in base64, as a string. */
  public void writeBase64(int column, Row row) {
    out.write('"');
    row.write(column, base64);
    base64.end();
    out.write('"');
  }

  /** Appends an object with one member per column, as {@link #write} writes them. */
  public void writeObject(Columns columns, Row row) {
    out.write('{');
    for (int i = 0; i < columns.size(); i++) {
      columns.writeLabel(i, i == 0, out);
      write(columns, i, row);
    }
    out.write('}');
  }
}
