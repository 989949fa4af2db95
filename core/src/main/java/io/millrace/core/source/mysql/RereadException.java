package io.millrace.core.source.mysql;

import java.io.IOException;

/** The transaction at hand has to be read again from its start; no failure. */
final class RereadException extends IOException {
  private static final long serialVersionUID = 1L;

  RereadException() {
    super("the transaction is read again");
  }

  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
