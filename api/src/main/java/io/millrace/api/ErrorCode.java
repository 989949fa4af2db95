package io.millrace.api;

/**
 * A stable name for one kind of failure. Millrace's own are in {@link StandardErrorCode}; a
 * connector of a third party brings an enum of its own.
 *
 * <p><i>Threads:</i> immutable.
 */
public interface ErrorCode {
  /** Returns the name as clients see it, for instance {@code CDC:ErrChangeFeedNotExists}. */
  String code();

  /** Returns who could have avoided the failure. */
  Kind kind();

  /**
   * Returns whether trying again later may succeed; otherwise a changefeed that meets it fails for
   * good.
   */
  boolean retryable();

  /** Who could have avoided a failure; a transport derives its status from it. */
  enum Kind {
    /** The request is malformed or asks for what cannot be. */
    INVALID,
    /** What the request names does not exist. */
    MISSING,
    /** The request does not fit the present state. */
    CONFLICT,
    /** The caller did not prove who it is. */
    UNAUTHENTICATED,
    /** The caller may not do this, or not from where it asks. */
    FORBIDDEN,
    /** The node cannot answer now; repeating later may help. */
    UNAVAILABLE,
    /** The store, the upstream or the code failed. */
    INTERNAL
  }
}
