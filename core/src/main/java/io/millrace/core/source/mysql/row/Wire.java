package io.millrace.core.source.mysql.row;

/** How a value is laid out in a row image. */
enum Wire {
  INTEGER,
  FLOAT,
  DOUBLE,
  DECIMAL,
  BIT,
  YEAR,
  DATE,
  OLD_TIME,
  OLD_DATETIME,
  OLD_TIMESTAMP,
  TIME,
  DATETIME,
  TIMESTAMP,
  STRING,
  VARCHAR,
  BLOB,
  COMPRESSED_VARCHAR,
  COMPRESSED_BLOB,
  ENUM,
  SET,
  JSON,
  GEOMETRY
}
