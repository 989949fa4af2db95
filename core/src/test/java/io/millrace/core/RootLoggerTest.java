package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.cluster.LogLevel;
import java.util.logging.ConsoleHandler;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RootLoggerTest {
  private final Logger root = Logger.getLogger("");
  private final Level before = root.getLevel();
  private final Handler handler = new ConsoleHandler();

  @AfterEach
  void restore() {
    root.removeHandler(handler);
    RootLogger.setLevel(LogLevel.INFO);
    root.setLevel(before);
  }

  /** C-244, C-245: effective at once, also where a handler let less through. */
  @Test
  void whatIsAskedForIsLogged() {
    root.addHandler(handler);
    RootLogger.setLevel(LogLevel.DEBUG);
    assertThat(handler.getLevel()).isEqualTo(Level.FINE);
    assertThat(System.getLogger("io.millrace").isLoggable(System.Logger.Level.DEBUG)).isTrue();
    RootLogger.setLevel(LogLevel.ERROR);
    assertThat(System.getLogger("io.millrace").isLoggable(System.Logger.Level.WARNING)).isFalse();
    assertThat(System.getLogger("io.millrace").isLoggable(System.Logger.Level.ERROR)).isTrue();
  }
}
