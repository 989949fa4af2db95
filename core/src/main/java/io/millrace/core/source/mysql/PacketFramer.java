package io.millrace.core.source.mysql;

import com.github.shyiko.mysql.binlog.network.ServerException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;

/**
 * Cuts what a server sends after a dump command into events, within one reused buffer. An event
 * that does not fit into the buffer, or that was split over several packets of 16 MiB, is first
 * shown by its head; its reader then loads it, streams it, or goes on and never holds it.
 *
 * <p><i>Threads:</i> one. <i>Source:</i> MySQL client/server protocol, packets and {@code
 * COM_BINLOG_DUMP}.
 */
final class PacketFramer {
  private static final int PACKET_HEADER = 4;
  private static final int FULL_PACKET = 0xffffff;
  private static final int CHECKSUM = 4;

  private final InputStream in;
  private final byte[] buffer;
  private final CRC32 crc = new CRC32();
  private int position;
  private int limit;
  private int sequence = 1;
  private boolean checksums;

  private boolean open;
  private long bodyLeft;
  private int packetLeft;
  private boolean continued;

  /**
   * Creates a framer.
   *
   * @param in what the server sends, from the first packet after the command on
   * @param capacity the size of the buffer, in bytes
   */
  PacketFramer(InputStream in, int capacity) {
    this.in = in;
    this.buffer = new byte[Math.max(capacity, 64)];
  }

  /** Sets whether events end with a checksum, which is then verified and cut off. */
  void checksums(boolean present) {
    checksums = present;
  }

  /** Returns whether bytes are there that can be read without waiting. */
  boolean hasMore() throws IOException {
    return limit > position || in.available() > 0;
  }

  /**
   * Goes on to the next event.
   *
   * @return false if the server has nothing more to send
   * @throws ServerException if the server reports an error
   * @throws ChecksumException if the event is damaged
   */
  boolean next(LogEvent event) throws IOException {
    discard();
    fill(PACKET_HEADER);
    int length = packetHeader();
    if (length == 0) {
      throw new MalformedLogException("an empty packet");
    }
    if (length < FULL_PACKET && length <= buffer.length) {
      fill(length);
      int from = position;
      position += length;
      return packet(event, from, from + length);
    }
    return large(event, length);
  }

  private boolean packet(LogEvent event, int from, int to) throws IOException {
    int status = buffer[from] & 0xff;
    if (status == 0xff) {
      throw serverError(from, to);
    }
    if (status == 0xfe && to - from < 9) {
      return false;
    }
    int size = to - from - 1;
    if (status != 0 || size < LogEvent.HEADER) {
      throw new MalformedLogException("a packet of " + size + " bytes with status " + status);
    }
    event.set(buffer, from + 1, to, true);
    if (event.size() != size) {
      throw new MalformedLogException("an event of " + event.size() + " bytes in " + size);
    }
    cutChecksum(event);
    return true;
  }

  private boolean large(LogEvent event, int length) throws IOException {
    int head = Math.min(buffer.length, length);
    fill(head);
    int from = position;
    position += head;
    if (buffer[from] != 0) {
      throw new MalformedLogException("a large packet with status " + buffer[from]);
    }
    event.set(buffer, from + 1, from + head, false);
    long size = event.size();
    if (size < head - 1) {
      throw new MalformedLogException("an event of " + size + " bytes in a longer packet");
    }
    open = true;
    continued = length == FULL_PACKET;
    packetLeft = length - head;
    bodyLeft = size - (head - 1);
    return true;
  }

  /** Loads an event of which only the head was shown, into an array of its own. */
  void load(LogEvent event) throws IOException {
    if (event.isWhole()) {
      return;
    }
    long size = event.size();
    if (size > Integer.MAX_VALUE - 16) {
      throw new MalformedLogException("an event of " + size + " bytes");
    }
    int filled = event.end() - event.start();
    byte[] array = event.copy(event.start(), event.end());
    while (filled < size) {
      if (filled == array.length) {
        array = Arrays.copyOf(array, (int) Math.min(size, Math.max(1L << 16, filled * 2L)));
      }
      int read = readBody(array, filled, array.length - filled);
      if (read < 0) {
        throw new MalformedLogException("an event shorter than its " + size + " bytes");
      }
      filled += read;
    }
    finishBody();
    event.set(array, 0, filled, true);
    cutChecksum(event);
  }

  /**
   * Returns the body of an event as a stream that ends before the checksum, which is verified when
   * the end is read. Valid until {@link #next}.
   */
  InputStream body(LogEvent event) {
    return new Body(event);
  }

  private void cutChecksum(LogEvent event) throws IOException {
    int from = event.start();
    int to = event.end();
    boolean described = event.type() == LogEvent.FORMAT_DESCRIPTION;
    boolean optional = event.isArtificial() || event.isHeartbeat();
    if (!checksums && !described && !optional) {
      return;
    }
    int end = to - CHECKSUM;
    if (end < from + LogEvent.HEADER) {
      if (optional) {
        return;
      }
      throw new MalformedLogException("an event of " + (to - from) + " bytes without a checksum");
    }
    crc.reset();
    crc.update(event.bytes(), from, end - from);
    if (crc.getValue() == event.u32(end)) {
      event.set(event.bytes(), from, end, true);
    } else if (described) {
      describedWithout(event, from, end);
    } else if (!optional) {
      throw new ChecksumException("the checksum of an event of type " + event.type() + " is wrong");
    }
  }

  /** A format description has room for a checksum even where the log has none. */
  private static void describedWithout(LogEvent event, int from, int end) throws IOException {
    int algorithm = event.u8(end - 1);
    if (algorithm == 1) {
      throw new ChecksumException("the checksum of the format description is wrong");
    }
    event.set(event.bytes(), from, end, true);
  }

  private void discard() throws IOException {
    if (!open) {
      return;
    }
    byte[] scratch = new byte[8192];
    int read;
    do {
      read = readBody(scratch, 0, scratch.length);
    } while (read >= 0);
    finishBody();
  }

  private void finishBody() throws IOException {
    if (packetLeft != 0) {
      throw new MalformedLogException("a packet longer than its event");
    }
    if (continued) {
      fill(PACKET_HEADER);
      if (packetHeader() != 0) {
        throw new MalformedLogException("a packet longer than its event");
      }
    }
    open = false;
  }

  /** Reads on in an event that spans packets; -1 at its end. */
  private int readBody(byte[] to, int at, int most) throws IOException {
    if (bodyLeft == 0) {
      return -1;
    }
    if (packetLeft == 0) {
      if (!continued) {
        throw new MalformedLogException("an event longer than its packets");
      }
      fill(PACKET_HEADER);
      packetLeft = packetHeader();
      continued = packetLeft == FULL_PACKET;
      if (packetLeft == 0) {
        throw new MalformedLogException("an event longer than its packets");
      }
    }
    int wanted = (int) Math.min(Math.min(most, packetLeft), bodyLeft);
    int read;
    if (limit > position) {
      read = Math.min(wanted, limit - position);
      System.arraycopy(buffer, position, to, at, read);
      position += read;
    } else {
      read = in.read(to, at, wanted);
      if (read < 0) {
        throw new EOFException("the connection ended within an event");
      }
    }
    packetLeft -= read;
    bodyLeft -= read;
    return read;
  }

  private int packetHeader() throws IOException {
    int length =
        (buffer[position] & 0xff)
            | (buffer[position + 1] & 0xff) << 8
            | (buffer[position + 2] & 0xff) << 16;
    int number = buffer[position + 3] & 0xff;
    if (number != sequence) {
      throw new MalformedLogException("packet number " + number + " instead of " + sequence);
    }
    sequence = (sequence + 1) & 0xff;
    position += PACKET_HEADER;
    return length;
  }

  private void fill(int wanted) throws IOException {
    if (limit - position >= wanted) {
      return;
    }
    if (position + wanted > buffer.length || position == limit) {
      System.arraycopy(buffer, position, buffer, 0, limit - position);
      limit -= position;
      position = 0;
    }
    while (limit - position < wanted) {
      int read = in.read(buffer, limit, buffer.length - limit);
      if (read < 0) {
        throw new EOFException("the server closed the connection");
      }
      limit += read;
    }
  }

  private ServerException serverError(int from, int to) throws IOException {
    if (to - from < 3) {
      throw new MalformedLogException("an error packet of " + (to - from) + " bytes");
    }
    int code = (buffer[from + 1] & 0xff) | (buffer[from + 2] & 0xff) << 8;
    int at = from + 3;
    String state = "";
    if (to - at >= 6 && buffer[at] == '#') {
      state = new String(buffer, at + 1, 5, StandardCharsets.US_ASCII);
      at += 6;
    }
    return new ServerException(
        new String(buffer, at, to - at, StandardCharsets.UTF_8), code, state);
  }

  /** The body of an event, its checksum held back. */
  private final class Body extends InputStream {
    private final byte[] head;
    private final boolean whole;
    private int at;
    private final int headEnd;
    private final boolean checked;
    private final byte[] tail = new byte[CHECKSUM];
    private boolean done;

    Body(LogEvent event) {
      whole = event.isWhole();
      checked = checksums && !whole;
      head = event.bytes();
      at = event.body();
      headEnd = event.end();
      if (checked) {
        crc.reset();
        crc.update(head, event.start(), LogEvent.HEADER);
      }
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int from, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      int read = done ? -1 : data(to, from, length);
      if (read > 0 && checked) {
        crc.update(to, from, read);
      }
      return read;
    }

    private int data(byte[] to, int from, int length) throws IOException {
      long left = (headEnd - at) + (whole ? 0 : bodyLeft) - (checked ? CHECKSUM : 0);
      if (left < 0) {
        throw new MalformedLogException("an event without room for its checksum");
      }
      if (left == 0) {
        finish();
        return -1;
      }
      int wanted = (int) Math.min(length, left);
      if (at < headEnd) {
        int read = Math.min(wanted, headEnd - at);
        System.arraycopy(head, at, to, from, read);
        at += read;
        return read;
      }
      return readBody(to, from, wanted);
    }

    private void finish() throws IOException {
      done = true;
      if (!checked) {
        return;
      }
      for (int i = 0; i < CHECKSUM; ) {
        if (at < headEnd) {
          tail[i++] = head[at++];
        } else {
          int read = readBody(tail, i, CHECKSUM - i);
          if (read < 0) {
            throw new MalformedLogException("an event without its checksum");
          }
          i += read;
        }
      }
      long stored = 0;
      for (int i = CHECKSUM - 1; i >= 0; i--) {
        stored = stored << 8 | (tail[i] & 0xff);
      }
      if (stored != crc.getValue()) {
        throw new ChecksumException("the checksum of a compressed transaction is wrong");
      }
    }
  }
}
