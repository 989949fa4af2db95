package io.millrace.core.ddl;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * The name of an XA transaction, in one spelling whatever the statement's was.
 *
 * @param gtrid the global transaction id, as lower-case hexadecimal digits
 * @param bqual the branch qualifier, likewise; may be empty
 * @param formatId the format id, 1 where not given
 */
public record Xid(String gtrid, String bqual, long formatId) {

  /** Returns the name whose parts are these bytes, as an XA_PREPARE event has them. */
  public static Xid of(byte[] gtrid, byte[] bqual, long formatId) {
    HexFormat hex = HexFormat.of();
    return new Xid(hex.formatHex(gtrid), hex.formatHex(bqual), formatId);
  }

  /** Returns the digits of a text's bytes in UTF-8. */
  static String digits(String text) {
    return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Returns the name as the servers log it: {@code X'7831',X'',1}. */
  @Override
  public String toString() {
    return "X'" + gtrid + "',X'" + bqual + "'," + formatId;
  }
}
