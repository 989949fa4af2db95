package io.millrace.testkit.codec;

import io.millrace.api.event.ColumnType;
import io.millrace.api.event.TableSchema;
import io.millrace.testkit.event.TableBuilder;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.List;

/** A table with a column of one type, and two of that column's values. */
record EveryType(ColumnType type, TableSchema table, Object first, Object second) {
  /** Returns one of each type. */
  static List<EveryType> all() {
    return Arrays.stream(ColumnType.values()).map(EveryType::of).toList();
  }

  private static EveryType of(ColumnType type) {
    TableSchema table =
        TableBuilder.table("shop.types")
            .column("id", ColumnType.VARCHAR)
            .column("c", type)
            .primaryKey("id")
            .build();
    return switch (type) {
      case YEAR -> new EveryType(type, table, 1999, 2026);
      case FLOAT, DOUBLE -> new EveryType(type, table, 0.5, -2.25);
      case DECIMAL -> new EveryType(type, table, new BigDecimal("12.34"), new BigDecimal("-12.34"));
      case DATE -> new EveryType(type, table, LocalDate.of(2024, 2, 29), LocalDate.of(2024, 2, 28));
      case TIME -> new EveryType(type, table, Duration.ofMillis(1_500), Duration.ofHours(-30));
      case DATETIME ->
          new EveryType(
              type,
              table,
              LocalDateTime.of(2024, 2, 29, 1, 2, 3),
              LocalDateTime.of(2024, 2, 29, 1, 2, 3, 1_000));
      case TIMESTAMP ->
          new EveryType(type, table, Instant.ofEpochSecond(5), Instant.ofEpochSecond(6));
      case ENUM -> new EveryType(type, table, "a", "c");
      case SET -> new EveryType(type, table, "a,c", "b");
      case JSON -> new EveryType(type, table, "{\"a\": 1}", "{\"a\": 2}");
      case GEOMETRY -> new EveryType(type, table, point(1), point(2));
      case CHAR, VARCHAR, TINYTEXT, TEXT, MEDIUMTEXT, LONGTEXT ->
          new EveryType(type, table, "z\u00fcrich, \"1\"\n\\", "z\u00fcrich, \"1\"\n/");
      case BINARY, VARBINARY, TINYBLOB, BLOB, MEDIUMBLOB, LONGBLOB ->
          new EveryType(type, table, new byte[] {0, -1, 65}, new byte[] {0, -1, 66});
      default -> new EveryType(type, table, 1, 2);
    };
  }

  /** Returns the SRID 0 and a point in well-known binary. */
  private static byte[] point(double x) {
    return ByteBuffer.allocate(25)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(0)
        .put((byte) 1)
        .putInt(1)
        .putDouble(x)
        .putDouble(0)
        .array();
  }
}
