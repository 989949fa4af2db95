package io.millrace.core;

import io.millrace.api.cluster.LogLevel;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Sets how much {@code java.util.logging} lets through, for this whole process. */
final class RootLogger {
  private static final Logger ROOT = Logger.getLogger("");

  private RootLogger() {}

  /** Sets the level of the root logger and of its handlers. */
  static void setLevel(LogLevel level) {
    Level its = of(level);
    ROOT.setLevel(its);
    for (Handler handler : ROOT.getHandlers()) {
      handler.setLevel(its);
    }
  }

  private static Level of(LogLevel level) {
    return switch (level) {
      case DEBUG -> Level.FINE;
      case INFO -> Level.INFO;
      case WARN -> Level.WARNING;
      case ERROR -> Level.SEVERE;
    };
  }
}
