package io.millrace.core.codec.avro;

import io.millrace.api.event.Column;

/** How a column's values are written. <i>Source:</i> protocol specification, 7.2. */
enum AvroType {
  /** A whole number of 32 bits. */
  INT("int"),
  /** A whole number of 64 bits; unsigned ones wrap. */
  LONG("long"),
  /** A number of 32 bits with a point. */
  FLOAT("float"),
  /** A number of 64 bits with a point. */
  DOUBLE("double"),
  /** Text. */
  STRING("string"),
  /** Binary data. */
  BYTES("bytes"),
  /** The bits of a BIT, without leading zero bytes. */
  BITS("bytes"),
  /** An exact number. */
  DECIMAL("bytes");

  private final String word;

  AvroType(String word) {
    this.word = word;
  }

  /** Returns Avro's word. */
  String word() {
    return word;
  }

  static AvroType of(Column column, AvroOptions options) {
    boolean unsigned = column.unsigned() || column.zerofill();
    return switch (column.type()) {
      case TINYINT, SMALLINT, MEDIUMINT, YEAR -> INT;
      case INT -> unsigned ? LONG : INT;
      case BIGINT -> unsigned && options.unsignedAsText() ? STRING : LONG;
      case FLOAT -> FLOAT;
      case DOUBLE -> DOUBLE;
      case DECIMAL -> options.decimalsAsText() ? STRING : DECIMAL;
      case BIT -> BITS;
      case BINARY, VARBINARY, TINYBLOB, BLOB, MEDIUMBLOB, LONGBLOB, GEOMETRY -> BYTES;
      case DATE,
          TIME,
          DATETIME,
          TIMESTAMP,
          CHAR,
          VARCHAR,
          TINYTEXT,
          TEXT,
          MEDIUMTEXT,
          LONGTEXT,
          ENUM,
          SET,
          JSON ->
          STRING;
    };
  }
}
