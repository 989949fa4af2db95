package io.millrace.core.text;

import io.millrace.api.event.ByteSink;
import io.millrace.api.event.Column;
import io.millrace.api.event.Row;
import java.time.ZoneId;

/**
 * Values as plain text: numbers as digits without exponent, also those of ENUM and SET; character
 * data in UTF-8; binary data as it is.
 *
 * <p><i>Threads:</i> one.
 */
public final class PlainText {
  private final TimestampText timestamps;

  /** Creates the texts of a zone, in which TIMESTAMP values are rendered. */
  public PlainText(ZoneId zone) {
    timestamps = new TimestampText(zone);
  }

  /** Writes a value that is present and not NULL. */
  public void write(Column definition, int column, Row row, ByteSink out) {
    write(ValueKind.of(definition), definition.scale(), column, row, out);
  }

  /**
   * Writes a value that is present and not NULL.
   *
   * @param kind the column's
   * @param scale the column's
   */
  public void write(ValueKind kind, int scale, int column, Row row, ByteSink out) {
    switch (kind) {
      case SIGNED -> NumberText.writeLong(row.longAt(column), out);
      case UNSIGNED -> NumberText.writeUnsigned(row.longAt(column), out);
      case TIMESTAMP -> timestamps.write(row.longAt(column), scale, out);
      case FLOAT, DOUBLE, PLAIN, TEXT, BINARY -> row.write(column, out);
    }
  }
}
