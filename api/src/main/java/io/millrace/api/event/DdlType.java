package io.millrace.api.event;

import java.util.Optional;

/**
 * The type of a schema change, numbered as TiDB does.
 *
 * <p><i>Source:</i> TiDB's action types; the numbers appear in open protocol and decide the words
 * of other protocols.
 */
public enum DdlType {
  /** No statement: a table that passes the filter and was not known is met for the first time. */
  ADOPT_TABLE(0),
  /** A statement that is none of those below. */
  OTHER(-1),
  /** CREATE DATABASE. */
  CREATE_SCHEMA(1),
  /** DROP DATABASE. */
  DROP_SCHEMA(2),
  /** CREATE TABLE. */
  CREATE_TABLE(3),
  /** DROP TABLE. */
  DROP_TABLE(4),
  /** ALTER TABLE ... ADD COLUMN, one. */
  ADD_COLUMN(5),
  /** ALTER TABLE ... DROP COLUMN, one. */
  DROP_COLUMN(6),
  /** CREATE INDEX, ADD INDEX. */
  ADD_INDEX(7),
  /** DROP INDEX. */
  DROP_INDEX(8),
  /** ADD FOREIGN KEY. */
  ADD_FOREIGN_KEY(9),
  /** DROP FOREIGN KEY. */
  DROP_FOREIGN_KEY(10),
  /** TRUNCATE TABLE. */
  TRUNCATE_TABLE(11),
  /** MODIFY, CHANGE COLUMN. */
  MODIFY_COLUMN(12),
  /** AUTO_INCREMENT=n. */
  REBASE_AUTO_ID(13),
  /** RENAME of one table. */
  RENAME_TABLE(14),
  /** ALTER COLUMN ... SET or DROP DEFAULT. */
  SET_DEFAULT_VALUE(15),
  /** COMMENT= of a table. */
  MODIFY_TABLE_COMMENT(17),
  /** RENAME INDEX. */
  RENAME_INDEX(18),
  /** ADD PARTITION. */
  ADD_TABLE_PARTITION(19),
  /** DROP PARTITION. */
  DROP_TABLE_PARTITION(20),
  /** CREATE VIEW. */
  CREATE_VIEW(21),
  /** CHARSET, COLLATE, CONVERT TO of a table. */
  MODIFY_TABLE_CHARSET_AND_COLLATE(22),
  /** TRUNCATE PARTITION. */
  TRUNCATE_TABLE_PARTITION(23),
  /** DROP VIEW. */
  DROP_VIEW(24),
  /** RECOVER TABLE (TiDB). */
  RECOVER_TABLE(25),
  /** ALTER DATABASE. */
  MODIFY_SCHEMA_CHARSET_AND_COLLATE(26),
  /** ADD PRIMARY KEY. */
  ADD_PRIMARY_KEY(32),
  /** DROP PRIMARY KEY. */
  DROP_PRIMARY_KEY(33),
  /** CREATE SEQUENCE. */
  CREATE_SEQUENCE(34),
  /** ALTER SEQUENCE. */
  ALTER_SEQUENCE(35),
  /** DROP SEQUENCE. */
  DROP_SEQUENCE(36),
  /** ADD COLUMN, several. */
  ADD_COLUMNS(37),
  /** DROP COLUMN, several. */
  DROP_COLUMNS(38),
  /** ALTER INDEX ... VISIBLE or INVISIBLE. */
  ALTER_INDEX_VISIBILITY(41),
  /** EXCHANGE PARTITION. */
  EXCHANGE_TABLE_PARTITION(42),
  /** ADD CHECK. */
  ADD_CHECK_CONSTRAINT(43),
  /** DROP CHECK. */
  DROP_CHECK_CONSTRAINT(44),
  /** ALTER CHECK. */
  ALTER_CHECK_CONSTRAINT(45),
  /** RENAME of several tables. */
  RENAME_TABLES(47),
  /** Several kinds of change in one ALTER TABLE. */
  MULTI_SCHEMA_CHANGE(61),
  /** REORGANIZE PARTITION. */
  REORGANIZE_PARTITION(64),
  /** TTL changed (TiDB). */
  ALTER_TTL_INFO(65),
  /** TTL removed (TiDB). */
  ALTER_TTL_REMOVE(67),
  /** PARTITION BY. */
  ALTER_TABLE_PARTITIONING(71),
  /** REMOVE PARTITIONING. */
  REMOVE_PARTITIONING(72);

  private final int code;

  DdlType(int code) {
    this.code = code;
  }

  /** Returns TiDB's number; 0 and -1 are Millrace's own. */
  public int code() {
    return code;
  }

  /** Returns the type of a number, or empty. */
  public static Optional<DdlType> of(int code) {
    for (DdlType type : values()) {
      if (type.code == code) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }
}
