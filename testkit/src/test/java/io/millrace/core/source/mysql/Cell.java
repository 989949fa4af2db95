package io.millrace.core.source.mysql;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.core.source.mysql.TypeTable.Reading;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A value as SELECT returned it.
 *
 * @param reading how it was asked for
 * @param selected the answer; null for NULL
 */
record Cell(Reading reading, @Nullable String selected) {
  boolean isNull() {
    return selected == null;
  }

  /** Returns the value's text: of ENUM and SET the labels, of bytes hex digits in lower case. */
  String text() {
    return switch (reading) {
      case CAST, TEXT, BITS -> decoded(selected);
      case LABELS -> decoded(selected.substring(0, selected.indexOf(':')));
      case BYTES, ADDRESS, UUID -> HexFormat.of().formatHex(bytes());
      case DOUBLE -> selected;
    };
  }

  private static String decoded(String hex) {
    return new String(HexFormat.of().parseHex(hex), UTF_8);
  }

  byte[] bytes() {
    return HexFormat.of().parseHex(selected);
  }

  /** Returns the number of labels, or bits; above 2^63 - 1 it is negative. */
  long number() {
    return Long.parseUnsignedLong(
        reading == Reading.LABELS ? selected.substring(selected.indexOf(':') + 1) : text());
  }
}
