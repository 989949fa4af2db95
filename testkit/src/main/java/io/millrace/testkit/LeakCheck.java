package io.millrace.testkit;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Knows what was opened and not closed, and where.
 *
 * <p><i>Threads:</i> any.
 */
final class LeakCheck {
  private static final int FRAMES = 4;

  private final IdentityHashMap<Object, Opened> open = new IdentityHashMap<>();
  private int number;

  /** Something open: the how-many-th, of whom, by which other thing, what, and where. */
  private record Opened(int number, Object owner, Object parent, String what, String where) {
    boolean endsWith(Object other) {
      return owner == other || parent == other;
    }
  }

  /** Takes note of what was opened. */
  synchronized void opened(Object thing, Object owner, Object parent, String what) {
    open.put(thing, new Opened(++number, owner, parent, what, where()));
  }

  /** Returns the innermost places of the call that are neither the kit's nor the JDK's. */
  private static String where() {
    return StackWalker.getInstance()
        .walk(
            frames ->
                frames
                    .filter(frame -> !isBehind(frame.getClassName()))
                    .limit(FRAMES)
                    .map(StackWalker.StackFrame::toString)
                    .collect(Collectors.joining("\n    from ")));
  }

  private static boolean isBehind(String name) {
    return name.startsWith("java.")
        || name.startsWith("jdk.")
        || name.equals(LeakCheck.class.getName())
        || name.startsWith(Border.class.getName())
        || name.contains("$Proxy");
  }

  /** Takes note of what was closed. */
  synchronized void closed(Object thing) {
    open.remove(thing);
  }

  /** Forgets what ends with its owner, or with what it was opened by. */
  synchronized void forget(Object ended) {
    open.values().removeIf(each -> each.endsWith(ended));
  }

  /**
   * Returns if nothing is open.
   *
   * @throws AssertionError naming what is, and where it was opened
   */
  synchronized void check() {
    List<String> left = new ArrayList<>();
    open.values().stream()
        .sorted((a, b) -> Integer.compare(a.number(), b.number()))
        .forEach(each -> left.add(each.what() + "\n    opened at " + each.where()));
    if (!left.isEmpty()) {
      throw new AssertionError("left open:\n  " + String.join("\n  ", left));
    }
  }
}
