package io.millrace.core.source.mysql;

import java.io.IOException;
import java.util.UUID;

/**
 * The number of the transaction a scan is in, which belongs to the set only behind its end.
 *
 * <p><i>Threads:</i> one.
 */
final class PendingGtid {
  private static final int EXACT = 49;

  private final LogCursor cursor;
  private UUID source = new UUID(0, 0);
  private String tag = "";
  private long number;
  private long domain = -1;
  private long server;

  /** Creates one that adds to a cursor's sets. */
  PendingGtid(LogCursor cursor) {
    this.cursor = cursor;
  }

  /** Returns whether an event names a transaction, which thereby begins. */
  static boolean isGtid(LogEvent event) {
    return switch (event.type()) {
      case LogEvent.GTID, LogEvent.ANONYMOUS_GTID, LogEvent.GTID_TAGGED, LogEvent.MARIADB_GTID ->
          true;
      default -> false;
    };
  }

  /** Returns whether a transaction begins with an event. */
  boolean begins(LogEvent event) {
    return isGtid(event);
  }

  /** Returns the latest time a transaction may have been committed at, by its first event. */
  long latestMillis(LogEvent event) throws IOException {
    if (event.type() == LogEvent.GTID_TAGGED) {
      long millis = TaggedGtid.of(event).commitMillis();
      return millis > 0 ? millis : event.seconds() * 1000 + 999;
    }
    long exact = commitMicros(event);
    return exact > 0 ? exact / 1000 : event.seconds() * 1000 + 999;
  }

  /** Returns when MySQL committed a transaction, in microseconds since 1970; 0: not told. */
  static long commitMicros(LogEvent event) {
    boolean told =
        (event.type() == LogEvent.GTID || event.type() == LogEvent.ANONYMOUS_GTID)
            && event.hasBody(EXACT)
            && event.u8(event.body() + 25) == 2;
    int at = event.body() + 42;
    return told ? event.u48(at) | (event.u8(at + 6) & 0x7fL) << 48 : 0;
  }

  /** Notes the transaction that begins. */
  void note(LogEvent event) throws IOException {
    int body = event.body();
    if (event.type() == LogEvent.GTID_TAGGED) {
      TaggedGtid gtid = TaggedGtid.of(event);
      source = gtid.source();
      tag = gtid.tag();
      number = gtid.number();
    } else if (event.type() == LogEvent.GTID && event.hasBody(25)) {
      source = PreviousGtids.uuid(event, body + 1);
      tag = "";
      number = GtidSet.number(event.i64(body + 17));
    } else if (event.type() == LogEvent.MARIADB_GTID && event.hasBody(13)) {
      number = event.i64(body);
      domain = event.u32(body + 8);
      server = event.serverId();
    }
  }

  /** Adds the transaction that has ended. */
  void settle() {
    if (number > 0 && domain >= 0) {
      cursor.maria().add(domain, server, number);
    } else if (number > 0) {
      cursor.gtids().add(source, tag, number);
    }
    number = 0;
    domain = -1;
  }
}
