package io.millrace.core.codec.avro;

import io.millrace.api.event.Column;
import io.millrace.core.text.JsonText;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Optional;

/** Defaults of columns as schemas have them. <i>Source:</i> protocol specification, 7.3. */
final class AvroDefaults {
  private AvroDefaults() {}

  /**
   * Returns a column's default in JSON; empty where it has none, for types of bytes, and for
   * expressions that are no value of the type.
   */
  static Optional<String> of(Column column, AvroType type) {
    return column.defaultValue().flatMap(text -> value(text, type));
  }

  private static Optional<String> value(String text, AvroType type) {
    return switch (type) {
      case STRING -> Optional.of(JsonText.string(text));
      case INT, LONG -> number(text).map(AvroDefaults::whole);
      case FLOAT, DOUBLE -> number(text).map(BigDecimal::toString);
      case BYTES, BITS, DECIMAL -> Optional.empty();
    };
  }

  private static Optional<BigDecimal> number(String text) {
    try {
      return Optional.of(new BigDecimal(text.strip()));
    } catch (NumberFormatException e) {
      // An expression, which schemas have no place for.
      return Optional.empty();
    }
  }

  private static String whole(BigDecimal number) {
    BigInteger whole = number.toBigInteger();
    return Long.toString(whole.longValue());
  }
}
