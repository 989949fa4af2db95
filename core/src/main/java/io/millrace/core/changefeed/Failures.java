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

  /** Enough to tell what happened; an error is stored, and read with every look at the state. */
  private static final int MESSAGE_LENGTH = 4_000;

  private static final int REPLACEMENT = 0xFFFD;

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
    return new Failure(
        new RunningError(at, address, code.code(), storable(message)), code.retryable());
  }

  /** Returns a text that any store takes: cut where it is long, without halves of characters. */
  private static String storable(String message) {
    String text =
        message.length() <= MESSAGE_LENGTH ? message : message.substring(0, MESSAGE_LENGTH) + "...";
    return text.codePoints()
        .map(c -> Character.getType(c) == Character.SURROGATE ? REPLACEMENT : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }
}
