package io.millrace.core.source.mysql.row;

import io.millrace.api.event.ByteSink;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Gathers what is written. */
final class ByteCollector implements ByteSink {
  private byte[] bytes = new byte[64];
  private int length;

  @Override
  public void write(int value) {
    room(1);
    bytes[length++] = (byte) value;
  }

  @Override
  public void write(byte[] source, int offset, int count) {
    room(count);
    System.arraycopy(source, offset, bytes, length, count);
    length += count;
  }

  int length() {
    return length;
  }

  byte[] toBytes() {
    return Arrays.copyOf(bytes, length);
  }

  /** Returns what was gathered, as UTF-8. */
  String text() {
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }

  private void room(int count) {
    if (count > bytes.length - length) {
      bytes = Arrays.copyOf(bytes, Math.max(length + count, bytes.length * 2));
    }
  }
}
