package io.millrace.core.connector;

import io.millrace.api.CdcException;
import io.millrace.api.ConnectorUri;
import io.millrace.api.ErrorCode;

/** Reads the addresses that users write. */
public final class Addresses {
  private Addresses() {}

  /**
   * Returns the parts of an address.
   *
   * @param what of what it is, for the error, for instance {@code sink}
   * @param text the address
   * @param wrong the code of an address that cannot be read
   * @throws CdcException with {@code wrong}: {@code <what> uri invalid '<reason>'}
   */
  public static ConnectorUri parse(String what, String text, ErrorCode wrong) {
    try {
      return ConnectorUri.parse(text, wrong);
    } catch (CdcException e) {
      throw new CdcException(wrong, what + " " + e.getMessage(), e);
    }
  }
}
