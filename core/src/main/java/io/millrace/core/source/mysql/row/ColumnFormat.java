package io.millrace.core.source.mysql.row;

import io.millrace.api.event.Column;
import io.millrace.api.event.ColumnType;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** How the values of one column are read: its layout together with its definition. */
final class ColumnFormat {
  final Wire wire;
  final int size;
  final int length;
  final int scale;
  final boolean unsigned;

  /** Whether the value is bytes, not characters. */
  final boolean binary;

  final CharsetText text;
  final List<String> labels;
  final byte[][] labelBytes;
  final String name;

  ColumnFormat(WireType type, Column column) {
    wire = type.wire();
    size = type.size();
    length = type.length();
    scale = type.scale();
    unsigned = column.unsigned();
    binary = column.type().family() == ColumnType.Family.BINARY;
    text = CharsetText.of(column.charset().orElse("binary"));
    labels = column.labels();
    labelBytes =
        labels.stream().map(l -> l.getBytes(StandardCharsets.UTF_8)).toArray(byte[][]::new);
    name = column.name();
  }

  /** Returns the type of a column of this layout; {@code charset} tells text from bytes. */
  static ColumnType columnType(WireType type, Optional<String> charset) {
    boolean bytes = charset.filter("binary"::equals).isPresent();
    return switch (type.wire()) {
      case INTEGER ->
          switch (type.code()) {
            case 1 -> ColumnType.TINYINT;
            case 2 -> ColumnType.SMALLINT;
            case 9 -> ColumnType.MEDIUMINT;
            case 3 -> ColumnType.INT;
            default -> ColumnType.BIGINT;
          };
      case FLOAT -> ColumnType.FLOAT;
      case DOUBLE -> ColumnType.DOUBLE;
      case DECIMAL -> ColumnType.DECIMAL;
      case BIT -> ColumnType.BIT;
      case YEAR -> ColumnType.YEAR;
      case DATE -> ColumnType.DATE;
      case OLD_TIME, TIME -> ColumnType.TIME;
      case OLD_DATETIME, DATETIME -> ColumnType.DATETIME;
      case OLD_TIMESTAMP, TIMESTAMP -> ColumnType.TIMESTAMP;
      case STRING -> bytes ? ColumnType.BINARY : ColumnType.CHAR;
      case VARCHAR, COMPRESSED_VARCHAR -> bytes ? ColumnType.VARBINARY : ColumnType.VARCHAR;
      case BLOB, COMPRESSED_BLOB ->
          switch (type.length()) {
            case 1 -> bytes ? ColumnType.TINYBLOB : ColumnType.TINYTEXT;
            case 2 -> bytes ? ColumnType.BLOB : ColumnType.TEXT;
            case 3 -> bytes ? ColumnType.MEDIUMBLOB : ColumnType.MEDIUMTEXT;
            default -> bytes ? ColumnType.LONGBLOB : ColumnType.LONGTEXT;
          };
      case ENUM -> ColumnType.ENUM;
      case SET -> ColumnType.SET;
      case JSON -> ColumnType.JSON;
      case GEOMETRY -> ColumnType.GEOMETRY;
    };
  }

  /** Returns {@link Column#length()} of a column of this layout. */
  static int columnLength(WireType type, Optional<String> charset) {
    return switch (type.wire()) {
      case STRING, VARCHAR, COMPRESSED_VARCHAR ->
          type.length() / CharsetText.maxBytes(charset.orElse("binary"));
      case BIT, DECIMAL -> type.length();
      default -> 0;
    };
  }
}
