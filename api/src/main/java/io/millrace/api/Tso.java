package io.millrace.api;

import java.time.Instant;

/**
 * A timestamp as TiDB's timestamp oracle gives them: milliseconds since 1970 shifted left by 18
 * bits, plus an 18-bit logical counter, as one unsigned 64-bit number.
 *
 * <p><i>Unit:</i> TSO. <i>Order:</i> unsigned. <i>Threads:</i> immutable. <i>Source:</i> TiCDC
 * OpenAPI v1.
 *
 * @param value all 64 bits; a value above {@link Long#MAX_VALUE} is held as a negative long
 */
public record Tso(long value) implements Comparable<Tso> {
  /** The number of bits of the logical counter. */
  public static final int LOGICAL_BITS = 18;

  /** The lowest timestamp; as a start ts it means now, as a target ts none. */
  public static final Tso ZERO = new Tso(0);

  /** The highest timestamp, 2^64 - 1. */
  public static final Tso MAX = new Tso(-1);

  /**
   * Returns the timestamp of a millisecond.
   *
   * @param millis milliseconds since 1970
   * @param logical the counter within the millisecond, 0 to 2^18 - 1
   */
  public static Tso ofMillis(long millis, int logical) {
    return new Tso((millis << LOGICAL_BITS) + logical);
  }

  /** Returns the first timestamp of an instant's millisecond. */
  public static Tso of(Instant instant) {
    return ofMillis(instant.toEpochMilli(), 0);
  }

  /**
   * Returns the timestamp written in decimal digits, 0 to 18446744073709551615.
   *
   * @throws NumberFormatException if the text is no such number
   */
  public static Tso parse(String text) {
    return new Tso(Long.parseUnsignedLong(text));
  }

  /** Returns the later of two timestamps. */
  public static Tso max(Tso a, Tso b) {
    return a.compareTo(b) >= 0 ? a : b;
  }

  /** Returns the earlier of two timestamps. */
  public static Tso min(Tso a, Tso b) {
    return a.compareTo(b) <= 0 ? a : b;
  }

  /** Returns the physical part: milliseconds since 1970. */
  public long millis() {
    return value >>> LOGICAL_BITS;
  }

  /** Returns the physical part as an instant. */
  public Instant instant() {
    return Instant.ofEpochMilli(millis());
  }

  /** Returns the next timestamp; {@link #MAX} has none and returns itself. */
  public Tso next() {
    return value == -1 ? this : new Tso(value + 1);
  }

  /** Returns the timestamp before this one; {@link #ZERO} has none and returns itself. */
  public Tso previous() {
    return value == 0 ? this : new Tso(value - 1);
  }

  /** Returns whether this is {@link #ZERO}. */
  public boolean isZero() {
    return value == 0;
  }

  /** Returns whether this timestamp is later than another. */
  public boolean isAfter(Tso other) {
    return compareTo(other) > 0;
  }

  @Override
  public int compareTo(Tso other) {
    return Long.compareUnsigned(value, other.value);
  }

  /** Returns the unsigned number in decimal digits. */
  @Override
  public String toString() {
    return Long.toUnsignedString(value);
  }
}
