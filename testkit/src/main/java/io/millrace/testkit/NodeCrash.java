package io.millrace.testkit;

/**
 * Thrown inside a node that was killed at a {@link CrashPoint}, and out of a call of its service
 * that reaches one: an error, so that no code of the node takes it for trouble of a connector.
 */
public final class NodeCrash extends Error {
  private static final long serialVersionUID = 1;

  NodeCrash(String how) {
    super(how, null, false, false);
  }
}
