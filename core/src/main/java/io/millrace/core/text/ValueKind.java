package io.millrace.core.text;

import io.millrace.api.event.Column;
import io.millrace.api.event.ColumnType;

/** How a value is written: which accessor gives it, and whether its text can need escapes. */
public enum ValueKind {
  /** Signed digits. */
  SIGNED,
  /** Unsigned digits of 64 bits; of ENUM and SET the number, not the labels. */
  UNSIGNED,
  /** A number of 32 bits with a point. */
  FLOAT,
  /** A number of 64 bits with a point. */
  DOUBLE,
  /** Text that is known to hold no character that must be escaped. */
  PLAIN,
  /** An instant, rendered in the encoder's zone. */
  TIMESTAMP,
  /** Text in UTF-8. */
  TEXT,
  /** Bytes. */
  BINARY;

  /** Returns the kind of a column's values. */
  public static ValueKind of(Column column) {
    return switch (column.type().family()) {
      case INTEGER ->
          column.type() == ColumnType.BIGINT && (column.unsigned() || column.zerofill())
              ? UNSIGNED
              : SIGNED;
      case BITS, LABELS -> UNSIGNED;
      case FLOATING -> column.type() == ColumnType.FLOAT ? FLOAT : DOUBLE;
      case DECIMAL -> PLAIN;
      case TEMPORAL -> column.type() == ColumnType.TIMESTAMP ? TIMESTAMP : PLAIN;
      case CHARACTER, JSON -> TEXT;
      case BINARY -> BINARY;
    };
  }
}
