package io.millrace.core.source.mysql;

import io.millrace.api.event.SourcePosition;

/**
 * Where a reader is in the log. Offsets are the sum of the sizes of what was read, put right by the
 * positions events carry: those of MariaDB are 0 inside transactions, and all have only 32 bits.
 *
 * <p><i>Threads:</i> one.
 */
final class LogCursor {
  private final String server;
  private String base;
  private int digits;
  private long file;
  private long offset;
  private long stamp;
  private final GtidSet gtids;
  private final MariaState maria;

  /** Stands at a place of a server's log. */
  LogCursor(String server, LogPlace place) {
    this.server = server;
    base = place.base();
    digits = place.digits();
    file = place.file();
    offset = place.offset();
    stamp = place.stamp();
    gtids = new GtidSet(place.gtids());
    maria = MariaState.parse(place.mariaState());
  }

  /** Goes past an event. */
  void advance(LogEvent event) {
    long told = event.endPosition();
    if (event.isArtificial() || isSentAgain(event, told)) {
      return;
    }
    long next = offset + event.size();
    if (told != 0 && told != (next & 0xffff_ffffL)) {
      next = (offset & ~0xffff_ffffL) | told;
      if (next < offset) {
        next += 1L << 32;
      }
    }
    offset = next;
  }

  /** Returns whether this belongs to a file's beginning, which comes also before what is later. */
  private boolean isSentAgain(LogEvent event, long told) {
    return (event.type() == LogEvent.FORMAT_DESCRIPTION || event.type() == LogEvent.PREVIOUS_GTIDS)
        && told <= offset;
  }

  /** Goes to a place of a file, as a rotation tells. */
  void jump(String fileName, long to) {
    LogPlace place = LogPlace.of(fileName, to);
    if (place.file() != file || !place.base().equals(base)) {
      stamp = 0;
    }
    base = place.base();
    digits = place.digits();
    file = place.file();
    offset = to;
  }

  /** Notes when the file was begun. */
  void stamp(long seconds) {
    stamp = seconds;
  }

  String server() {
    return server;
  }

  long file() {
    return file;
  }

  long offset() {
    return offset;
  }

  GtidSet gtids() {
    return gtids;
  }

  MariaState maria() {
    return maria;
  }

  /** Returns the place of an offset in the file. It shares the GTID set: use it before going on. */
  LogPlace place(long at) {
    return new LogPlace(base, file, digits, at, stamp, gtids, maria.toString());
  }

  /** Returns the place where the cursor is, sharing the GTID set likewise. */
  LogPlace place() {
    return place(offset);
  }

  /** Returns a position that cannot be opened, without the text of a detail. */
  SourcePosition bare(long at) {
    return new SourcePosition(server, file, at, 0, "");
  }

  /** Returns {@code file:offset}. */
  @Override
  public String toString() {
    return place().toString();
  }
}
