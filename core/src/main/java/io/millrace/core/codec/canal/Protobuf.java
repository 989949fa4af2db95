package io.millrace.core.codec.canal;

import io.millrace.core.text.ByteBuilder;
import java.nio.charset.StandardCharsets;

/** The bytes of Protocol Buffers, as far as Canal's messages need them. */
final class Protobuf {
  private static final int LENGTH_DELIMITED = 2;

  private Protobuf() {}

  static void writeVarint(long value, ByteBuilder out) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      out.write((int) (rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    out.write((int) rest);
  }

  /** Appends a number; negative ones take ten bytes, as those of int32 do. */
  static void writeNumber(int field, long value, ByteBuilder out) {
    writeVarint((long) field << 3, out);
    writeVarint(value, out);
  }

  static void writeText(int field, String text, ByteBuilder out) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    writeTag(field, out);
    writeVarint(bytes.length, out);
    out.write(bytes);
  }

  /** Appends a text unless it is empty, which is the default. */
  static void writeTextIfAny(int field, String text, ByteBuilder out) {
    if (!text.isEmpty()) {
      writeText(field, text, out);
    }
  }

  private static void writeTag(int field, ByteBuilder out) {
    writeVarint((long) field << 3 | LENGTH_DELIMITED, out);
  }

  /** Begins a field of bytes whose length is not known yet; returns the mark for {@link #end}. */
  static int begin(int field, ByteBuilder out) {
    writeTag(field, out);
    return out.size();
  }

  /** Ends the field that began at the mark: puts the length in front of what was appended. */
  static void end(int mark, ByteBuilder out) {
    int length = out.size() - mark;
    int end = out.size();
    writeVarint(length, out);
    int taken = out.size() - end;
    // The length stands behind the contents now; they move up and it goes in front.
    System.arraycopy(out.array(), mark, out.array(), mark + taken, length);
    out.truncate(mark);
    writeVarint(length, out);
    out.skip(length);
  }
}
