package io.millrace.core.source.mysql;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Cuts a compressed transaction into the events inside it, while it is decompressed: only one of
 * them is held.
 *
 * <p><i>Threads:</i> one. <i>Source:</i> MySQL 8.0 {@code TRANSACTION_PAYLOAD_EVENT}; the events
 * inside have no checksums.
 */
final class PayloadFramer implements AutoCloseable {
  private static final int END_OF_FIELDS = 0;
  private static final int SIZE = 1;
  private static final int COMPRESSION = 2;
  private static final int PLAIN_SIZE = 3;
  private static final int ZSTD = 0;
  private static final int NONE = 255;

  private final InputStream raw;
  private final InputStream in;
  private byte[] buffer = new byte[1 << 16];
  private int position;
  private int limit;

  /** The bytes of the events to come, as the header tells; unlimited where it does not. */
  private long left = Long.MAX_VALUE;

  /** Opens the body of an event. */
  PayloadFramer(InputStream body) throws IOException {
    raw = body;
    long compression = NONE;
    long size = -1;
    for (long field = number(); field != END_OF_FIELDS; field = number()) {
      long length = number();
      if (field == SIZE) {
        size = number();
      } else if (field == COMPRESSION) {
        compression = number();
      } else if (field == PLAIN_SIZE) {
        left = number();
      } else {
        skip(length);
      }
    }
    if (size < 0 || (compression != ZSTD && compression != NONE)) {
      throw new MalformedLogException(
          "a compressed transaction of size " + size + " and compression type " + compression);
    }
    in = compression == ZSTD ? new ZstdInputStreamNoFinalizer(body) : body;
  }

  private long number() throws IOException {
    int first = oneByte();
    int width = first == 0xfc ? 2 : first == 0xfd ? 3 : first == 0xfe ? 8 : 0;
    if (first == 0xfb || first == 0xff) {
      throw new MalformedLogException("a compressed transaction with a length of type " + first);
    }
    long value = width == 0 ? first : 0;
    for (int i = 0; i < width; i++) {
      value |= (long) oneByte() << (8 * i);
    }
    return value;
  }

  private int oneByte() throws IOException {
    int value = raw.read();
    if (value < 0) {
      throw new MalformedLogException("a compressed transaction that ends in its header");
    }
    return value;
  }

  private void skip(long length) throws IOException {
    for (long left = length; left > 0; left--) {
      oneByte();
    }
  }

  /** Goes on to the next event inside; false at the end, when the outer checksum was verified. */
  boolean next(LogEvent event) throws IOException {
    if (!fill(LogEvent.HEADER)) {
      drain();
      return false;
    }
    event.set(buffer, position, position + LogEvent.HEADER, false);
    long size = event.size();
    if (size < LogEvent.HEADER || size > Integer.MAX_VALUE - 16 || size > left) {
      throw new MalformedLogException("an event of " + size + " bytes in a compressed transaction");
    }
    if (!fill((int) size)) {
      throw new MalformedLogException("a compressed transaction ends within an event");
    }
    left -= size;
    event.set(buffer, position, position + (int) size, true);
    position += (int) size;
    return true;
  }

  /** Makes so many bytes lie in the buffer; false if there are none at all. */
  private boolean fill(int wanted) throws IOException {
    if (limit - position < wanted && (position == limit || position + wanted > buffer.length)) {
      System.arraycopy(buffer, position, buffer, 0, limit - position);
      limit -= position;
      position = 0;
    }
    while (limit - position < wanted) {
      if (limit == buffer.length) {
        buffer = Arrays.copyOf(buffer, (int) Math.min(Integer.MAX_VALUE - 16L, limit * 2L));
      }
      int read = decompressed();
      if (read < 0) {
        if (limit == position) {
          return false;
        }
        throw new MalformedLogException("a compressed transaction ends within an event");
      }
      limit += read;
    }
    return true;
  }

  private int decompressed() throws IOException {
    try {
      return in.read(buffer, limit, buffer.length - limit);
    } catch (com.github.luben.zstd.ZstdIOException e) {
      throw new MalformedLogException("a compressed transaction is damaged: " + e.getMessage());
    }
  }

  private void drain() throws IOException {
    byte[] scratch = new byte[256];
    int read;
    do {
      read = raw.read(scratch, 0, scratch.length);
    } while (read >= 0);
  }

  /** Frees the decompressor. The outer event is not closed. */
  @Override
  public void close() {
    if (in instanceof ZstdInputStreamNoFinalizer zstd) {
      try {
        zstd.close();
      } catch (IOException e) {
        System.getLogger(PayloadFramer.class.getName())
            .log(System.Logger.Level.DEBUG, "freeing a decompressor failed", e);
      }
    }
  }
}
