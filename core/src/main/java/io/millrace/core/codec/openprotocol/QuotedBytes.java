package io.millrace.core.codec.openprotocol;

import io.millrace.api.event.Row;
import io.millrace.core.text.ByteBuilder;
import io.millrace.core.text.JsonEscaper;
import io.millrace.core.text.JsonText;
import java.nio.charset.StandardCharsets;

/**
 * Bytes as Go quotes a string, as the inside of a JSON string.
 *
 * <p><i>Threads:</i> one. <i>Source:</i> protocol specification, 4.2: the escaped form.
 */
final class QuotedBytes {
  private static final int KEPT_BYTES = 1 << 16;
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final String NAMED = "\u0007\b\f\n\r\t\u000b\\\"";
  private static final byte[] NAMES = "abfnrtv\\\"".getBytes(StandardCharsets.US_ASCII);

  private final ByteBuilder bytes = new ByteBuilder(256);
  private final JsonEscaper out;

  QuotedBytes(ByteBuilder out) {
    this.out = new JsonEscaper(out);
  }

  void write(int column, Row row) {
    bytes.clear(KEPT_BYTES);
    row.write(column, bytes);
    byte[] in = bytes.array();
    int at = 0;
    while (at < bytes.size()) {
      int length = in[at] >= 0 ? 1 : JsonText.sequence(in, at, bytes.size());
      if (length <= 0) {
        writeHex('x', in[at] & 0xff, 2);
        at++;
      } else {
        writeCharacter(codePoint(in, at, length), in, at, length);
        at += length;
      }
    }
    out.end();
  }

  private static int codePoint(byte[] in, int at, int length) {
    int code = length == 1 ? in[at] : in[at] & (0x7f >> length);
    for (int i = 1; i < length; i++) {
      code = code << 6 | (in[at + i] & 0x3f);
    }
    return code;
  }

  private void writeCharacter(int code, byte[] in, int at, int length) {
    int named = code < 0x80 ? NAMED.indexOf(code) : -1;
    if (named >= 0) {
      out.write('\\');
      out.write(NAMES[named]);
    } else if (isPrintable(code)) {
      out.write(in, at, length);
    } else if (code < 0x80) {
      writeHex('x', code, 2);
    } else if (code < 0x10000) {
      writeHex('u', code, 4);
    } else {
      writeHex('U', code, 8);
    }
  }

  private void writeHex(int letter, int value, int digits) {
    out.write('\\');
    out.write(letter);
    for (int i = digits - 1; i >= 0; i--) {
      out.write(HEX[value >> (4 * i) & 0xf]);
    }
  }

  private static boolean isPrintable(int code) {
    return switch (Character.getType(code)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      case Character.SPACE_SEPARATOR -> code == ' ';
      default -> true;
    };
  }
}
