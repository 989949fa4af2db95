package io.millrace.core.source.mysql.row;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;

/** The errors of bytes that cannot be decoded. */
final class Unreadable {
  private Unreadable() {}

  /** Returns the error of a log whose bytes contradict themselves. */
  static CdcException damaged(String what) {
    return new CdcException(
        StandardErrorCode.SOURCE_UNREADABLE,
        what + "; the log is damaged there or comes from a server version that is not supported");
  }

  /** Returns the error of something whole that cannot be decoded, with its remedy. */
  static CdcException refused(String sentence) {
    return new CdcException(StandardErrorCode.SOURCE_UNREADABLE, sentence);
  }
}
