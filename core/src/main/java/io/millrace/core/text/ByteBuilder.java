package io.millrace.core.text;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.event.ByteSink;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A run of bytes that grows at its end, and is used again instead of being made anew.
 *
 * <p><i>Threads:</i> one. <i>Errors:</i> {@link StandardErrorCode#MESSAGE_TOO_LARGE} beyond what
 * one array can hold.
 */
public final class ByteBuilder implements ByteSink {
  private static final int MOST = Integer.MAX_VALUE - 16;
  private static final byte[] TENS = new byte[100];
  private static final byte[] ONES = new byte[100];

  static {
    for (int i = 0; i < 100; i++) {
      TENS[i] = (byte) ('0' + i / 10);
      ONES[i] = (byte) ('0' + i % 10);
    }
  }

  private byte[] array;
  private int size;

  /** Creates an empty run with room for {@code capacity} bytes. */
  public ByteBuilder(int capacity) {
    array = new byte[capacity];
  }

  /** Returns the array that holds the bytes, up to {@link #size()}; it changes when it grows. */
  public byte[] array() {
    return array;
  }

  /** Returns how many bytes there are. */
  public int size() {
    return size;
  }

  /** Forgets all bytes from {@code newSize} on. */
  public void truncate(int newSize) {
    if (newSize > size) {
      throw new IllegalArgumentException(newSize + " is more than " + size);
    }
    size = newSize;
  }

  /** Counts {@code count} bytes that already stand in the array behind the last one. */
  public void skip(int count) {
    if (array.length - size < count) {
      throw new IllegalArgumentException(count + " bytes are not there");
    }
    size += count;
  }

  /** Forgets all bytes, and the room for them too where it is more than {@code keep} bytes. */
  public void clear(int keep) {
    size = 0;
    if (array.length > keep) {
      array = new byte[keep];
    }
  }

  @Override
  public void write(int value) {
    if (size == array.length) {
      grow(1);
    }
    array[size++] = (byte) value;
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    if (array.length - size < length) {
      grow(length);
    }
    System.arraycopy(bytes, offset, array, size, length);
    size += length;
  }

  /** Appends a whole array. */
  public void write(byte[] bytes) {
    write(bytes, 0, bytes.length);
  }

  /** Appends a text in UTF-8. */
  public void write(String text) {
    write(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Appends the decimal digits of a signed number. */
  public void writeLong(long value) {
    if (value >= 0) {
      writeDigits(value);
    } else if (value == Long.MIN_VALUE) {
      NumberText.writeLong(value, this);
    } else {
      write('-');
      writeDigits(-value);
    }
  }

  /** Appends the decimal digits of an unsigned number of 64 bits. */
  public void writeUnsigned(long value) {
    if (value >= 0) {
      writeDigits(value);
    } else {
      NumberText.writeUnsigned(value, this);
    }
  }

  private void writeDigits(long value) {
    if (array.length - size < 20) {
      grow(20);
    }
    int digits = digits(value);
    int at = size + digits;
    size = at;
    long rest = value;
    while (rest >= 100) {
      long next = rest / 100;
      int pair = (int) (rest - next * 100);
      array[--at] = ONES[pair];
      array[--at] = TENS[pair];
      rest = next;
    }
    array[--at] = ONES[(int) rest];
    if (rest >= 10) {
      array[--at] = TENS[(int) rest];
    }
  }

  private static int digits(long value) {
    int digits = 1;
    long limit = 10;
    while (digits < 19 && value >= limit) {
      digits++;
      limit *= 10;
    }
    return digits;
  }

  /**
   * Returns whether {@code other}'s bytes from {@code from} to {@code to}, excluded, are this
   * builder's from {@code ownFrom} to {@code ownTo}.
   */
  public boolean sameAs(ByteBuilder other, int from, int to, int ownFrom, int ownTo) {
    return Arrays.equals(other.array, from, to, array, ownFrom, ownTo);
  }

  private void grow(int more) {
    long least = (long) size + more;
    if (least > MOST) {
      throw new CdcException(
          StandardErrorCode.MESSAGE_TOO_LARGE,
          "one message or batch would take " + least + " bytes; the most is " + MOST);
    }
    array = Arrays.copyOf(array, (int) Math.min(MOST, Math.max(least, size + (size >> 1) + 64L)));
  }
}
