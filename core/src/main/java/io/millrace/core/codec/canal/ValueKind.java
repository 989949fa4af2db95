package io.millrace.core.codec.canal;

import io.millrace.api.event.Column;
import io.millrace.api.event.ColumnType;

/** How a value is written: which accessor gives it, and whether its text can need escapes. */
enum ValueKind {
  /** Signed digits. */
  SIGNED,
  /** Unsigned digits of 64 bits. */
  UNSIGNED,
  /** Text that is known to hold no character that must be escaped. */
  PLAIN,
  /** An instant, rendered in the encoder's zone. */
  TIMESTAMP,
  /** Text in UTF-8. */
  TEXT,
  /** Bytes, each as a character. */
  BINARY;

  static ValueKind of(Column column) {
    return switch (column.type().family()) {
      case INTEGER ->
          column.type() == ColumnType.BIGINT && (column.unsigned() || column.zerofill())
              ? UNSIGNED
              : SIGNED;
      case BITS, LABELS -> UNSIGNED;
      case FLOATING, DECIMAL -> PLAIN;
      case TEMPORAL -> column.type() == ColumnType.TIMESTAMP ? TIMESTAMP : PLAIN;
      case CHARACTER, JSON -> TEXT;
      case BINARY -> BINARY;
    };
  }
}
