package io.millrace.api.event;

/**
 * Dates and times in one long, without allocation, so that values which are no dates (zero and
 * partly zero ones) have a form too.
 *
 * <p>The layout orders as the values do: {@code year << 46 | month << 42 | day << 37 | hour << 32 |
 * minute << 26 | second << 20 | micros}.
 */
public final class TemporalBits {
  /** What {@link Row#longAt} gives for the zero TIMESTAMP, which is no instant. */
  public static final long ZERO_TIMESTAMP = Long.MIN_VALUE;

  private TemporalBits() {}

  /** Returns the packed form; nothing is checked but that the parts fit. */
  public static long pack(
      int year, int month, int day, int hour, int minute, int second, int micros) {
    return (long) year << 46
        | (long) month << 42
        | (long) day << 37
        | (long) hour << 32
        | (long) minute << 26
        | (long) second << 20
        | micros;
  }

  /** Returns the year, 0 to 9999. */
  public static int year(long packed) {
    return (int) (packed >>> 46);
  }

  /** Returns the month, 0 to 12. */
  public static int month(long packed) {
    return (int) (packed >>> 42) & 0xf;
  }

  /** Returns the day of the month, 0 to 31. */
  public static int day(long packed) {
    return (int) (packed >>> 37) & 0x1f;
  }

  /** Returns the hour, 0 to 23. */
  public static int hour(long packed) {
    return (int) (packed >>> 32) & 0x1f;
  }

  /** Returns the minute, 0 to 59. */
  public static int minute(long packed) {
    return (int) (packed >>> 26) & 0x3f;
  }

  /** Returns the second, 0 to 59. */
  public static int second(long packed) {
    return (int) (packed >>> 20) & 0x3f;
  }

  /** Returns the microsecond within the second. */
  public static int micros(long packed) {
    return (int) packed & 0xfffff;
  }
}
