package io.millrace.transport.jdkhttp.server;

import io.millrace.api.cluster.LogLevel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.logging.LogManager;

/** The server's log: on stderr, one line an event. */
final class Logs {
  private static final String CONFIGURATION =
      """
      handlers=java.util.logging.ConsoleHandler
      .level=%1$s
      java.util.logging.ConsoleHandler.level=%1$s
      java.util.logging.SimpleFormatter.format=%%1$tFT%%1$tT.%%1$tL%%1$tz %%4$s %%3$s %%5$s%%6$s%%n
      """;

  private Logs() {}

  /** Sets the log up, unless the JVM was given a configuration of its own. */
  static void start(LogLevel level) {
    if (System.getProperty("java.util.logging.config.file") != null) {
      return;
    }
    String name =
        switch (level) {
          case DEBUG -> "FINE";
          case INFO -> "INFO";
          case WARN -> "WARNING";
          case ERROR -> "SEVERE";
        };
    try {
      LogManager.getLogManager()
          .readConfiguration(
              new ByteArrayInputStream(
                  CONFIGURATION.formatted(name).getBytes(StandardCharsets.ISO_8859_1)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
