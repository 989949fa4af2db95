package io.millrace.core.source.mysql;

import java.io.IOException;

/** An event's checksum does not fit its bytes; reading it again may help. */
final class ChecksumException extends IOException {
  private static final long serialVersionUID = 1L;

  ChecksumException(String message) {
    super(message);
  }
}
