package io.millrace.api.event;

import org.jspecify.annotations.Nullable;

/**
 * A place in an upstream's log: the start of a transaction, or the end of all that was read.
 * Positions order events; timestamps only label them.
 *
 * <p>Two positions are equal, and compare as 0, when server, file, offset and ordinal are; {@code
 * detail} is not looked at. A stream can be opened only at a position that came with a {@link
 * Resolved} or from the source itself: those carry the detail.
 *
 * @param server the identity of the upstream server, for instance its {@code server_uuid}
 * @param file the number of the log file
 * @param offset the offset in the file, in bytes
 * @param ordinal 0, or for the n-th schema change met inside one transaction its number from 1
 * @param detail what else the source needs to open a stream here (file name, executed GTID set),
 *     opaque to everybody else; may be empty
 */
public record SourcePosition(String server, long file, long offset, int ordinal, String detail)
    implements Comparable<SourcePosition> {

  /**
   * Compares two places of one server's log.
   *
   * @throws IllegalArgumentException if the positions are of different servers
   */
  @Override
  public int compareTo(SourcePosition other) {
    if (!server.equals(other.server)) {
      throw new IllegalArgumentException(
          "positions of different servers: " + this + " and " + other);
    }
    if (file != other.file) {
      return Long.compare(file, other.file);
    }
    return offset != other.offset
        ? Long.compare(offset, other.offset)
        : Integer.compare(ordinal, other.ordinal);
  }

  /** Returns whether this place lies before another of the same server. */
  public boolean isBefore(SourcePosition other) {
    return compareTo(other) < 0;
  }

  /** Returns the earlier of two places of one server. */
  public static SourcePosition min(SourcePosition a, SourcePosition b) {
    return a.compareTo(b) <= 0 ? a : b;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SourcePosition at
        && at.server.equals(server)
        && at.file == file
        && at.offset == offset
        && at.ordinal == ordinal;
  }

  @Override
  public int hashCode() {
    return (server.hashCode() * 31 + Long.hashCode(file)) * 31 + Long.hashCode(offset) + ordinal;
  }

  /** Returns {@code server:file:offset}, with {@code +ordinal} where it is not 0. */
  @Override
  public String toString() {
    return server + ":" + file + ":" + offset + (ordinal == 0 ? "" : "+" + ordinal);
  }
}
