package io.millrace.core.source.mysql.row;

import io.millrace.api.event.ByteSink;
import io.millrace.core.text.NumberText;

/**
 * MySQL's binary JSON as the text the server prints.
 *
 * <p>Each value read is taken off a budget that begins with the document's length, so that a
 * damaged document, whose parts may lie over each other, costs no more than a whole one.
 *
 * <p><i>Source:</i> json_binary.h and the output of MySQL 8.0.
 */
final class JsonText {
  static final int SMALL_OBJECT = 0;
  static final int LARGE_OBJECT = 1;
  static final int SMALL_ARRAY = 2;
  static final int LARGE_ARRAY = 3;
  private static final int LITERAL = 4;
  private static final int INT16 = 5;
  private static final int UINT16 = 6;
  private static final int INT32 = 7;
  private static final int UINT32 = 8;
  private static final int INT64 = 9;
  private static final int UINT64 = 10;
  private static final int DOUBLE = 11;
  private static final int STRING = 12;
  private static final int OPAQUE = 15;

  /** The server's own limit. */
  static final int MOST_LEVELS = 100;

  private static final byte[] HEX = {
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
  };

  private JsonText() {}

  /** Writes a document: a type byte and what follows. */
  static void write(byte[] b, int at, int length, ByteSink out) {
    if (length == 0) {
      // An empty value is what the server stores for a NULL forced into a NOT NULL column.
      writeAscii("null", out);
      return;
    }
    write(b, b[at] & 0xff, at + 1, at + length, 1, length, out);
  }

  /**
   * Writes a value whose bytes lie somewhere in {@code at} to {@code end}.
   *
   * @return what is left of the budget
   */
  static int write(byte[] b, int type, int at, int end, int level, int budget, ByteSink out) {
    switch (type) {
      case SMALL_OBJECT, LARGE_OBJECT, SMALL_ARRAY, LARGE_ARRAY -> {
        return writeContainer(b, type, at, end, level, budget, out);
      }
      case LITERAL -> {
        need(1, at, end);
        writeLiteral(b[at], out);
      }
      case INT16 -> {
        need(2, at, end);
        NumberText.writeLong((short) BinaryNumbers.u16(b, at), out);
      }
      case UINT16 -> {
        need(2, at, end);
        NumberText.writeLong(BinaryNumbers.u16(b, at), out);
      }
      case INT32 -> {
        need(4, at, end);
        NumberText.writeLong(BinaryNumbers.i32(b, at), out);
      }
      case UINT32 -> {
        need(4, at, end);
        NumberText.writeLong(Integer.toUnsignedLong(BinaryNumbers.i32(b, at)), out);
      }
      case INT64 -> {
        need(8, at, end);
        NumberText.writeLong(BinaryNumbers.i64(b, at), out);
      }
      case UINT64 -> {
        need(8, at, end);
        NumberText.writeUnsigned(BinaryNumbers.i64(b, at), out);
      }
      case DOUBLE -> {
        need(8, at, end);
        writeDouble(Double.longBitsToDouble(BinaryNumbers.i64(b, at)), out);
      }
      case STRING -> {
        int length = length(b, at, end);
        int from = at + lengthBytes(b, at, end);
        need(length, from, end);
        writeString(b, from, length, out);
        return spend(budget, length);
      }
      case OPAQUE -> {
        need(1, at, end);
        int length = length(b, at + 1, end);
        int from = at + 1 + lengthBytes(b, at + 1, end);
        need(length, from, end);
        JsonOpaque.write(b, b[at] & 0xff, from, length, out);
        return spend(budget, length);
      }
      default -> throw Unreadable.damaged("a JSON value has the type " + type);
    }
    return budget;
  }

  private static int writeContainer(
      byte[] b, int type, int at, int end, int level, int budget, ByteSink out) {
    if (level > MOST_LEVELS) {
      throw Unreadable.damaged("a JSON value has more than " + MOST_LEVELS + " levels");
    }
    JsonContainer container = JsonContainer.read(b, type, at, end);
    int rest = spend(budget, container.headerBytes());
    out.write(container.isObject() ? '{' : '[');
    for (int i = 0; i < container.count(); i++) {
      if (i > 0) {
        out.write(',');
        out.write(' ');
      }
      if (container.isObject()) {
        int key = container.keyOffset(i);
        int length = container.keyLength(i);
        rest = spend(rest, length);
        writeString(b, key, length, out);
        out.write(':');
        out.write(' ');
      }
      rest =
          write(
              b,
              container.valueType(i),
              container.valueOffset(i),
              container.end(),
              level + 1,
              rest,
              out);
    }
    out.write(container.isObject() ? '}' : ']');
    return rest;
  }

  /** Writes a string in quotes, escaped as the server does. */
  static void writeString(byte[] b, int at, int length, ByteSink out) {
    out.write('"');
    int from = at;
    int end = at + length;
    for (int i = at; i < end; i++) {
      int c = b[i] & 0xff;
      if (c >= ' ' && c != '"' && c != '\\') {
        continue;
      }
      if (i > from) {
        out.write(b, from, i - from);
      }
      from = i + 1;
      writeEscaped(c, out);
    }
    if (end > from) {
      out.write(b, from, end - from);
    }
    out.write('"');
  }

  private static void writeEscaped(int c, ByteSink out) {
    out.write('\\');
    switch (c) {
      case '\b' -> out.write('b');
      case '\f' -> out.write('f');
      case '\n' -> out.write('n');
      case '\r' -> out.write('r');
      case '\t' -> out.write('t');
      case '"', '\\' -> out.write(c);
      default -> {
        writeAscii("u00", out);
        out.write(HEX[c >> 4]);
        out.write(HEX[c & 0xf]);
      }
    }
  }

  private static void writeLiteral(byte literal, ByteSink out) {
    switch (literal) {
      case 0 -> writeAscii("null", out);
      case 1 -> writeAscii("true", out);
      case 2 -> writeAscii("false", out);
      default -> throw Unreadable.damaged("a JSON literal has the number " + literal);
    }
  }

  /**
   * Writes a number as the server does: the shortest digits that give it back; without exponent
   * where it is at least 1e-15 and has no more than 15 digits before the point or some behind it;
   * {@code .0} behind a whole number.
   */
  static void writeDouble(double value, ByteSink out) {
    if (!Double.isFinite(value)) {
      throw Unreadable.damaged("a JSON number is " + value);
    }
    String text = NumberText.shortest(Math.abs(value));
    if (Double.doubleToRawLongBits(value) < 0) {
      out.write('-');
    }
    int e = text.indexOf('E');
    String mantissa = e < 0 ? text : text.substring(0, e);
    int point = mantissa.indexOf('.');
    String all = mantissa.substring(0, point) + mantissa.substring(point + 1);
    int first = 0;
    while (first < all.length() - 1 && all.charAt(first) == '0') {
      first++;
    }
    int last = all.length();
    while (last > first + 1 && all.charAt(last - 1) == '0') {
      last--;
    }
    String digits = all.substring(first, last);
    int exponent = e < 0 ? 0 : Integer.parseInt(text.substring(e + 1));
    writeDigits(digits, digits.equals("0") ? 1 : point - first + exponent, out);
  }

  /** Writes 0.{@code digits} times ten to the power of {@code point}. */
  private static void writeDigits(String digits, int point, ByteSink out) {
    int count = digits.length();
    if (point < -14 || (point > 15 && count <= point)) {
      out.write(digits.charAt(0));
      if (count > 1) {
        out.write('.');
        writeAscii(digits.substring(1), out);
      }
      out.write('e');
      NumberText.writeLong(point - 1L, out);
    } else if (point <= 0) {
      writeAscii("0.", out);
      writeAscii("0".repeat(-point), out);
      writeAscii(digits, out);
    } else {
      writeAscii(digits.substring(0, Math.min(point, count)), out);
      writeAscii("0".repeat(Math.max(0, point - count)), out);
      out.write('.');
      writeAscii(count > point ? digits.substring(point) : "0", out);
    }
  }

  static void writeAscii(String text, ByteSink out) {
    for (int i = 0; i < text.length(); i++) {
      out.write(text.charAt(i));
    }
  }

  /** Reads a length of seven bits a byte. */
  private static int length(byte[] b, int at, int end) {
    long length = 0;
    int bytes = lengthBytes(b, at, end);
    for (int i = bytes - 1; i >= 0; i--) {
      length = length << 7 | (b[at + i] & 0x7f);
    }
    if (length > end - at) {
      throw Unreadable.damaged("a JSON string has a length of " + length);
    }
    return (int) length;
  }

  private static int lengthBytes(byte[] b, int at, int end) {
    for (int i = 0; i < 5; i++) {
      need(1, at + i, end);
      if (b[at + i] >= 0) {
        return i + 1;
      }
    }
    throw Unreadable.damaged("a JSON string has a length of more than 5 bytes");
  }

  private static void need(int count, int at, int end) {
    if (count > end - at) {
      throw Unreadable.damaged("a JSON value needs " + count + " bytes where it ends");
    }
  }

  private static int spend(int budget, int bytes) {
    if (bytes > budget) {
      throw Unreadable.damaged("the parts of a JSON value lie over each other");
    }
    return budget - bytes;
  }
}
