package io.millrace.core.source.mysql;

import io.millrace.api.event.Column;
import io.millrace.api.event.ColumnType;

/**
 * The types with which a user of Flink SQL declares MySQL's columns.
 *
 * <p>Where Flink's type of the same meaning cannot read what a protocol writes, another one stands:
 *
 * <ul>
 *   <li>DECIMAL of more than 38 digits: STRING, for Flink's DECIMAL has 38.
 *   <li>TIME with a fraction: STRING, for Flink's formats cut the fraction off.
 *   <li>Dates and times that are no day or no time of day (zero, 30 February, 838 hours, negative):
 *       Flink's types have none of them. Each such column is read twice: as its type, where only
 *       the values count that the type has, and as STRING, where all do.
 *   <li>Bytes in {@code canal-json}: STRING, one character a byte; Flink's BYTES wants base64.
 *   <li>{@code debezium-json} writes DATE, DATETIME and TIME as numbers of days, milliseconds or
 *       microseconds: INT and BIGINT, from which a user calculates.
 *   <li>BIGINT UNSIGNED in {@code debezium-json}: BIGINT, for the protocol wraps it.
 * </ul>
 */
enum FlinkTypes {
  /** Numbers as digits, bytes as characters. */
  CANAL_JSON,
  /** Numbers, bytes in base64. */
  MAXWELL_JSON,
  /** Numbers, labels, bytes in base64, distances from 1970. */
  DEBEZIUM_JSON;

  /**
   * Returns the type of a column.
   *
   * @param temporal whether dates and times written as text have a type of their own, or STRING
   */
  String of(Column column, boolean temporal) {
    boolean debezium = this == DEBEZIUM_JSON;
    boolean unsigned = column.unsigned() || column.zerofill();
    return switch (column.type()) {
      case TINYINT -> unsigned ? "SMALLINT" : "TINYINT";
      case SMALLINT -> unsigned ? "INT" : "SMALLINT";
      case MEDIUMINT, YEAR -> "INT";
      case INT -> unsigned ? "BIGINT" : "INT";
      case BIGINT -> unsigned && !debezium ? "DECIMAL(20, 0)" : "BIGINT";
      case FLOAT -> "FLOAT";
      case DOUBLE -> "DOUBLE";
      case DECIMAL ->
          column.length() > 38
              ? "STRING"
              : "DECIMAL(" + column.length() + ", " + column.scale() + ")";
      case BIT -> debezium ? column.length() == 1 ? "BOOLEAN" : "BYTES" : bits(column.length());
      case ENUM -> debezium ? "STRING" : "INT";
      case SET -> debezium ? "STRING" : bits(column.labels().size());
      case DATE -> debezium ? "INT" : temporal ? "DATE" : "STRING";
      case TIME -> debezium ? "BIGINT" : temporal && column.scale() == 0 ? "TIME(0)" : "STRING";
      case DATETIME ->
          debezium ? "BIGINT" : temporal ? "TIMESTAMP(" + column.scale() + ")" : "STRING";
      case TIMESTAMP ->
          temporal ? (debezium ? "TIMESTAMP_LTZ(" : "TIMESTAMP(") + column.scale() + ")" : "STRING";
      case CHAR, VARCHAR, TINYTEXT, TEXT, MEDIUMTEXT, LONGTEXT, JSON -> "STRING";
      case BINARY, VARBINARY, TINYBLOB, BLOB, MEDIUMBLOB, LONGBLOB, GEOMETRY ->
          this == CANAL_JSON ? "STRING" : "BYTES";
    };
  }

  private static String bits(int count) {
    return count < 64 ? "BIGINT" : "DECIMAL(20, 0)";
  }

  /** Returns whether a column has one of Flink's types of dates and times. */
  boolean isTemporal(Column column) {
    return column.type().family() == ColumnType.Family.TEMPORAL
        && !of(column, true).equals(of(column, false));
  }
}
