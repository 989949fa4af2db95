package io.millrace.core.source.mysql;

import java.io.IOException;

/** What came does not follow the protocol: lengths or counters do not fit. */
final class MalformedLogException extends IOException {
  private static final long serialVersionUID = 1L;

  MalformedLogException(String message) {
    super(message);
  }
}
