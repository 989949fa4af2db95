package io.millrace.core.source.mysql;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * A transaction number with a tag.
 *
 * <p><i>Source:</i> MySQL 8.4 {@code GTID_TAGGED_LOG_EVENT}, in the serialization library's format,
 * version 1: numbered fields; an integer's first byte has as many ones at its low end as bytes
 * follow.
 *
 * @param source the server
 * @param tag the tag; may be empty
 * @param number the number
 * @param commitMillis when this server committed it, in milliseconds since 1970
 */
record TaggedGtid(UUID source, String tag, long number, long commitMillis) {

  /** Reads an event. */
  static TaggedGtid of(LogEvent event) throws IOException {
    return new Fields(event).gtid();
  }

  /** The fields as they follow each other. */
  private static final class Fields {
    private static final int FLAGS = 0;
    private static final int SOURCE = 1;
    private static final int NUMBER = 2;
    private static final int TAG = 3;
    private static final int LAST_COMMITTED = 4;
    private static final int SEQUENCE = 5;
    private static final int COMMIT_TIME = 6;

    private final LogEvent event;
    private int at;

    Fields(LogEvent event) {
      this.event = event;
      this.at = event.body();
    }

    TaggedGtid gtid() throws IOException {
      long version = unsigned();
      unsigned();
      unsigned();
      if (version != 1) {
        throw new MalformedLogException("a tagged GTID of version " + version);
      }
      UUID source = new UUID(0, 0);
      String tag = "";
      long number = 0;
      long micros = 0;
      for (long field = unsigned(); field <= COMMIT_TIME; field = unsigned()) {
        switch ((int) field) {
          case FLAGS, LAST_COMMITTED, SEQUENCE -> unsigned();
          case SOURCE -> source = uuid();
          case NUMBER -> number = unsigned() >>> 1;
          case TAG -> tag = text();
          case COMMIT_TIME -> micros = unsigned();
          default -> throw new MalformedLogException("a tagged GTID with field " + field);
        }
        if (at >= event.end() || field == COMMIT_TIME) {
          break;
        }
      }
      return new TaggedGtid(source, tag, GtidSet.number(number), micros / 1000);
    }

    private UUID uuid() throws IOException {
      long high = 0;
      long low = 0;
      for (int i = 0; i < 16; i++) {
        high = high << 8 | (low >>> 56);
        low = low << 8 | (unsigned() & 0xff);
      }
      return new UUID(high, low);
    }

    private String text() throws IOException {
      long length = unsigned();
      if (length > event.end() - at) {
        throw new MalformedLogException("a tagged GTID that ends in its tag");
      }
      at += (int) length;
      return new String(event.bytes(), at - (int) length, (int) length, StandardCharsets.US_ASCII);
    }

    private long unsigned() throws IOException {
      need(1);
      int first = event.u8(at);
      int more = Integer.numberOfTrailingZeros(~first);
      need(1 + Math.min(8, more));
      long value = 0;
      if (more >= 8) {
        value = event.i64(at + 1);
      } else {
        for (int i = more; i >= 0; i--) {
          value = value << 8 | event.u8(at + i);
        }
        value >>>= more + 1;
      }
      at += 1 + Math.min(8, more);
      return value;
    }

    private void need(int bytes) throws IOException {
      if (event.end() - at < bytes) {
        throw new MalformedLogException("a tagged GTID that ends early");
      }
    }
  }
}
