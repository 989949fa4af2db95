package io.millrace.transport.jdkhttp.server;

import io.millrace.api.cluster.LogLevel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** The server's log: on stderr, one line an event. */
final class Logs {
  private Logs() {}

  /** Sets the log up, unless the JVM was given a configuration of its own. */
  static void start(LogLevel level) {
    if (System.getProperty("java.util.logging.config.file") != null) {
      return;
    }
    Level its =
        switch (level) {
          case DEBUG -> Level.FINE;
          case INFO -> Level.INFO;
          case WARN -> Level.WARNING;
          case ERROR -> Level.SEVERE;
        };
    // Kafka's clients print all their settings whenever one is made.
    String configuration = ".level=" + its.getName() + "\norg.apache.kafka.level=WARNING";
    try {
      LogManager.getLogManager()
          .readConfiguration(
              new ByteArrayInputStream(configuration.getBytes(StandardCharsets.ISO_8859_1)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    ConsoleHandler console = new ConsoleHandler();
    console.setFormatter(new Lines());
    console.setLevel(its);
    Logger.getLogger("").addHandler(console);
  }

  /**
   * Time, level, logger, message and what was thrown. The JDK's own formatter looks for each
   * record's caller, which is not shown.
   */
  static final class Lines extends Formatter {
    private static final DateTimeFormatter TIME =
        DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSxx", Locale.ROOT)
            .withZone(ZoneId.systemDefault());

    @Override
    public String format(LogRecord record) {
      StringWriter line = new StringWriter();
      line.append(TIME.format(record.getInstant())).append(' ');
      line.append(record.getLevel().getName()).append(' ');
      line.append(record.getLoggerName()).append(' ');
      line.append(formatMessage(record)).append(System.lineSeparator());
      if (record.getThrown() != null) {
        record.getThrown().printStackTrace(new PrintWriter(line, true));
      }
      return line.toString();
    }
  }
}
