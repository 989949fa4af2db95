package io.millrace.api.consumer;

/** A row that cannot be mapped to an object. The message names table, column and types. */
public final class RowMappingException extends IllegalStateException {
  private static final long serialVersionUID = 1;

  /** Creates an exception. */
  RowMappingException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Creates an exception without a cause. */
  RowMappingException(String message) {
    super(message);
  }
}
