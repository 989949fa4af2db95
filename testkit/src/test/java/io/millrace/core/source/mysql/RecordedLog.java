package io.millrace.core.source.mysql;

import io.millrace.core.source.mysql.row.Flavor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A log file among the test resources, cut into events.
 *
 * @param flavor the server that wrote it
 * @param events all events from the format description on, checksums included
 */
record RecordedLog(Flavor flavor, List<byte[]> events) {
  private static final int MAGIC = 4;

  static RecordedLog mySql() {
    return new RecordedLog(Flavor.MYSQL, read("mysql"));
  }

  static RecordedLog mariaDb() {
    return new RecordedLog(Flavor.MARIADB, read("mariadb"));
  }

  private static List<byte[]> read(String name) {
    byte[] file = file(name);
    List<byte[]> events = new ArrayList<>();
    LogEvent event = new LogEvent();
    for (int at = MAGIC; at < file.length; at += events.get(events.size() - 1).length) {
      event.set(file, at, file.length, true);
      events.add(Arrays.copyOfRange(file, at, at + (int) event.size()));
    }
    return List.copyOf(events);
  }

  /** Returns the bytes of a log file. */
  static byte[] file(String name) {
    String path = "logs/" + name + ".binlog";
    try (InputStream in = RecordedLog.class.getResourceAsStream(path)) {
      if (in == null) {
        throw new IllegalStateException("no resource " + path);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static int type(byte[] event) {
    return event[4] & 0xff;
  }

  /** Returns the file's transactions, each with the format description before it. */
  List<List<byte[]>> transactions() {
    List<List<byte[]>> all = new ArrayList<>();
    for (byte[] event : events) {
      boolean begins =
          switch (type(event)) {
            case LogEvent.GTID, LogEvent.ANONYMOUS_GTID, LogEvent.MARIADB_GTID -> true;
            default -> false;
          };
      if (begins) {
        all.add(new ArrayList<>(List.of(events.get(0))));
      }
      if (!all.isEmpty()) {
        all.get(all.size() - 1).add(event);
      }
    }
    return all;
  }
}
