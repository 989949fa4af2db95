package io.millrace.core.text;

import io.millrace.api.event.Column;
import io.millrace.api.event.ColumnType;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What protocols say about a column's type: MySQL's name of it, and the number that Canal gives it,
 * of those in {@code java.sql.Types}.
 *
 * <p><i>Source:</i> protocol specification, 5.3, later version.
 */
public final class ColumnTypes {
  private ColumnTypes() {}

  private static boolean isUnsigned(Column column) {
    return column.unsigned() || column.zerofill();
  }

  /** Returns the name without width, such as {@code int unsigned zerofill}. */
  public static String shortName(Column column) {
    return baseName(column) + suffix(column);
  }

  /** Returns the name as a definition has it, such as {@code int(10) unsigned}. */
  public static String fullName(Column column) {
    return baseName(column) + width(column) + suffix(column);
  }

  private static String baseName(Column column) {
    return column.type().name().toLowerCase(Locale.ROOT);
  }

  private static String suffix(Column column) {
    ColumnType.Family family = column.type().family();
    boolean number =
        (family == ColumnType.Family.INTEGER && column.type() != ColumnType.YEAR)
            || family == ColumnType.Family.FLOATING
            || family == ColumnType.Family.DECIMAL;
    if (!number || !isUnsigned(column)) {
      return "";
    }
    return column.zerofill() ? " unsigned zerofill" : " unsigned";
  }

  private static String width(Column column) {
    int length = column.length();
    return switch (column.type()) {
      case TINYINT -> paren(length, isUnsigned(column) ? 3 : 4);
      case SMALLINT -> paren(length, isUnsigned(column) ? 5 : 6);
      case MEDIUMINT -> paren(length, isUnsigned(column) ? 8 : 9);
      case INT -> paren(length, isUnsigned(column) ? 10 : 11);
      case BIGINT -> paren(length, 20);
      case YEAR -> "(4)";
      case BIT, CHAR, BINARY, VARCHAR, VARBINARY -> paren(length, 1);
      case DECIMAL -> "(" + (length == 0 ? 10 : length) + "," + column.scale() + ")";
      case FLOAT, DOUBLE ->
          length > 0 && column.scale() > 0 ? "(" + length + "," + column.scale() + ")" : "";
      case TIME, DATETIME, TIMESTAMP -> column.scale() == 0 ? "" : "(" + column.scale() + ")";
      case ENUM, SET ->
          column.labels().stream()
              .map(label -> "'" + label.replace("'", "''") + "'")
              .collect(Collectors.joining(",", "(", ")"));
      default -> "";
    };
  }

  private static String paren(int length, int otherwise) {
    return "(" + (length > 0 ? length : otherwise) + ")";
  }

  /** Returns the number of a value that is NULL or not large. */
  public static int javaType(Column column) {
    return switch (column.type()) {
      case TINYINT -> -6;
      case SMALLINT -> 5;
      case MEDIUMINT, INT, ENUM -> 4;
      case BIGINT -> -5;
      case FLOAT -> 7;
      case DOUBLE -> 8;
      case DECIMAL -> 3;
      case DATE -> 91;
      case TIME -> 92;
      case DATETIME, TIMESTAMP -> 93;
      case YEAR, VARCHAR, JSON -> 12;
      case CHAR -> 1;
      case TINYTEXT, TEXT, MEDIUMTEXT, LONGTEXT -> 2005;
      case TINYBLOB, BLOB, MEDIUMBLOB, LONGBLOB, BINARY, VARBINARY -> 2004;
      case SET, BIT -> -7;
      case GEOMETRY -> -2;
    };
  }

  /** Returns whether an unsigned column's large values have a number of their own. */
  public static boolean hasLargeType(Column column) {
    return isUnsigned(column)
        && switch (column.type()) {
          case TINYINT, SMALLINT, INT, BIGINT -> true;
          default -> false;
        };
  }

  /** Returns the number of a value of a column that {@link #hasLargeType}. */
  public static int javaType(Column column, long value) {
    return switch (column.type()) {
      case TINYINT -> value > 127 ? 5 : -6;
      case SMALLINT -> value > 32_767 ? 4 : 5;
      case INT -> value > Integer.MAX_VALUE ? -5 : 4;
      case BIGINT -> value < 0 ? 3 : -5;
      default -> javaType(column);
    };
  }
}
