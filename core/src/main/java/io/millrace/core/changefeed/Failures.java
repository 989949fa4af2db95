package io.millrace.core.changefeed;

import io.millrace.api.CdcException;
import io.millrace.api.ErrorCode;
import io.millrace.api.RunningError;
import io.millrace.core.meta.PositionRecord.Failure;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;

/** Turns what a worker met into what is stored and shown. */
public final class Failures {
  private static final Logger LOG = System.getLogger(Failures.class.getName());

  private Failures() {}

  /**
   * Returns the failure of an exception, and logs it.
   *
   * @param changefeed whose work it stopped
   * @param error what was thrown
   * @param unknown the code of what is no {@link CdcException}
   * @param at when
   * @param address of the capture that met it
   */
  public static Failure of(
      String changefeed, Throwable error, ErrorCode unknown, Instant at, String address) {
    boolean known = error instanceof CdcException;
    ErrorCode code = error instanceof CdcException cdc ? cdc.code() : unknown;
    String message = known ? String.valueOf(error.getMessage()) : error.toString();
    LOG.log(
        code.retryable() ? Level.WARNING : Level.ERROR,
        "changefeed stopped by an error changefeed=" + changefeed + " code=" + code.code(),
        error);
    return new Failure(new RunningError(at, address, code.code(), message), code.retryable());
  }
}
