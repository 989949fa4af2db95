package io.millrace.api.event;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDateTime;
import org.jspecify.annotations.Nullable;

/**
 * One image of a row: a view on its batch's bytes that decodes only what is asked for and boxes
 * nothing.
 *
 * <p>Columns are numbered from 0 in table order, as in {@link TableSchema#columns()}. An accessor
 * may be called only for a column that is present and not null, and only where the table below
 * names it; anything else throws {@link IllegalStateException}.
 *
 * <table>
 * <caption>Accessors by type</caption>
 * <tr><th>type</th><th>accessors</th><th>{@code write} and {@code textAt}</th><th>{@code valueAt}</th></tr>
 * <tr><td>integers, YEAR</td><td>longAt (unsigned 64-bit as the same 64 bits)</td><td>decimal digits</td><td>Long; BigInteger where BIGINT UNSIGNED is above 2^63 - 1</td></tr>
 * <tr><td>BIT</td><td>longAt: the bits as one big-endian number</td><td>decimal digits, unsigned</td><td>Long; BigInteger above 2^63 - 1</td></tr>
 * <tr><td>ENUM</td><td>longAt: the 1-based index, 0 the invalid value</td><td>the label</td><td>String</td></tr>
 * <tr><td>SET</td><td>longAt: bit 0 is the first label</td><td>labels joined by commas</td><td>String</td></tr>
 * <tr><td>FLOAT, DOUBLE</td><td>doubleAt (a FLOAT exactly widened)</td><td>shortest digits that give back the same value of 32 or 64 bits</td><td>Float, Double</td></tr>
 * <tr><td>DECIMAL</td><td>decimalAt</td><td>exactly {@code scale} digits after the point</td><td>BigDecimal</td></tr>
 * <tr><td>DATE</td><td>longAt, dateTimeAt: {@link TemporalBits}</td><td>{@code 2020-02-29}, {@code 0000-00-00}</td><td>LocalDate, or String where it is no date</td></tr>
 * <tr><td>DATETIME</td><td>longAt, dateTimeAt: {@link TemporalBits}</td><td>as declared fsp digits</td><td>LocalDateTime, or String where it is no date</td></tr>
 * <tr><td>TIMESTAMP</td><td>longAt: microseconds since 1970 in UTC, {@link TemporalBits#ZERO_TIMESTAMP} for the zero value; instantAt</td><td>in UTC, as DATETIME</td><td>Instant, or String for the zero value</td></tr>
 * <tr><td>TIME</td><td>longAt: signed microseconds</td><td>{@code -838:59:59.000000} with fsp digits</td><td>Duration</td></tr>
 * <tr><td>CHAR, VARCHAR, TEXT types</td><td>bytesAt: as stored, in {@link Column#charset()}</td><td>the characters, in UTF-8</td><td>String</td></tr>
 * <tr><td>BINARY, VARBINARY, BLOB types</td><td>bytesAt; a BINARY is padded to its length</td><td>{@code write}: the bytes; {@code textAt}: each byte as the character of its number</td><td>ByteBuffer</td></tr>
 * <tr><td>GEOMETRY</td><td>bytesAt: 4 bytes SRID, then WKB</td><td>as BLOB</td><td>ByteBuffer</td></tr>
 * <tr><td>JSON</td><td>bytesAt: its text in UTF-8</td><td>the text as the server prints it</td><td>String</td></tr>
 * </table>
 *
 * <p><i>Threads:</i> immutable; any thread. Valid as long as it is referenced: the batch owns its
 * bytes, which are never reused while reachable.
 */
public interface Row {
  /** Returns whether the column is SQL NULL; an absent column is not. */
  boolean isNull(int column);

  /**
   * Returns whether the log has the column in this image; with minimal row images it may not.
   * Absent is not NULL.
   */
  boolean isPresent(int column);

  /** Returns the value as 64 bits. */
  long longAt(int column);

  /** Returns the value as a floating point number. */
  double doubleAt(int column);

  /** Returns the exact value with the declared scale. */
  BigDecimal decimalAt(int column);

  /**
   * Returns the date and time of a DATE or DATETIME.
   *
   * @throws java.time.DateTimeException where the value is no date, such as {@code 0000-00-00};
   *     {@link #longAt} can read those
   */
  LocalDateTime dateTimeAt(int column);

  /**
   * Returns the instant of a TIMESTAMP.
   *
   * @throws java.time.DateTimeException for the zero value
   */
  Instant instantAt(int column);

  /** Returns the bytes; read-only, not shared with anybody's position. */
  ByteBuffer bytesAt(int column);

  /** Returns the value as text; every type has one. */
  CharSequence textAt(int column);

  /**
   * Appends the value's bytes: its text in UTF-8, for binary types and GEOMETRY the bytes
   * themselves. Allocates nothing.
   */
  void write(int column, ByteSink out);

  /**
   * Returns the value as an object, or null for SQL NULL: convenient, boxing. The table above says
   * which type.
   */
  @Nullable Object valueAt(int column);

  /** Returns a copy that keeps nothing else alive. */
  Row detached();
}
