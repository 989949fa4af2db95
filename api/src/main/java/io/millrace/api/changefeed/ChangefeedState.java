package io.millrace.api.changefeed;

import java.util.Locale;

/** The state of a changefeed as API v1 shows it. */
public enum ChangefeedState {
  /** Working, or starting. */
  NORMAL,
  /** Paused by the user. */
  STOPPED,
  /** Met an error and is tried again by itself. */
  ERROR,
  /** Met an error that trying again cannot cure; waits for the user. */
  FAILED,
  /** Reached its target ts. */
  FINISHED,
  /** Being taken down. */
  REMOVED;

  /** Returns the name on the wire, in lower case. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
