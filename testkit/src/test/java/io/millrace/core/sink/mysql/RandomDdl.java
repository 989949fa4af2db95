package io.millrace.core.sink.mysql;

import java.util.List;
import java.util.Random;

/**
 * Schema changes of the kinds that databases in use see, also those that online tools make of many
 * statements. Some fail, as those of clients who know nothing of each other do.
 *
 * <p><i>Threads:</i> one.
 */
final class RandomDdl {
  private static final List<String> TYPES =
      List.of(
          "INT",
          "BIGINT UNSIGNED",
          "SMALLINT",
          "DECIMAL(12,3)",
          "DOUBLE",
          "FLOAT",
          "VARCHAR(30)",
          "VARCHAR(60) CHARACTER SET latin1",
          "CHAR(10)",
          "TEXT",
          "VARBINARY(20)",
          "BLOB",
          "DATE",
          "DATETIME(3)",
          "TIMESTAMP(2) NULL",
          "TIME(1)",
          "YEAR",
          "ENUM('a','b','c')",
          "SET('x','y','z')",
          "BIT(9)",
          "JSON");
  private static final String RANGES =
      " PARTITION BY RANGE(id) (PARTITION p0 VALUES LESS THAN (20), PARTITION p1 VALUES LESS THAN"
          + " (40), PARTITION p2 VALUES LESS THAN MAXVALUE)";

  private final Random random;
  private final boolean portable;

  /**
   * Creates a generator.
   *
   * @param portable whether MySQL and MariaDB have to take them alike, with the same effect on rows
   */
  RandomDdl(Random random, boolean portable) {
    this.random = random;
    this.portable = portable;
  }

  /** Returns a statement that makes a table. */
  String create(String name) {
    StringBuilder sql = new StringBuilder("CREATE TABLE ").append(name).append("(id INT NOT NULL");
    int columns = 1 + random.nextInt(4);
    for (int i = 0; i < columns; i++) {
      sql.append(", c").append(i).append(' ').append(type());
    }
    switch (random.nextInt(10)) {
      case 0 -> sql.append(")");
      case 1 -> sql.append(", u INT, UNIQUE KEY uk(u), KEY(id))");
      case 2 -> sql.append(", PRIMARY KEY(id))").append(RANGES);
      case 3 -> sql.append(", PRIMARY KEY(id)) PARTITION BY HASH(id) PARTITIONS 3");
      case 4 -> sql.append(", n INT NOT NULL AUTO_INCREMENT, KEY(n), PRIMARY KEY(id))");
      default -> sql.append(", PRIMARY KEY(id))");
    }
    return sql.toString();
  }

  /**
   * Returns the statements of one change, to be run in order.
   *
   * @param other another table
   * @param free a name that is perhaps no table's
   */
  List<String> change(LiveTable table, String other, String free) {
    String name = table.name();
    String alter = "ALTER TABLE " + name + " ";
    String column = table.anyColumn(random);
    return switch (random.nextInt(34)) {
      case 0, 1, 2, 3 -> List.of(alter + addColumn(table));
      case 4, 5 -> List.of(alter + "DROP COLUMN " + column);
      case 6 ->
          List.of(alter + "MODIFY COLUMN " + column + " " + modified(table, column) + place(table));
      case 7 ->
          List.of(
              alter
                  + "CHANGE COLUMN "
                  + column
                  + " "
                  + newColumn()
                  + " "
                  + modified(table, column));
      case 8 -> List.of(alter + "RENAME COLUMN " + column + " TO " + newColumn());
      case 9 -> List.of(alter + "ADD INDEX ix" + random.nextInt(3) + "(" + column + ", id)");
      case 10 -> List.of("CREATE INDEX ix" + random.nextInt(3) + " ON " + name + "(id)");
      case 11 -> List.of("DROP INDEX ix" + random.nextInt(3) + " ON " + name);
      case 12 -> List.of(alter + "RENAME INDEX ix0 TO ix" + (1 + random.nextInt(2)));
      case 13 -> List.of(alter + "ADD UNIQUE KEY uk" + random.nextInt(2) + "(" + column + ")");
      case 14 ->
          List.of(
              alter + "DROP INDEX uk" + random.nextInt(2) + ", ADD COLUMN " + newColumn() + " INT");
      case 15 -> List.of("RENAME TABLE " + name + " TO " + free);
      case 16 -> List.of(swap(name, other));
      case 17 -> ghost(table);
      case 18 -> withTriggers(table);
      case 19 -> List.of("TRUNCATE TABLE " + name);
      case 20 -> List.of("DROP TABLE " + name, create(name));
      case 21 ->
          List.of(
              "CREATE TABLE " + free + " LIKE " + name,
              "INSERT INTO " + free + " SELECT * FROM " + name);
      case 22 ->
          List.of(
              "CREATE TABLE " + free + "(PRIMARY KEY(id)) SELECT id, " + column + " FROM " + name);
      case 23, 24, 25 -> partitions(table);
      case 26 ->
          List.of(
              alter
                  + "ADD COLUMN g"
                  + random.nextInt(2)
                  + " INT AS (id * 2 + 1) "
                  + (random.nextBoolean() ? "STORED" : "VIRTUAL"));
      case 27 -> List.of(alter + "DROP COLUMN g" + random.nextInt(2));
      case 28 ->
          List.of("CREATE OR REPLACE VIEW v" + random.nextInt(4) + " AS SELECT id FROM " + name);
      case 29 -> List.of("DROP VIEW v" + random.nextInt(4));
      case 30 -> List.of(alter + "DROP PRIMARY KEY");
      case 31 -> List.of(alter + "ADD PRIMARY KEY(id)");
      case 32 -> List.of("DROP TABLE IF EXISTS " + name + ", absent");
      default -> List.of(alter + option());
    };
  }

  private String type() {
    String type = TYPES.get(random.nextInt(TYPES.size()));
    boolean number = type.matches("INT|BIGINT.*|SMALLINT|DECIMAL.*|DOUBLE");
    boolean text = type.matches("VARCHAR.*|CHAR.*");
    int how = random.nextInt(4);
    if (how == 0 && number) {
      return type + " NOT NULL DEFAULT 7";
    }
    if (how == 0 && text) {
      return type + " NOT NULL DEFAULT 'it''s'";
    }
    if (how == 1 && type.startsWith("DATETIME")) {
      return type + " DEFAULT CURRENT_TIMESTAMP(3)";
    }
    return how == 2 ? type + " COMMENT 'a \"b\" `c` -- d'" : type;
  }

  private String newColumn() {
    return "c" + random.nextInt(9);
  }

  private String place(LiveTable table) {
    return switch (random.nextInt(4)) {
      case 0 -> " FIRST";
      case 1 -> " AFTER " + table.anyColumn(random);
      default -> "";
    };
  }

  private String addColumn(LiveTable table) {
    return switch (random.nextInt(4)) {
      case 0 -> "ADD COLUMN " + newColumn() + " " + type() + ", ALGORITHM=INSTANT";
      case 1 -> "ADD (" + newColumn() + " " + type() + ", " + newColumn() + " " + type() + ")";
      default -> "ADD COLUMN " + newColumn() + " " + type() + place(table);
    };
  }

  /** Returns a new type of a column; to any other only where the same server converts twice. */
  private String modified(LiveTable table, String column) {
    if (!portable) {
      return type();
    }
    return switch (table.type(column)) {
      case "int", "smallint" -> "BIGINT";
      case "varchar", "char" -> "VARCHAR(120)";
      case "decimal" -> "DECIMAL(20,3)";
      case "float", "double" -> "DOUBLE";
      case "varbinary" -> "VARBINARY(50)";
      case "enum" -> "ENUM('a','b','c','d')";
      default -> table.definition(column);
    };
  }

  private String option() {
    return switch (random.nextInt(9)) {
      case 0 -> "COMMENT='changed " + random.nextInt(100) + "'";
      case 1 -> "CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci";
      case 2 -> "ALTER COLUMN " + newColumn() + " SET DEFAULT 5";
      case 3 -> "AUTO_INCREMENT=1000";
      case 4 -> "ADD CONSTRAINT positive CHECK (id >= 0)";
      case 5 -> "DROP CONSTRAINT positive";
      case 6 -> "ENGINE=InnoDB";
      case 7 -> "ROW_FORMAT=" + (random.nextBoolean() ? "COMPACT" : "DYNAMIC");
      default -> "ENGINE=InnoDB, ADD COLUMN " + newColumn() + " INT, DROP COLUMN " + newColumn();
    };
  }

  private static String swap(String a, String b) {
    return "RENAME TABLE " + a + " TO swapped, " + b + " TO " + a + ", swapped TO " + b;
  }

  /** As gh-ost does it: a copy with the new definition takes the table's place. */
  private List<String> ghost(LiveTable table) {
    String copy = "_" + table.name() + "_gho";
    String old = "_" + table.name() + "_del";
    return List.of(
        "CREATE TABLE " + copy + " LIKE " + table.name(),
        "ALTER TABLE " + copy + " ADD COLUMN " + newColumn() + " " + type(),
        "INSERT IGNORE INTO "
            + copy
            + "("
            + table.writable()
            + ") SELECT "
            + table.writable()
            + " FROM "
            + table.name(),
        "RENAME TABLE " + table.name() + " TO " + old + ", " + copy + " TO " + table.name(),
        "DROP TABLE " + old);
  }

  /** As pt-online-schema-change does it: triggers keep the copy up to date meanwhile. */
  private List<String> withTriggers(LiveTable table) {
    String copy = "_" + table.name() + "_new";
    String old = "_" + table.name() + "_old";
    String columns = table.writable();
    return List.of(
        "CREATE TABLE " + copy + " LIKE " + table.name(),
        "ALTER TABLE " + copy + " ADD COLUMN " + newColumn() + " " + type(),
        "CREATE TRIGGER d_"
            + table.name()
            + " AFTER DELETE ON "
            + table.name()
            + " FOR EACH ROW DELETE IGNORE FROM "
            + copy
            + " WHERE id = OLD.id",
        "CREATE TRIGGER i_"
            + table.name()
            + " AFTER INSERT ON "
            + table.name()
            + " FOR EACH ROW REPLACE INTO "
            + copy
            + "(id) VALUES (NEW.id)",
        "INSERT IGNORE INTO "
            + copy
            + "("
            + columns
            + ") SELECT "
            + columns
            + " FROM "
            + table.name(),
        "RENAME TABLE " + table.name() + " TO " + old + ", " + copy + " TO " + table.name(),
        "DROP TABLE IF EXISTS " + old);
  }

  private List<String> partitions(LiveTable table) {
    String alter = "ALTER TABLE " + table.name() + " ";
    if (!table.partitioned()) {
      return List.of(
          alter.strip() + (random.nextBoolean() ? RANGES : " PARTITION BY HASH(id) PARTITIONS 2"));
    }
    return switch (random.nextInt(8)) {
      case 0 -> List.of(alter + "ADD PARTITION PARTITIONS 1");
      case 1 -> List.of(alter + "COALESCE PARTITION 1");
      case 2 -> List.of(alter + "TRUNCATE PARTITION p0");
      case 3 -> List.of(alter + "DROP PARTITION p1");
      case 4 ->
          List.of(
              alter
                  + "REORGANIZE PARTITION p2 INTO (PARTITION p3 VALUES LESS THAN (50), PARTITION p2"
                  + " VALUES LESS THAN MAXVALUE)");
      case 5 -> List.of(alter + "REMOVE PARTITIONING");
      case 6 -> List.of(alter + "REBUILD PARTITION p0");
      default ->
          List.of(
              "CREATE TABLE ex_" + table.name() + " LIKE " + table.name(),
              "ALTER TABLE ex_" + table.name() + " REMOVE PARTITIONING",
              "INSERT IGNORE INTO ex_" + table.name() + "(id) VALUES (3), (5)",
              alter + "EXCHANGE PARTITION p0 WITH TABLE ex_" + table.name(),
              "DROP TABLE ex_" + table.name());
    };
  }
}
