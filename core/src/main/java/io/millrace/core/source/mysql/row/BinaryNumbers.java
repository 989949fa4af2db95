package io.millrace.core.source.mysql.row;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Whole numbers out of bytes, in both byte orders. */
final class BinaryNumbers {
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private BinaryNumbers() {}

  static int u8(byte[] b, int at) {
    return b[at] & 0xff;
  }

  static int u16(byte[] b, int at) {
    return (b[at] & 0xff) | (b[at + 1] & 0xff) << 8;
  }

  static int u24(byte[] b, int at) {
    return u16(b, at) | (b[at + 2] & 0xff) << 16;
  }

  static int i32(byte[] b, int at) {
    return (int) INT.get(b, at);
  }

  static long i64(byte[] b, int at) {
    return (long) LONG.get(b, at);
  }

  /** Reads an unsigned little-endian number of up to 8 bytes. */
  static long little(byte[] b, int at, int size) {
    long value = 0;
    for (int i = size - 1; i >= 0; i--) {
      value = value << 8 | (b[at + i] & 0xff);
    }
    return value;
  }

  /** Reads an unsigned big-endian number of up to 8 bytes. */
  static long big(byte[] b, int at, int size) {
    long value = 0;
    for (int i = 0; i < size; i++) {
      value = value << 8 | (b[at + i] & 0xff);
    }
    return value;
  }
}
