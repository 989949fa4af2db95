package io.millrace.core.codec.debezium;

import io.millrace.api.event.Column;
import io.millrace.api.event.ColumnType;
import io.millrace.core.text.JsonText;
import java.util.Locale;

/** The types of columns in Debezium's words. */
final class FieldTypes {
  private FieldTypes() {}

  /** Returns the type that Kafka Connect has for a column's values. */
  static String plain(Column column) {
    boolean unsigned = column.unsigned() || column.zerofill();
    return switch (column.type()) {
      case TINYINT -> "int16";
      case SMALLINT -> unsigned ? "int32" : "int16";
      case MEDIUMINT, DATE, YEAR -> "int32";
      case INT -> unsigned ? "int64" : "int32";
      case BIGINT, DATETIME, TIME -> "int64";
      case FLOAT -> "float";
      case DOUBLE, DECIMAL -> "double";
      case BIT -> column.length() <= 1 ? "boolean" : "bytes";
      case TIMESTAMP, CHAR, VARCHAR, TINYTEXT, TEXT, MEDIUMTEXT, LONGTEXT, ENUM, SET, JSON ->
          "string";
      case BINARY, VARBINARY, TINYBLOB, BLOB, MEDIUMBLOB, LONGBLOB, GEOMETRY -> "bytes";
    };
  }

  /** Returns the members that tell what the values mean, each with a comma in front. */
  static String semantic(Column column) {
    return switch (column.type()) {
      case DATE -> named("io.debezium.time.Date", "");
      case YEAR -> named("io.debezium.time.Year", "");
      case TIME -> named("io.debezium.time.MicroTime", "");
      case TIMESTAMP -> named("io.debezium.time.ZonedTimestamp", "");
      case DATETIME ->
          named("io.debezium.time." + (column.scale() <= 3 ? "Timestamp" : "MicroTimestamp"), "");
      case JSON -> named("io.debezium.data.Json", "");
      case ENUM -> named("io.debezium.data.Enum", parameter("allowed", labels(column)));
      case SET -> named("io.debezium.data.EnumSet", parameter("allowed", labels(column)));
      case BIT ->
          column.length() <= 1
              ? ""
              : named(
                  "io.debezium.data.Bits", parameter("length", Integer.toString(column.length())));
      default -> "";
    };
  }

  private static String named(String name, String parameters) {
    return ",\"name\":\"" + name + "\",\"version\":1" + parameters;
  }

  private static String parameter(String name, String value) {
    return ",\"parameters\":{\"" + name + "\":" + JsonText.string(value) + "}";
  }

  private static String labels(Column column) {
    return String.join(",", column.labels().stream().map(l -> l.replace(",", "\\,")).toList());
  }

  /** Returns TiDB's word. */
  static String tidbType(Column column) {
    String unsigned = column.unsigned() || column.zerofill() ? " UNSIGNED" : "";
    return switch (column.type()) {
      case TINYINT, SMALLINT, MEDIUMINT, INT -> "INT" + unsigned;
      case BIGINT -> "BIGINT" + unsigned;
      case CHAR, VARCHAR, TINYTEXT, TEXT, MEDIUMTEXT, LONGTEXT -> "TEXT";
      case BINARY, VARBINARY, TINYBLOB, BLOB, MEDIUMBLOB, LONGBLOB, GEOMETRY -> "BLOB";
      default -> column.type().name();
    };
  }

  /** Returns the word of MySQL in upper case, with UNSIGNED and ZEROFILL. */
  static String mysqlType(Column column) {
    boolean number =
        column.type().family() == ColumnType.Family.INTEGER
            || column.type().family() == ColumnType.Family.FLOATING
            || column.type().family() == ColumnType.Family.DECIMAL;
    String name = column.type().name().toUpperCase(Locale.ROOT);
    if (!number || !(column.unsigned() || column.zerofill())) {
      return name;
    }
    return name + (column.zerofill() ? " UNSIGNED ZEROFILL" : " UNSIGNED");
  }

  /** Returns the number in {@code java.sql.Types}, as Debezium's MySQL connector has it. */
  static int jdbcType(Column column) {
    return switch (column.type()) {
      case TINYINT, SMALLINT -> 5;
      case MEDIUMINT, INT, YEAR -> 4;
      case BIGINT -> -5;
      case FLOAT -> 6;
      case DOUBLE -> 8;
      case DECIMAL -> 3;
      case DATE -> 91;
      case TIME -> 92;
      case DATETIME -> 93;
      case TIMESTAMP -> 2014;
      case CHAR, ENUM, SET -> 1;
      case VARCHAR, TINYTEXT, TEXT, MEDIUMTEXT, LONGTEXT -> 12;
      case BINARY -> -2;
      case VARBINARY -> -3;
      case TINYBLOB, BLOB, MEDIUMBLOB, LONGBLOB -> 2004;
      case BIT -> -7;
      case JSON, GEOMETRY -> 1111;
    };
  }
}
