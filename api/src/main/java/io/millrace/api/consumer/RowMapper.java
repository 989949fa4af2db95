package io.millrace.api.consumer;

import io.millrace.api.event.Row;
import io.millrace.api.event.RowChange;
import io.millrace.api.event.TableSchema;
import java.lang.invoke.MethodHandles;

/**
 * Makes objects of rows.
 *
 * <p><i>Threads:</i> any.
 */
@FunctionalInterface
public interface RowMapper<T> {
  /**
   * Returns a row as an object.
   *
   * @param table the definition of the row's table
   */
  T map(TableSchema table, Row row);

  /**
   * Returns the row after a change.
   *
   * @throws IllegalStateException for a delete
   */
  default T after(RowChange change) {
    return map(change.table(), change.after());
  }

  /**
   * Returns the row before a change.
   *
   * @throws IllegalStateException for an insert
   */
  default T before(RowChange change) {
    return map(change.table(), change.before());
  }

  /**
   * Returns a mapper to a record: each component gets the value of the column of its name, where
   * neither case nor underscores count ({@code customerId} is {@code customer_id}). Columns without
   * a component are left out. How is decided once per definition of a table.
   *
   * <table>
   * <caption>What a component may be</caption>
   * <tr><th>component</th><th>column</th></tr>
   * <tr><td>byte, short, int, long and their boxes</td><td>integers, YEAR, BIT; also ENUM and SET, as {@link Row#longAt} has them. A value that does not fit is refused</td></tr>
   * <tr><td>BigInteger</td><td>integers, YEAR, BIT</td></tr>
   * <tr><td>boolean, Boolean</td><td>integers, BIT: whether it is not 0</td></tr>
   * <tr><td>double, Double</td><td>FLOAT, DOUBLE</td></tr>
   * <tr><td>float, Float</td><td>FLOAT</td></tr>
   * <tr><td>BigDecimal</td><td>DECIMAL, integers, YEAR</td></tr>
   * <tr><td>String</td><td>every type, as {@link Row#textAt} has it</td></tr>
   * <tr><td>an enum</td><td>ENUM and character types: the constant that is named so, whatever its case</td></tr>
   * <tr><td>LocalDate, LocalDateTime</td><td>DATE; DATE, DATETIME</td></tr>
   * <tr><td>Instant</td><td>TIMESTAMP</td></tr>
   * <tr><td>Duration</td><td>TIME</td></tr>
   * <tr><td>ByteBuffer, byte[]</td><td>binary types, GEOMETRY; character types as stored; JSON in UTF-8</td></tr>
   * <tr><td>Object</td><td>every type, as {@link Row#valueAt} has it</td></tr>
   * </table>
   *
   * <p>SQL NULL is null. Mapping throws {@link RowMappingException}, naming column and type, where
   * a component has no column or none of a type that fits, where NULL meets a primitive, where a
   * value does not fit, and where the image does not have the column (minimal row images).
   *
   * @param type a record that reflection may reach: of a package that is open to this module, where
   *     the program runs on the module path
   * @throws IllegalArgumentException if the constructor cannot be reached, or a component is of no
   *     type of the table
   */
  static <T extends Record> RowMapper<T> of(Class<T> type) {
    return RecordMapper.of(type, RecordMapper.reachable(type));
  }

  /**
   * Returns a mapper as {@link #of(Class)} for a record that only its own module or class sees.
   *
   * @param caller {@link MethodHandles#lookup()}, called where the record can be seen
   */
  static <T extends Record> RowMapper<T> of(MethodHandles.Lookup caller, Class<T> type) {
    return RecordMapper.of(type, RecordMapper.seenBy(caller, type));
  }
}
