package io.millrace.core.codec.debezium;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.TableName;
import io.millrace.api.Tso;
import io.millrace.api.codec.EventEncoder;
import io.millrace.api.event.Column;
import io.millrace.api.event.ColumnType;
import io.millrace.api.event.DdlType;
import io.millrace.api.event.SchemaChange;
import io.millrace.api.event.SourcePosition;
import io.millrace.api.event.TableChange;
import io.millrace.api.event.TableSchema;
import io.millrace.api.event.TemporalBits;
import io.millrace.core.codec.Encoded;
import io.millrace.core.codec.FakeChange;
import io.millrace.core.codec.FakeRow;
import io.millrace.core.codec.Vectors;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What no vector shows. */
final class DebeziumEncoderTest {
  private static final Map<String, String> BARE = Map.of("debezium-disable-schema", "true");

  private static TableSchema table(Column... columns) {
    return new TableSchema(
        new TableName("s", "t"), List.of(columns), List.of(TableSchema.Key.primary(List.of(0))));
  }

  private static Column notNull(Column column) {
    return column.toBuilder().nullable(false).build();
  }

  private static List<Encoded> encode(Map<String, String> params, FakeChange row) {
    EventEncoder encoder = Encoded.encoder(new DebeziumEncoderProvider(), params);
    encoder.append(row, new Tso(1));
    List<Encoded> messages = new ArrayList<>();
    encoder.drain(Encoded.into(messages));
    return messages;
  }

  @Test
  void timesAreNumbers() {
    TableSchema table =
        table(
            notNull(Vectors.column("id", "int")),
            Vectors.column("d", "date"),
            notNull(Vectors.column("zero", "date")),
            Vectors.column("none", "date"),
            Vectors.column("dt", "datetime(3)"),
            Vectors.column("dt6", "datetime(6)"),
            Vectors.column("two", "datetime"),
            Vectors.column("ts", "timestamp(3)"),
            notNull(Vectors.column("tz", "timestamp")),
            Vectors.column("tm", "time(6)"),
            Vectors.column("y", "year"));
    FakeRow row =
        FakeRow.of(
            table,
            1,
            "2020-02-29",
            "0000-00-00",
            "2021-02-30",
            "1969-12-31 23:59:59.999",
            "2021-08-31 23:59:59.123456",
            "0069-01-01 00:00:00",
            "2021-01-01 00:00:00.500",
            "0000-00-00 00:00:00",
            "-00:00:00.500000",
            2021L);
    JsonNode after =
        Vectors.parse(encode(BARE, FakeChange.insert(table, row)).get(0).text())
            .at("/payload/after");
    LocalDateTime micros = LocalDateTime.of(2021, 8, 31, 23, 59, 59, 123_456_000);
    assertThat(after)
        .isEqualTo(
            Vectors.parse(
                "{\"id\":1,\"d\":"
                    + LocalDate.of(2020, 2, 29).toEpochDay()
                    + ",\"zero\":0,\"none\":null,\"dt\":-1,\"dt6\":"
                    + (micros.toEpochSecond(ZoneOffset.UTC) * 1_000_000 + 123_456)
                    + ",\"two\":"
                    + LocalDate.of(2069, 1, 1).toEpochDay() * 86_400_000
                    + ",\"ts\":\"2021-01-01T00:00:00.500Z\",\"tz\":\"1970-01-01T00:00:00Z\","
                    + "\"tm\":-500000,\"y\":2021}"));
  }

  @Test
  void daysAreThoseOfTheCalendar() {
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      LocalDate day = LocalDate.of(100, 1, 1).plusDays(random.nextInt(3_600_000));
      long packed =
          TemporalBits.pack(day.getYear(), day.getMonthValue(), day.getDayOfMonth(), 0, 0, 0, 0);
      assertThat(EpochTime.isDay(packed)).isTrue();
      assertThat(EpochTime.days(packed)).isEqualTo(day.toEpochDay());
    }
  }

  @Test
  void messagesHoldTheirSchema() {
    TableSchema table =
        table(
            notNull(Vectors.column("id", "int unsigned")),
            Vectors.column("e", "enum('a,','b')"),
            Vectors.column("b", "bit(9)"));
    Map<String, String> params = Map.of("enable-tidb-extension", "true");
    Encoded message = encode(params, FakeChange.insert(table, FakeRow.of(table, 1, 1, 3))).get(0);
    JsonNode schema = Vectors.parse(message.text()).get("schema");
    assertThat(schema.get("name").asText()).isEqualTo("default.s.t.Envelope");
    List<String> fields = new ArrayList<>();
    schema.get("fields").forEach(f -> fields.add(f.get("field").asText()));
    assertThat(fields).containsExactly("before", "after", "source", "op", "ts_ms", "transaction");
    assertThat(schema.at("/fields/1/fields"))
        .isEqualTo(
            Vectors.parse(
                "[{\"tidb_type\":\"INT UNSIGNED\",\"type\":\"int64\",\"optional\":false,"
                    + "\"field\":\"id\"},{\"tidb_type\":\"ENUM\",\"type\":\"string\","
                    + "\"optional\":true,\"name\":\"io.debezium.data.Enum\",\"version\":1,"
                    + "\"parameters\":{\"allowed\":\"a\\\\,,b\"},\"field\":\"e\"},"
                    + "{\"tidb_type\":\"BIT\",\"type\":\"bytes\",\"optional\":true,"
                    + "\"name\":\"io.debezium.data.Bits\",\"version\":1,"
                    + "\"parameters\":{\"length\":\"9\"},\"field\":\"b\"}]"));
  }

  @Test
  void oldValuesCanBeLeftOut() {
    TableSchema table = table(notNull(Vectors.column("id", "int")));
    FakeChange row = FakeChange.update(table, FakeRow.of(table, 1), FakeRow.of(table, 2));
    assertThat(encode(BARE, row).get(0).text()).contains("\"before\":{\"id\":1}");
    assertThat(
            encode(
                    Map.of("debezium-disable-schema", "true", "debezium.output-old-value", "false"),
                    row)
                .get(0)
                .text())
        .doesNotContain("before");
  }

  @Test
  void schemaChangesWithoutAWordAreRefusedAndOthersTellTheColumns() {
    TableSchema table = table(notNull(Vectors.column("id", "int")));
    List<Encoded> messages = new ArrayList<>();
    EventEncoder encoder = Encoded.encoder(new DebeziumEncoderProvider(), Map.of());
    encoder.encode(change(DdlType.CREATE_TABLE, table), Encoded.into(messages));
    JsonNode value = Vectors.parse(messages.get(0).text());
    assertThat(value.at("/payload/tableChanges/0/table/columns/0/typeName").asText())
        .isEqualTo("INT");
    assertThat(value.at("/payload/tableChanges/0/table/primaryKeyColumnNames"))
        .isEqualTo(Vectors.parse("[\"id\"]"));
    assertThat(value.at("/schema/name").asText())
        .isEqualTo("io.debezium.connector.mysql.SchemaChangeValue");
    assertThatThrownBy(
            () -> encoder.encode(change(DdlType.CREATE_SEQUENCE, table), Encoded.into(messages)))
        .isInstanceOfSatisfying(
            CdcException.class,
            e -> assertThat(e.code()).isEqualTo(StandardErrorCode.DDL_UNSUPPORTED_TYPE));
    encoder.encode(change(DdlType.ADOPT_TABLE, table), Encoded.into(messages));
    assertThat(messages).hasSize(1);
  }

  private static SchemaChange change(DdlType type, TableSchema table) {
    return new SchemaChange(
        new SourcePosition("s", 1, 4, 0, ""),
        new Tso(1),
        new Tso(1),
        type,
        "s",
        "create",
        List.of(new TableChange(Optional.empty(), Optional.of(table.name()), Optional.of(table))));
  }

  @Test
  void messagesThatAreTooLargeAreNamed() {
    TableSchema table = table(notNull(Column.builder("id", ColumnType.INT).build()));
    FakeChange row = FakeChange.insert(table, FakeRow.of(table, 1));
    int size = encode(BARE, row).get(0).bytes() + 36;
    assertThatThrownBy(
            () ->
                encode(
                    Map.of(
                        "debezium-disable-schema",
                        "true",
                        "max-message-bytes",
                        Integer.toString(size - 1)),
                    row))
        .isInstanceOf(CdcException.class)
        .hasMessageContaining("table s.t takes " + size + " bytes");
  }
}
