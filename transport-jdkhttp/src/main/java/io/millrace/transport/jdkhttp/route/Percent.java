package io.millrace.transport.jdkhttp.route;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Percent escapes in request targets and forms. A plus sign is itself. */
final class Percent {
  private Percent() {}

  /** Returns a text with its escapes resolved; bytes that are no UTF-8 become U+FFFD. */
  static String decode(String text) {
    if (text.indexOf('%') < 0) {
      return text;
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length);
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] != '%') {
        out.write(bytes[i]);
        continue;
      }
      int high = i + 2 < bytes.length ? Character.digit(bytes[i + 1], 16) : -1;
      int low = i + 2 < bytes.length ? Character.digit(bytes[i + 2], 16) : -1;
      if (high < 0 || low < 0) {
        throw new CdcException(
            StandardErrorCode.API_INVALID_PARAM,
            "invalid api parameter: a % in a path, query or form must be followed by two hexadecimal"
                + " digits");
      }
      out.write(high << 4 | low);
      i += 2;
    }
    return out.toString(StandardCharsets.UTF_8);
  }
}
