package io.millrace.core.source.mysql.row;

import java.util.Arrays;

/** Reads a stretch of bytes from front to back and never past its end. */
final class Cursor {
  private final byte[] bytes;
  private final int end;
  private final String what;
  private int position;

  /** Creates a cursor; {@code what} names the stretch in errors. */
  Cursor(byte[] bytes, int offset, int length, String what) {
    this.bytes = bytes;
    this.position = offset;
    this.end = offset + length;
    this.what = what;
  }

  int position() {
    return position;
  }

  int remaining() {
    return end - position;
  }

  byte[] bytes() {
    return bytes;
  }

  int u8() {
    need(1);
    return bytes[position++] & 0xff;
  }

  /** Reads a little-endian number of {@code size} bytes. */
  long little(int size) {
    int at = skip(size);
    return BinaryNumbers.little(bytes, at, size);
  }

  /** Reads a number of the protocol's variable length; errors for more than {@code limit}. */
  int packed(long limit) {
    int first = u8();
    long value =
        switch (first) {
          case 252 -> little(2);
          case 253 -> little(3);
          case 254 -> little(8);
          case 251, 255 -> throw Unreadable.damaged(what + " has a length of " + first);
          default -> first;
        };
    if (value < 0 || value > limit) {
      throw Unreadable.damaged(what + " has a number of " + Long.toUnsignedString(value));
    }
    return (int) value;
  }

  /** Reads a length that must lie within what remains. */
  int length() {
    int length = packed(Integer.MAX_VALUE);
    need(length);
    return length;
  }

  /** Skips bytes and returns where they began. */
  int skip(int count) {
    need(count);
    int at = position;
    position += count;
    return at;
  }

  byte[] take(int count) {
    int at = skip(count);
    return Arrays.copyOfRange(bytes, at, at + count);
  }

  /** Returns a cursor on the next bytes and skips them. */
  Cursor part(int count, String name) {
    return new Cursor(bytes, skip(count), count, name);
  }

  private void need(int count) {
    if (count < 0 || count > end - position) {
      throw Unreadable.damaged(
          what + " needs " + count + " bytes where " + (end - position) + " are left");
    }
  }
}
