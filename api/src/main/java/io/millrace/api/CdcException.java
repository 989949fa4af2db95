package io.millrace.api;

/**
 * The one exception Millrace throws for anything but a bug in the caller's code.
 *
 * <p>The message is one sentence that names the value and the remedy; it never contains a password.
 */
public final class CdcException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient ErrorCode code;

  /** Creates an exception from a code and a sentence. */
  public CdcException(ErrorCode code, String message) {
    super(message);
    this.code = code;
  }

  /** Creates an exception from a code, a sentence and what caused it. */
  public CdcException(ErrorCode code, String message, Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  /** Returns the code. */
  public ErrorCode code() {
    return code;
  }

  /**
   * Returns the message as API v1 prints it: the code in brackets, then the sentence without a
   * blank between.
   */
  public String bracketed() {
    return "[" + code.code() + "]" + getMessage();
  }
}
