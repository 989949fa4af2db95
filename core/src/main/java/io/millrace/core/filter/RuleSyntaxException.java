package io.millrace.core.filter;

/** A rule does not parse. */
final class RuleSyntaxException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String reason;

  RuleSyntaxException(String reason) {
    super(reason);
    this.reason = reason;
  }

  RuleSyntaxException(String reason, Throwable cause) {
    super(reason, cause);
    this.reason = reason;
  }

  /** Returns what is wrong, without the place. */
  String reason() {
    return reason;
  }
}
