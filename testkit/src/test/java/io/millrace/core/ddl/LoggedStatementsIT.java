package io.millrace.core.ddl;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.event.DdlType;
import io.millrace.rig.DbServer;
import io.millrace.rig.MariaDbServer;
import io.millrace.rig.MysqlServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The classifier knows every statement as the servers write it to their logs. */
final class LoggedStatementsIT {
  private static final Pattern WITH_SCHEMA = Pattern.compile("use `([^`]*)`; (.*)", Pattern.DOTALL);

  /** Statements of both servers, each with the type it has in the log; null: none. */
  private static final Object[][] BOTH = {
    {"CREATE TABLE a (i INT PRIMARY KEY, s VARCHAR(20))", DdlType.CREATE_TABLE},
    {"CREATE TABLE `q``x` (i INT)", DdlType.CREATE_TABLE},
    {"CREATE TABLE c LIKE a", DdlType.CREATE_TABLE},
    {"INSERT INTO a VALUES (1, 'x')", null},
    {"CREATE TABLE IF NOT EXISTS sel AS SELECT * FROM a", DdlType.CREATE_TABLE},
    {"CREATE TEMPORARY TABLE tmp (i INT)", null},
    {"DROP TEMPORARY TABLE tmp", null},
    {"ALTER TABLE a ADD COLUMN b INT", DdlType.ADD_COLUMN},
    {"ALTER TABLE a ADD COLUMN (d INT, e INT)", DdlType.ADD_COLUMNS},
    {"ALTER TABLE a DROP COLUMN d, DROP e", DdlType.DROP_COLUMNS},
    {"ALTER TABLE a MODIFY s TEXT", DdlType.MODIFY_COLUMN},
    {"ALTER TABLE a COMMENT 'it''s'", DdlType.MODIFY_TABLE_COMMENT},
    {"ALTER TABLE a ADD INDEX ib (b), ADD COLUMN f INT", DdlType.MULTI_SCHEMA_CHANGE},
    {"CREATE INDEX ic ON a (f)", DdlType.ADD_INDEX},
    {"DROP INDEX ic ON a", DdlType.DROP_INDEX},
    {"ALTER TABLE a ENGINE=InnoDB", DdlType.OTHER},
    {"RENAME TABLE a TO b", DdlType.RENAME_TABLE},
    {"RENAME TABLE b TO a, c TO d", DdlType.RENAME_TABLES},
    {"ALTER TABLE d RENAME TO c", DdlType.RENAME_TABLE},
    {"TRUNCATE c", DdlType.TRUNCATE_TABLE},
    {"CREATE OR REPLACE VIEW v AS SELECT i FROM a", DdlType.CREATE_VIEW},
    {"ALTER VIEW v AS SELECT 1", DdlType.CREATE_VIEW},
    {"DROP VIEW v", DdlType.DROP_VIEW},
    {"CREATE TRIGGER tr BEFORE INSERT ON a FOR EACH ROW SET NEW.b = 1", null},
    {"CREATE PROCEDURE p() BEGIN INSERT INTO a (i) VALUES (7); END", null},
    {"CREATE FUNCTION f() RETURNS INT DETERMINISTIC RETURN 1", null},
    {"CREATE EVENT ev ON SCHEDULE EVERY 1 DAY DISABLE DO DELETE FROM a", null},
    {"CALL p()", null},
    {"DROP EVENT ev", null},
    {"DROP FUNCTION f", null},
    {"DROP PROCEDURE p", null},
    {"DROP TRIGGER tr", null},
    {"CREATE USER u1 IDENTIFIED BY 'pass'", null},
    {"GRANT SELECT ON *.* TO u1", null},
    {"SET PASSWORD FOR u1 = PASSWORD('pass2')", null},
    {"REVOKE SELECT ON *.* FROM u1", null},
    {"RENAME USER u1 TO u2", null},
    {"DROP USER u2", null},
    {"FLUSH TABLES", null},
    {"ANALYZE TABLE a", null},
    {"OPTIMIZE TABLE a", null},
    {"BEGIN", null},
    {"INSERT INTO a (i) VALUES (8)", null},
    {"SAVEPOINT s1", null},
    {"INSERT INTO a (i) VALUES (9)", null},
    {"ROLLBACK TO s1", null},
    {"COMMIT", null},
    {"XA START 'x1', 'b', 3", null},
    {"INSERT INTO a (i) VALUES (10)", null},
    {"XA END 'x1', 'b', 3", null},
    {"XA PREPARE 'x1', 'b', 3", null},
    {"XA COMMIT 'x1', 'b', 3", null},
    {
      "CREATE TABLE part (i INT) PARTITION BY RANGE (i) (PARTITION p0 VALUES LESS THAN (10))",
      DdlType.CREATE_TABLE
    },
    {
      "ALTER TABLE part ADD PARTITION (PARTITION p1 VALUES LESS THAN (20))",
      DdlType.ADD_TABLE_PARTITION
    },
    {"ALTER TABLE part TRUNCATE PARTITION p1", DdlType.TRUNCATE_TABLE_PARTITION},
    {"ALTER TABLE part DROP PARTITION p1", DdlType.DROP_TABLE_PARTITION},
    {"ALTER TABLE part REMOVE PARTITIONING", DdlType.REMOVE_PARTITIONING},
    {"CREATE DATABASE other_db", DdlType.CREATE_SCHEMA},
    {"ALTER DATABASE other_db CHARACTER SET latin1", DdlType.MODIFY_SCHEMA_CHARSET_AND_COLLATE},
    {"DROP DATABASE other_db", DdlType.DROP_SCHEMA},
    {"SET SESSION sql_mode='ANSI_QUOTES'", null},
    {"CREATE TABLE \"ansi\" (\"i\" INT)", DdlType.CREATE_TABLE},
    {"DROP TABLE IF EXISTS \"ansi\", part, nowhere", DdlType.DROP_TABLE},
    {"SET SESSION sql_mode=''", null},
    {"/* why */ DROP TABLE sel", DdlType.DROP_TABLE},
  };

  private static final Object[][] MYSQL = {
    {"ALTER TABLE a ALTER INDEX ib INVISIBLE", DdlType.ALTER_INDEX_VISIBILITY},
    {"ALTER TABLE a RENAME INDEX ib TO ib2", DdlType.RENAME_INDEX},
    {"CREATE ROLE r1", null},
    {"DROP ROLE r1", null},
  };

  private static final Object[][] MARIA_DB = {
    {"CREATE OR REPLACE TABLE rep (i INT)", DdlType.CREATE_TABLE},
    {"CREATE OR REPLACE TABLE rep AS SELECT * FROM a", DdlType.CREATE_TABLE},
    {"CREATE SEQUENCE sq", DdlType.CREATE_SEQUENCE},
    {"ALTER SEQUENCE sq RESTART 50", DdlType.ALTER_SEQUENCE},
    {"DO NEXTVAL(sq)", null},
    {"DROP SEQUENCE sq", DdlType.DROP_SEQUENCE},
    {
      "SET STATEMENT max_statement_time=30 FOR ALTER TABLE rep ADD COLUMN z INT", DdlType.ADD_COLUMN
    },
    {"ALTER TABLE rep ADD SYSTEM VERSIONING", DdlType.OTHER},
    {"ALTER TABLE rep RENAME COLUMN z TO y", DdlType.MODIFY_COLUMN},
  };

  @Test
  void ofMysql() throws SQLException {
    try (DbServer server = MysqlServer.start()) {
      check(server, MYSQL);
    }
  }

  @Test
  void ofMariaDb() throws SQLException {
    try (DbServer server = MariaDbServer.start()) {
      check(server, MARIA_DB);
    }
  }

  private static void check(DbServer server, Object[][] own) throws SQLException {
    String schema = server.freshSchema();
    List<DdlType> expected = new ArrayList<>(List.of(DdlType.CREATE_SCHEMA));
    List<Statement> logged = new ArrayList<>();
    try (Connection connection = server.connection(schema);
        java.sql.Statement statement = connection.createStatement()) {
      for (Object[][] list : List.of(BOTH, own)) {
        for (Object[] pair : list) {
          statement.execute(fitting(server, (String) pair[0]));
          if (pair[1] != null) {
            expected.add((DdlType) pair[1]);
          }
        }
      }
      try (ResultSet files = statement.executeQuery("SHOW BINARY LOGS")) {
        while (files.next()) {
          logged.addAll(logged(server, files.getString(1)));
        }
      }
    }
    assertThat(logged).hasSizeGreaterThan(60);
    assertThat(logged)
        .noneMatch(Statement.Unknown.class::isInstance)
        .noneMatch(Statement.Rows.class::isInstance);
    List<DdlType> types = new ArrayList<>();
    for (Statement each : logged) {
      if (each instanceof Statement.Ddl ddl) {
        types.add(ddl.type());
      }
    }
    assertThat(types).isEqualTo(expected);
  }

  /** MySQL 8 has no PASSWORD(). */
  private static String fitting(DbServer server, String sql) {
    return server.mariaDb() ? sql : sql.replace("PASSWORD('pass2')", "'pass2'");
  }

  private static List<Statement> logged(DbServer server, String file) throws SQLException {
    List<Statement> statements = new ArrayList<>();
    try (Connection connection = server.connection();
        java.sql.Statement statement = connection.createStatement();
        ResultSet events = statement.executeQuery("SHOW BINLOG EVENTS IN '" + file + "'")) {
      while (events.next()) {
        String type = events.getString("Event_type");
        String text = events.getString("Info");
        if (type.equals("Query")) {
          Matcher withSchema = WITH_SCHEMA.matcher(text);
          boolean has = withSchema.matches();
          statements.add(
              DdlClassifier.classify(
                  has ? withSchema.group(2) : text, has ? withSchema.group(1) : ""));
        }
      }
    }
    return statements;
  }
}
