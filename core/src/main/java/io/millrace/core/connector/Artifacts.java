package io.millrace.core.connector;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;

/**
 * Finds out whether the library of a connector is on the class path, before any class that needs it
 * is loaded.
 */
public final class Artifacts {
  private Artifacts() {}

  /**
   * Returns if a class can be found.
   *
   * @param what who needs it, for instance {@code sink scheme 'kafka'}
   * @param className a class of the library
   * @param coordinates the library's Maven coordinates, {@code group:artifact}
   * @throws CdcException {@link StandardErrorCode#CONNECTOR_MISSING}
   */
  public static void require(String what, String className, String coordinates) {
    try {
      Class.forName(className, false, Artifacts.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new CdcException(
          StandardErrorCode.CONNECTOR_MISSING,
          what + " needs " + coordinates + " on the class path",
          e);
    }
  }
}
