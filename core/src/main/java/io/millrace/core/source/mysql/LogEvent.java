package io.millrace.core.source.mysql;

import java.util.Arrays;

/**
 * One event of a binary log, where it lies in its reader's buffer. A reader fills the same object
 * again and again; what is to be kept is copied out.
 *
 * <p><i>Source:</i> MySQL binary log event header, version 4: timestamp 4, type 1, server id 4,
 * size 4, end position 4, flags 2; numbers are little endian.
 */
final class LogEvent {
  /** The length of the header all events share. */
  static final int HEADER = 19;

  static final int QUERY = 2;
  static final int STOP = 3;
  static final int ROTATE = 4;
  static final int INTVAR = 5;
  static final int RAND = 13;
  static final int USER_VAR = 14;
  static final int FORMAT_DESCRIPTION = 15;
  static final int XID = 16;
  static final int BEGIN_LOAD_QUERY = 17;
  static final int EXECUTE_LOAD_QUERY = 18;
  static final int TABLE_MAP = 19;
  static final int WRITE_ROWS_V1 = 23;
  static final int UPDATE_ROWS_V1 = 24;
  static final int DELETE_ROWS_V1 = 25;
  static final int INCIDENT = 26;
  static final int HEARTBEAT = 27;
  static final int IGNORABLE = 28;
  static final int ROWS_QUERY = 29;
  static final int WRITE_ROWS = 30;
  static final int UPDATE_ROWS = 31;
  static final int DELETE_ROWS = 32;
  static final int GTID = 33;
  static final int ANONYMOUS_GTID = 34;
  static final int PREVIOUS_GTIDS = 35;
  static final int TRANSACTION_CONTEXT = 36;
  static final int VIEW_CHANGE = 37;
  static final int XA_PREPARE = 38;
  static final int PARTIAL_UPDATE_ROWS = 39;
  static final int TRANSACTION_PAYLOAD = 40;
  static final int HEARTBEAT_V2 = 41;
  static final int GTID_TAGGED = 42;
  static final int ANNOTATE_ROWS = 160;
  static final int BINLOG_CHECKPOINT = 161;
  static final int MARIADB_GTID = 162;
  static final int MARIADB_GTID_LIST = 163;
  static final int START_ENCRYPTION = 164;
  static final int QUERY_COMPRESSED = 165;
  static final int WRITE_ROWS_COMPRESSED_V1 = 166;
  static final int DELETE_ROWS_COMPRESSED = 171;

  private static final int ARTIFICIAL = 0x20;
  private static final int MAY_BE_IGNORED = 0x80;

  private byte[] bytes = new byte[HEADER];
  private int start;
  private int end = HEADER;
  private boolean whole = true;

  /**
   * Points this at an event.
   *
   * @param array holds it
   * @param from where its header begins
   * @param to where its body ends, the checksum cut off
   * @param complete whether the body lies in the array to its end
   */
  void set(byte[] array, int from, int to, boolean complete) {
    bytes = array;
    start = from;
    end = to;
    whole = complete;
  }

  /** Returns the array the event lies in; valid until the reader goes on. */
  byte[] bytes() {
    return bytes;
  }

  /** Returns where the header begins in {@link #bytes()}. */
  int start() {
    return start;
  }

  /** Returns where the body begins. */
  int body() {
    return start + HEADER;
  }

  /** Returns where the body ends, exclusive; the checksum is cut off. */
  int end() {
    return end;
  }

  /** Returns the length of the body that lies in the array. */
  int bodyLength() {
    return end - start - HEADER;
  }

  /** Returns whether all of the body lies in the array. */
  boolean isWhole() {
    return whole;
  }

  /** Returns the seconds since 1970. */
  long seconds() {
    return u32(start);
  }

  /** Returns the type's number. */
  int type() {
    return bytes[start + 4] & 0xff;
  }

  /** Returns the id of the server that wrote the event. */
  long serverId() {
    return u32(start + 5);
  }

  /** Returns the size in the log, header and checksum included. */
  long size() {
    return u32(start + 9);
  }

  /** Returns the low 32 bits of where the event ends in its file; 0: not told. */
  long endPosition() {
    return u32(start + 13);
  }

  /** Returns whether the event is not in the log but was made by the sending server. */
  boolean isArtificial() {
    return (u16(start + 17) & ARTIFICIAL) != 0;
  }

  /** Returns whether a reader that does not know the type may go on. */
  boolean mayBeIgnored() {
    return (u16(start + 17) & MAY_BE_IGNORED) != 0;
  }

  /**
   * Returns whether the server only says that it has nothing to send; the second form is MySQL's.
   */
  boolean isHeartbeat() {
    return type() == HEARTBEAT || type() == HEARTBEAT_V2;
  }

  /** Returns whether the type carries row images. */
  boolean hasRows() {
    int type = type();
    return (type >= WRITE_ROWS_V1 && type <= DELETE_ROWS_V1)
        || (type >= WRITE_ROWS && type <= DELETE_ROWS)
        || type == PARTIAL_UPDATE_ROWS
        || isCompressedRows();
  }

  /** Returns whether the type carries compressed row images, as MariaDB writes them. */
  boolean isCompressedRows() {
    return type() >= WRITE_ROWS_COMPRESSED_V1 && type() <= DELETE_ROWS_COMPRESSED;
  }

  /** Returns the byte at a place of the array. */
  int u8(int at) {
    return bytes[at] & 0xff;
  }

  /** Returns the 16-bit number at a place of the array. */
  int u16(int at) {
    return u8(at) | u8(at + 1) << 8;
  }

  /** Returns the unsigned 32-bit number at a place of the array. */
  long u32(int at) {
    return u16(at) | (long) u16(at + 2) << 16;
  }

  /** Returns the unsigned 48-bit number at a place of the array. */
  long u48(int at) {
    return u32(at) | (long) u16(at + 4) << 32;
  }

  /** Returns the 64-bit number at a place of the array. */
  long i64(int at) {
    return u32(at) | u32(at + 4) << 32;
  }

  /** Returns whether the body has at least so many bytes. */
  boolean hasBody(int length) {
    return bodyLength() >= length;
  }

  /** Returns a copy of a part of the array. */
  byte[] copy(int from, int to) {
    return Arrays.copyOfRange(bytes, from, to);
  }
}
