package io.millrace.core.source.mysql;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * The set of all transactions before a file, as the file's second event has it.
 *
 * <p><i>Source:</i> MySQL {@code PREVIOUS_GTIDS_LOG_EVENT}; from 8.4 on with tags, told by 1 in the
 * last byte of the count.
 */
final class PreviousGtids {
  private final LogEvent event;
  private int at;

  private PreviousGtids(LogEvent event) {
    this.event = event;
    this.at = event.body();
  }

  /** Adds the event's transactions to a set. */
  static void addTo(GtidSet set, LogEvent event) throws IOException {
    try {
      new PreviousGtids(event).read(set);
    } catch (IllegalArgumentException e) {
      throw new MalformedLogException("a damaged list of GTIDs: " + e.getMessage());
    }
  }

  private void read(GtidSet set) throws IOException {
    need(8);
    boolean tagged = event.u8(at + 7) == 1;
    long sources = tagged ? event.u48(at + 1) : event.i64(at);
    at += 8;
    for (long i = 0; i < sources; i++) {
      need(16);
      String key = uuid(event, at).toString();
      at += 16;
      if (tagged) {
        key = withTag(key);
      }
      ranges(set, key);
    }
  }

  private String withTag(String source) throws IOException {
    need(1);
    int length = event.u8(at++) >> 1;
    need(length);
    String tag = new String(event.bytes(), at, length, StandardCharsets.US_ASCII);
    at += length;
    return tag.isEmpty() ? source : source + ":" + tag;
  }

  private void ranges(GtidSet set, String key) throws IOException {
    need(8);
    long count = event.i64(at);
    at += 8;
    for (long i = 0; i < count; i++) {
      need(16);
      set.addRange(key, event.i64(at), event.i64(at + 8) - 1);
      at += 16;
    }
  }

  private void need(int bytes) throws IOException {
    if (event.end() - at < bytes) {
      throw new MalformedLogException("a list of GTIDs that ends early");
    }
  }

  /** Returns the UUID whose bytes stand at a place of an event's array. */
  static UUID uuid(LogEvent event, int at) {
    return new UUID(Long.reverseBytes(event.i64(at)), Long.reverseBytes(event.i64(at + 8)));
  }
}
