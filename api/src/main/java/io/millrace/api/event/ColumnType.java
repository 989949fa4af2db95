package io.millrace.api.event;

/**
 * The type of a column, told apart as MySQL's definitions do: TEXT from BLOB, BINARY from CHAR.
 *
 * <p><i>Source:</i> MySQL 8.0 column types; codes as in TiDB's {@code mysql} package.
 */
public enum ColumnType {
  /** TINYINT, BOOL. */
  TINYINT(1, Family.INTEGER),
  /** SMALLINT. */
  SMALLINT(2, Family.INTEGER),
  /** MEDIUMINT. */
  MEDIUMINT(9, Family.INTEGER),
  /** INT. */
  INT(3, Family.INTEGER),
  /** BIGINT. */
  BIGINT(8, Family.INTEGER),
  /** FLOAT. */
  FLOAT(4, Family.FLOATING),
  /** DOUBLE. */
  DOUBLE(5, Family.FLOATING),
  /** DECIMAL. */
  DECIMAL(246, Family.DECIMAL),
  /** BIT(n). */
  BIT(16, Family.BITS),
  /** YEAR. */
  YEAR(13, Family.INTEGER),
  /** DATE. */
  DATE(10, Family.TEMPORAL),
  /** TIME(fsp). */
  TIME(11, Family.TEMPORAL),
  /** DATETIME(fsp). */
  DATETIME(12, Family.TEMPORAL),
  /** TIMESTAMP(fsp). */
  TIMESTAMP(7, Family.TEMPORAL),
  /** CHAR(n). */
  CHAR(254, Family.CHARACTER),
  /** VARCHAR(n). */
  VARCHAR(15, Family.CHARACTER),
  /** TINYTEXT. */
  TINYTEXT(249, Family.CHARACTER),
  /** TEXT. */
  TEXT(252, Family.CHARACTER),
  /** MEDIUMTEXT. */
  MEDIUMTEXT(250, Family.CHARACTER),
  /** LONGTEXT. */
  LONGTEXT(251, Family.CHARACTER),
  /** BINARY(n). */
  BINARY(254, Family.BINARY),
  /** VARBINARY(n). */
  VARBINARY(15, Family.BINARY),
  /** TINYBLOB. */
  TINYBLOB(249, Family.BINARY),
  /** BLOB. */
  BLOB(252, Family.BINARY),
  /** MEDIUMBLOB. */
  MEDIUMBLOB(250, Family.BINARY),
  /** LONGBLOB. */
  LONGBLOB(251, Family.BINARY),
  /** ENUM. */
  ENUM(247, Family.LABELS),
  /** SET. */
  SET(248, Family.LABELS),
  /** JSON. */
  JSON(245, Family.JSON),
  /** GEOMETRY and its kin. */
  GEOMETRY(255, Family.BINARY);

  private final int code;
  private final Family family;

  ColumnType(int code, Family family) {
    this.code = code;
    this.family = family;
  }

  /** Returns the protocol number of the type, as open protocol prints it. */
  public int code() {
    return code;
  }

  /** Returns what the type's values have in common. */
  public Family family() {
    return family;
  }

  /** Groups of types whose values are read alike. */
  public enum Family {
    /** Whole numbers. */
    INTEGER,
    /** FLOAT and DOUBLE. */
    FLOATING,
    /** DECIMAL. */
    DECIMAL,
    /** BIT. */
    BITS,
    /** Dates and times. */
    TEMPORAL,
    /** Character strings with a charset. */
    CHARACTER,
    /** Byte strings. */
    BINARY,
    /** ENUM and SET. */
    LABELS,
    /** JSON. */
    JSON
  }
}
