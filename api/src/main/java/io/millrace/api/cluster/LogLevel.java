package io.millrace.api.cluster;

/** How much is logged. */
public enum LogLevel {
  /** Everything. */
  DEBUG,
  /** Events of note. */
  INFO,
  /** What may need attention. */
  WARN,
  /** Errors and above. */
  ERROR
}
