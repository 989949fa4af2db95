package io.millrace.transport.jdkhttp.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

class LogsTest {
  private static LogRecord record(String message, Object... parameters) {
    LogRecord record = new LogRecord(Level.WARNING, message);
    record.setLoggerName("io.millrace.X");
    record.setInstant(Instant.parse("2026-11-25T00:00:00.120Z"));
    record.setParameters(parameters);
    return record;
  }

  @Test
  void writesAnEventAsOneLine() {
    assertThat(new Logs.Lines().format(record("lease lost capture={0}", "c-1")))
        .matches(
            "2026-11-2\\dT\\d\\d:\\d\\d:\\d\\d\\.120[+-]\\d{4} WARNING io\\.millrace\\.X"
                + " lease lost capture=c-1\\R");
  }

  @Test
  void writesWhatWasThrownBelow() {
    LogRecord record = record("request failed");
    record.setThrown(new IllegalStateException("broken"));
    assertThat(new Logs.Lines().format(record).lines())
        .first()
        .asString()
        .endsWith("WARNING io.millrace.X request failed");
    assertThat(new Logs.Lines().format(record).lines())
        .contains("java.lang.IllegalStateException: broken")
        .anyMatch(line -> line.startsWith("\tat " + LogsTest.class.getName()));
  }
}
