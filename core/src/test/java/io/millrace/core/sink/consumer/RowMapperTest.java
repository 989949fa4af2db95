package io.millrace.core.sink.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.TableName;
import io.millrace.api.consumer.RowMapper;
import io.millrace.api.consumer.RowMappingException;
import io.millrace.api.event.Column;
import io.millrace.api.event.ColumnType;
import io.millrace.api.event.TableSchema;
import io.millrace.core.codec.FakeChange;
import io.millrace.core.codec.FakeRow;
import java.lang.invoke.MethodHandles;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class RowMapperTest {
  private static final TableSchema ORDERS =
      table(
          column("id", ColumnType.BIGINT),
          column("Customer_Id", ColumnType.INT),
          column("total", ColumnType.DECIMAL),
          column("note", ColumnType.VARCHAR));

  private enum State {
    OPEN,
    PAID
  }

  private record Order(long id, int customerId, BigDecimal total, String note) {}

  private record OneLong(Long v) {}

  private record OneInt(int v) {}

  private record OneByte(byte v) {}

  private record OneShort(Short v) {}

  private record OneBig(BigInteger v) {}

  private record OneBoolean(boolean v) {}

  private record OneDouble(double v) {}

  private record OneFloat(Float v) {}

  private record OneDecimal(BigDecimal v) {}

  private record OneText(String v) {}

  private record OneState(State v) {}

  private record OneDate(LocalDate v) {}

  private record OneDateTime(LocalDateTime v) {}

  private record OneInstant(Instant v) {}

  private record OneDuration(Duration v) {}

  private record OneBuffer(ByteBuffer v) {}

  @SuppressWarnings("ArrayRecordComponent")
  private record OneBytes(byte[] v) {}

  private record OneObject(Object v) {}

  private record OneThread(Thread v) {}

  private record Choosy(int v) {
    Choosy {
      if (v < 0) {
        throw new IllegalArgumentException("below zero");
      }
    }
  }

  private static Column column(String name, ColumnType type) {
    return Column.builder(name, type).build();
  }

  private static TableSchema table(Column... columns) {
    return new TableSchema(new TableName("shop", "orders"), List.of(columns), List.of());
  }

  private static <T extends Record> T map(Class<T> type, ColumnType column, Object value) {
    TableSchema table = table(column("v", column));
    return RowMapper.of(type).map(table, FakeRow.of(table, value));
  }

  @Test
  void componentsGetTheColumnsOfTheirNames() {
    RowMapper<Order> mapper = RowMapper.of(Order.class);
    FakeRow row = FakeRow.of(ORDERS, 7, 3, "9.50", null);
    assertThat(mapper.map(ORDERS, row)).isEqualTo(new Order(7, 3, new BigDecimal("9.50"), null));
    FakeChange update = FakeChange.update(ORDERS, row, FakeRow.of(ORDERS, 7, 4, "1.00", "x"));
    assertThat(mapper.before(update).customerId()).isEqualTo(3);
    assertThat(mapper.after(update).customerId()).isEqualTo(4);
    RowMapper<Order> asSeenHere = RowMapper.of(MethodHandles.lookup(), Order.class);
    assertThat(asSeenHere.after(update).note()).isEqualTo("x");
  }

  @Test
  void aChangedDefinitionIsFollowed() {
    RowMapper<Order> mapper = RowMapper.of(Order.class);
    mapper.map(ORDERS, FakeRow.of(ORDERS, 7, 3, "9.50", null));
    TableSchema turned =
        table(
            column("note", ColumnType.VARCHAR),
            column("added", ColumnType.INT),
            column("total", ColumnType.DECIMAL),
            column("customerid", ColumnType.INT),
            column("ID", ColumnType.BIGINT));
    assertThat(mapper.map(turned, FakeRow.of(turned, "n", 0, "1.00", 4, 8)))
        .isEqualTo(new Order(8, 4, new BigDecimal("1.00"), "n"));
  }

  @Test
  void readsEveryTypeThatFits() {
    assertThat(map(OneLong.class, ColumnType.BIGINT, -5).v()).isEqualTo(-5);
    assertThat(map(OneInt.class, ColumnType.YEAR, 2026).v()).isEqualTo(2026);
    assertThat(map(OneShort.class, ColumnType.SMALLINT, 12).v()).isEqualTo((short) 12);
    assertThat(map(OneByte.class, ColumnType.TINYINT, -128).v()).isEqualTo((byte) -128);
    assertThat(map(OneLong.class, ColumnType.ENUM, 2).v()).isEqualTo(2);
    assertThat(map(OneBig.class, ColumnType.BIT, -1).v())
        .isEqualTo(new BigInteger("18446744073709551615"));
    assertThat(map(OneBoolean.class, ColumnType.TINYINT, 1).v()).isTrue();
    assertThat(map(OneDouble.class, ColumnType.FLOAT, 1.5).v()).isEqualTo(1.5);
    assertThat(map(OneFloat.class, ColumnType.FLOAT, 1.5).v()).isEqualTo(1.5f);
    assertThat(map(OneDecimal.class, ColumnType.INT, 3).v()).isEqualTo("3");
    assertThat(map(OneText.class, ColumnType.DECIMAL, "3.10").v()).isEqualTo("3.10");
    assertThat(map(OneState.class, ColumnType.VARCHAR, "paid").v()).isEqualTo(State.PAID);
    assertThat(map(OneDateTime.class, ColumnType.DATETIME, "2026-01-02 03:04:05").v())
        .isEqualTo("2026-01-02T03:04:05");
    assertThat(map(OneDate.class, ColumnType.DATE, "2026-01-02 00:00:00").v())
        .isEqualTo("2026-01-02");
    assertThat(map(OneInstant.class, ColumnType.TIMESTAMP, "2026-01-02 03:04:05").v())
        .isEqualTo("2026-01-02T03:04:05Z");
    assertThat(map(OneDuration.class, ColumnType.TIME, "-01:00:00.500000").v())
        .isEqualTo(Duration.ofMillis(-3_600_500));
    assertThat(map(OneBuffer.class, ColumnType.BLOB, new byte[] {1}).v().get(0))
        .isEqualTo((byte) 1);
    assertThat(map(OneBytes.class, ColumnType.JSON, "{}").v()).containsExactly('{', '}');
  }

  @Test
  void namesColumnAndTypesWhereNothingFits() {
    TableSchema text = table(column("v", ColumnType.VARCHAR));
    for (Class<? extends Record> type :
        List.of(
            OneLong.class,
            OneInt.class,
            OneBig.class,
            OneBoolean.class,
            OneDouble.class,
            OneFloat.class,
            OneDecimal.class,
            OneDate.class,
            OneDateTime.class,
            OneInstant.class,
            OneDuration.class)) {
      assertThatThrownBy(() -> RowMapper.of(type).map(text, FakeRow.of(text, "x")))
          .isInstanceOf(RowMappingException.class)
          .hasMessageMatching(
              "cannot map shop.orders to \\S+: column v of type VARCHAR does not fit component v"
                  + " of type \\w+");
    }
    assertThatThrownBy(() -> map(OneState.class, ColumnType.INT, 1)).hasMessageContaining("State");
    assertThatThrownBy(() -> map(OneBytes.class, ColumnType.INT, 1)).hasMessageContaining("byte[]");
    assertThatThrownBy(() -> map(OneFloat.class, ColumnType.DOUBLE, 1.0))
        .hasMessageContaining("Float");
  }

  @Test
  void namesColumnAndValueWhereAValueDoesNotFit() {
    assertThatThrownBy(() -> map(OneByte.class, ColumnType.INT, 128))
        .isInstanceOf(RowMappingException.class)
        .hasMessageEndingWith(
            "column v of type INT has a value that does not fit: 128 is not in" + " -128..127");
    assertThatThrownBy(() -> map(OneInt.class, ColumnType.BIT, -1))
        .hasMessageContaining("18446744073709551615 is not in");
    assertThatThrownBy(() -> map(OneLong.class, ColumnType.BIT, -1))
        .hasMessageContaining("18446744073709551615 is not in");
    assertThatThrownBy(() -> map(OneState.class, ColumnType.VARCHAR, "lost"))
        .hasMessageContaining("'lost' is no constant of State");
    assertThatThrownBy(() -> map(OneInt.class, ColumnType.INT, null))
        .hasMessageContaining("column v of type INT is NULL, which a primitive cannot be");
    assertThat(map(OneLong.class, ColumnType.INT, null).v()).isNull();
    assertThatThrownBy(() -> map(OneLong.class, ColumnType.INT, FakeRow.ABSENT))
        .hasMessageContaining("is not in this image");
    assertThatThrownBy(() -> map(Choosy.class, ColumnType.INT, -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("below zero");
  }

  @Test
  void namesComponentsWithoutAColumn() {
    TableSchema other = table(column("a", ColumnType.INT));
    assertThatThrownBy(() -> RowMapper.of(OneInt.class).map(other, FakeRow.of(other, 1)))
        .isInstanceOf(RowMappingException.class)
        .hasMessageContaining("no column is named as component v; there are [a]");
    TableSchema twice = table(column("v_", ColumnType.INT), column("_v", ColumnType.INT));
    assertThatThrownBy(() -> RowMapper.of(OneInt.class).map(twice, FakeRow.of(twice, 1, 2)))
        .hasMessageContaining("no single column is named as component v");
  }

  @Test
  void refusesRecordsThatCannotBeMapped() {
    assertThatThrownBy(() -> RowMapper.of(OneThread.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("component v of")
        .hasMessageContaining("java.lang.Thread");
    assertThatThrownBy(() -> RowMapper.of(MethodHandles.publicLookup(), OneInt.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cannot be reached");
    assertThat(map(OneObject.class, ColumnType.INT, null).v()).isNull();
    assertThat(new Choosy(1).v()).isEqualTo(1);
  }

  @Test
  void oneMapperServesManyThreadsAndTables() {
    RowMapper<OneInt> mapper = RowMapper.of(OneInt.class);
    TableSchema first = table(column("v", ColumnType.INT));
    TableSchema second = table(column("w", ColumnType.INT), column("v", ColumnType.INT));
    boolean right =
        IntStream.range(0, 20_000)
            .parallel()
            .allMatch(
                i ->
                    i % 2 == 0
                        ? mapper.map(first, FakeRow.of(first, i)).v() == i
                        : mapper.map(second, FakeRow.of(second, -1, i)).v() == i);
    assertThat(right).isTrue();
  }

  @Test
  void findsColumnsByName() {
    assertThat(ORDERS.columnIndex("customer_id")).isEqualTo(1);
    assertThatThrownBy(() -> ORDERS.columnIndex("customerId"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "table shop.orders has no column customerId; it has [id, Customer_Id, total, note]");
  }
}
