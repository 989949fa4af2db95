package io.millrace.core.source.mysql.row;

/**
 * The table of contents of an object or array in MySQL's binary JSON.
 *
 * <p>Offsets in it count from its own beginning. Numbers in it have two bytes in small containers,
 * four in large ones; what fits in them stands there instead of an offset.
 */
final class JsonContainer {
  private final byte[] bytes;
  private final int start;
  private final int end;
  private final int width;
  private final boolean object;
  private final int count;

  private JsonContainer(byte[] bytes, int start, int end, int width, boolean object, int count) {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
    this.width = width;
    this.object = object;
    this.count = count;
  }

  /** Returns the container that begins at {@code at} and does not go beyond {@code end}. */
  static JsonContainer read(byte[] b, int type, int at, int end) {
    boolean large = type == JsonText.LARGE_OBJECT || type == JsonText.LARGE_ARRAY;
    boolean object = type == JsonText.SMALL_OBJECT || type == JsonText.LARGE_OBJECT;
    int width = large ? 4 : 2;
    if (2 * width > end - at) {
      throw Unreadable.damaged("a JSON container ends within its header");
    }
    long count = BinaryNumbers.little(b, at, width);
    long size = BinaryNumbers.little(b, at + width, width);
    long entry = 1L + width + (object ? width + 2L : 0L);
    if (size > end - at || 2L * width + count * entry > size) {
      throw Unreadable.damaged("a JSON container of " + count + " elements has " + size + " bytes");
    }
    return new JsonContainer(b, at, at + (int) size, width, object, (int) count);
  }

  boolean isObject() {
    return object;
  }

  int count() {
    return count;
  }

  /** Returns where the container ends. */
  int end() {
    return end;
  }

  /** Returns the bytes of the table of contents. */
  int headerBytes() {
    return 2 * width + count * (1 + width + (object ? width + 2 : 0));
  }

  int keyOffset(int i) {
    int offset = inside(BinaryNumbers.little(bytes, key(i), width));
    if (keyLength(i) > end - offset) {
      throw Unreadable.damaged("a JSON key goes beyond its object");
    }
    return offset;
  }

  int keyLength(int i) {
    return BinaryNumbers.u16(bytes, key(i) + width);
  }

  int valueType(int i) {
    return bytes[value(i)] & 0xff;
  }

  /** Returns where the value's bytes begin, in the table itself where they fit. */
  int valueOffset(int i) {
    int at = value(i) + 1;
    return isInline(valueType(i)) ? at : inside(BinaryNumbers.little(bytes, at, width));
  }

  private boolean isInline(int type) {
    return switch (type) {
      case 4, 5, 6 -> true;
      case 7, 8 -> width == 4;
      default -> false;
    };
  }

  private int key(int i) {
    return start + 2 * width + i * (width + 2);
  }

  private int value(int i) {
    int keys = object ? count * (width + 2) : 0;
    return start + 2 * width + keys + i * (1 + width);
  }

  private int inside(long offset) {
    if (offset < headerBytes() || offset > end - start) {
      throw Unreadable.damaged("a JSON container has an element at " + offset);
    }
    return start + (int) offset;
  }
}
