package io.millrace.core.codec.canal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.TableName;
import io.millrace.api.Tso;
import io.millrace.api.codec.EncoderRequest;
import io.millrace.api.codec.EventEncoder;
import io.millrace.api.event.Column;
import io.millrace.api.event.ColumnType;
import io.millrace.api.event.DdlType;
import io.millrace.api.event.RowChange;
import io.millrace.api.event.SchemaChange;
import io.millrace.api.event.SourcePosition;
import io.millrace.api.event.TableChange;
import io.millrace.api.event.TableSchema;
import io.millrace.core.codec.FakeChange;
import io.millrace.core.codec.FakeRow;
import io.millrace.core.codec.Vectors;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What no vector shows. */
final class CanalJsonEncoderTest {
  private static final Tso TS = Tso.ofMillis(1_000, 7);
  private static final TableSchema TABLE =
      new TableSchema(
          new TableName("s", "t"),
          List.of(
              Column.builder("id", ColumnType.INT).nullable(false).build(),
              Column.builder("v", ColumnType.INT).generated(Column.Generated.VIRTUAL).build(),
              Column.builder("c", ColumnType.VARCHAR).length(5).build()),
          List.of(TableSchema.Key.primary(List.of(0))));

  @Test
  void virtualColumnsAreLeftOutEvenWhereTheLogHasThem() {
    assertThat(encode(Map.of(), FakeChange.insert(TABLE, FakeRow.of(TABLE, 1, 2, "x"))))
        .containsExactly(
            "{\"id\":0,\"database\":\"s\",\"table\":\"t\",\"pkNames\":[\"id\"],\"isDdl\":false,"
                + "\"type\":\"INSERT\",\"es\":1000,\"ts\":5,\"sql\":\"\","
                + "\"sqlType\":{\"id\":4,\"c\":12},\"mysqlType\":{\"id\":\"int\",\"c\":\"varchar\"},"
                + "\"old\":null,\"data\":[{\"id\":\"1\",\"c\":\"x\"}]}");
    FakeRow absent = FakeRow.of(TABLE, 1, FakeRow.ABSENT, "x");
    assertThat(encode(Map.of(), FakeChange.insert(TABLE, absent))).hasSize(1);
  }

  @Test
  void onlyChangedColumnsKeepTheirCommas() {
    FakeChange row =
        FakeChange.update(TABLE, FakeRow.of(TABLE, 1, null, "x"), FakeRow.of(TABLE, 1, null, "y"));
    assertThat(encode(Map.of("only-output-updated-columns", "true"), row).get(0))
        .contains("\"old\":[{\"c\":\"x\"}],\"data\":[{\"id\":\"1\",\"c\":\"y\"}]}");
    FakeChange both =
        FakeChange.update(TABLE, FakeRow.of(TABLE, 2, null, null), FakeRow.of(TABLE, 1, null, "y"));
    assertThat(encode(Map.of("only-output-updated-columns", "true"), both).get(0))
        .contains("\"old\":[{\"id\":\"2\",\"c\":null}],\"data\":[{\"id\":\"1\",\"c\":\"y\"}]}");
  }

  @Test
  void rowsThatAreNotWholeAreRefusedAndLeaveNothingBehind() {
    EventEncoder encoder = encoder(Map.of());
    FakeChange half =
        FakeChange.update(
            TABLE, FakeRow.of(TABLE, 1, null, FakeRow.ABSENT), FakeRow.of(TABLE, 1, null, "y"));
    assertThatThrownBy(() -> encoder.append(half, TS))
        .isInstanceOfSatisfying(
            CdcException.class,
            e -> assertThat(e.code()).isEqualTo(StandardErrorCode.ENCODE_FAILED))
        .hasMessageContaining("column 'c' of table s.t")
        .hasMessageContaining("binlog_row_image=FULL");
    encoder.append(FakeChange.delete(TABLE, FakeRow.of(TABLE, 9, null, null)), TS);
    assertThat(drain(encoder)).hasSize(1).allSatisfy(m -> assertThat(m).startsWith("{\"id\":0,"));
  }

  @Test
  void deletesByKeyNeedOnlyTheKey() {
    Map<String, String> onlyKey = Map.of("delete-only-output-handle-key-columns", "true");
    FakeRow key = FakeRow.of(TABLE, 1, FakeRow.ABSENT, FakeRow.ABSENT);
    assertThat(encode(onlyKey, FakeChange.delete(TABLE, key)).get(0))
        .contains("\"sqlType\":{\"id\":4},\"mysqlType\":{\"id\":\"int\"},\"old\":null")
        .contains("\"data\":[{\"id\":\"1\"}]");
    TableSchema bare = new TableSchema(TABLE.name(), TABLE.columns(), List.of());
    FakeChange delete = FakeChange.delete(bare, FakeRow.of(bare, 1, null, "x"));
    assertThatThrownBy(() -> encode(onlyKey, delete))
        .isInstanceOf(CdcException.class)
        .hasMessageContaining("s.t has no handle key");
  }

  @Test
  void messagesAreMeasuredWithTheirOverhead() {
    FakeChange row = FakeChange.insert(TABLE, FakeRow.of(TABLE, 1, null, "x"));
    int size = encode(Map.of(), row).get(0).length();
    String fits = Integer.toString(size + 36);
    assertThat(encode(Map.of("max-message-bytes", fits), row)).hasSize(1);
    String tooSmall = Integer.toString(size + 35);
    assertThatThrownBy(() -> encode(Map.of("max-message-bytes", tooSmall), row))
        .isInstanceOfSatisfying(
            CdcException.class,
            e -> assertThat(e.code()).isEqualTo(StandardErrorCode.MESSAGE_TOO_LARGE))
        .hasMessageContaining("table s.t takes " + fits + " bytes");
  }

  @Test
  void timestampsAreRenderedInTheZone() {
    TableSchema table =
        new TableSchema(TABLE.name(), List.of(Vectors.column("at", "timestamp(3)")), List.of());
    EncoderRequest request =
        new EncoderRequest(Map.of(), ZoneId.of("Asia/Shanghai"), () -> Instant.EPOCH);
    EventEncoder encoder = new CanalJsonEncoderProvider().open(request);
    encoder.append(FakeChange.insert(table, FakeRow.of(table, "2021-08-31 23:59:59.123")), TS);
    assertThat(drain(encoder).get(0)).contains("\"data\":[{\"at\":\"2021-09-01 07:59:59.123\"}]");
  }

  @Test
  void adoptionsHaveNoMessageAndChangesOfNoTableName() {
    SourcePosition at = new SourcePosition("s", 1, 4, 0, "");
    List<String> messages = new ArrayList<>();
    EventEncoder encoder = encoder(Map.of());
    SchemaChange adopted =
        new SchemaChange(
            at, TS, TS, DdlType.ADOPT_TABLE, "s", "", List.of(TableChange.made(TABLE.name())));
    encoder.encode(adopted, (b, ko, kl, o, l, rows) -> messages.add("adopted"));
    assertThat(messages).isEmpty();
    SchemaChange dropped =
        new SchemaChange(
            at,
            TS,
            TS,
            DdlType.DROP_TABLE,
            "s",
            "DROP TABLE `s`.`t`",
            List.of(TableChange.dropped(TABLE.name())));
    encoder.encode(
        dropped,
        (b, ko, kl, o, l, rows) -> messages.add(new String(b, o, l, StandardCharsets.UTF_8)));
    assertThat(messages.get(0))
        .contains("\"database\":\"s\",\"table\":\"t\"")
        .contains("\"type\":\"ERASE\"");
  }

  private static EventEncoder encoder(Map<String, String> params) {
    return new CanalJsonEncoderProvider()
        .open(new EncoderRequest(params, ZoneId.of("UTC"), () -> Instant.ofEpochMilli(5)));
  }

  private static List<String> encode(Map<String, String> params, RowChange row) {
    EventEncoder encoder = encoder(params);
    encoder.append(row, TS);
    return drain(encoder);
  }

  private static List<String> drain(EventEncoder encoder) {
    List<String> messages = new ArrayList<>();
    encoder.drain(
        (bytes, keyOffset, keyLength, offset, length, rows) ->
            messages.add(new String(bytes, offset, length, StandardCharsets.UTF_8)));
    return messages;
  }
}
