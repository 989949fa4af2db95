package io.millrace.core.codec.maxwell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import io.millrace.core.codec.Encoded;
import io.millrace.core.codec.FakeChange;
import io.millrace.core.codec.FakeRow;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What no vector shows. */
final class MaxwellEncoderTest {
  private static final Tso TS = Tso.ofMillis(7_000, 7);
  private static final TableSchema TABLE =
      new TableSchema(
          new TableName("s", "t"),
          List.of(
              Column.builder("id", ColumnType.INT).nullable(false).build(),
              Column.builder("b", ColumnType.VARBINARY).length(5).build()),
          List.of(TableSchema.Key.primary(List.of(0))));

  @Test
  void binaryColumnsAreComparedByTheirBytes() {
    FakeRow old = FakeRow.of(TABLE, 1, bytes("x"));
    assertThat(encode(Map.of(), FakeChange.update(TABLE, old, FakeRow.of(TABLE, 1, bytes("y")))))
        .containsExactly(
            "{\"database\":\"s\",\"table\":\"t\",\"type\":\"update\",\"ts\":7,"
                + "\"data\":{\"b\":\"eQ==\",\"id\":1},\"old\":{\"b\":\"eA==\"}}");
    assertThat(encode(Map.of(), FakeChange.update(TABLE, old, FakeRow.of(TABLE, 1, bytes("x")))))
        .containsExactly(
            "{\"database\":\"s\",\"table\":\"t\",\"type\":\"update\",\"ts\":7,"
                + "\"data\":{\"b\":\"eA==\",\"id\":1}}");
  }

  @Test
  void deletesByKeyHoldOnlyTheKey() {
    FakeChange delete = FakeChange.delete(TABLE, FakeRow.of(TABLE, 1, FakeRow.ABSENT));
    assertThat(encode(Map.of("delete-only-output-handle-key-columns", "true"), delete))
        .containsExactly(
            "{\"database\":\"s\",\"table\":\"t\",\"type\":\"delete\",\"ts\":7,\"old\":{\"id\":1}}");
  }

  @Test
  void aMessageEndsBeforeItIsTooLarge() {
    FakeChange row = FakeChange.insert(TABLE, FakeRow.of(TABLE, 1, bytes("x")));
    int size = encode(Map.of(), row).get(0).length();
    String two = Integer.toString(2 * size + 8 + 36);
    EventEncoder encoder =
        Encoded.encoder(new MaxwellEncoderProvider(), Map.of("max-message-bytes", two));
    for (int i = 0; i < 5; i++) {
      encoder.append(row, TS);
    }
    List<Encoded> messages = drain(encoder);
    assertThat(messages).extracting(Encoded::rows).containsExactly(2, 2, 1);
    assertThat(messages).extracting(Encoded::keyHex).containsOnly("0000000000000001");
    assertThat(messages.get(1).text()).isEqualTo(messages.get(0).text()).hasSize(2 * size);
    assertThat(messages.get(2).text()).hasSize(size);

    EventEncoder tight =
        Encoded.encoder(
            new MaxwellEncoderProvider(),
            Map.of("max-message-bytes", Integer.toString(size + 8 + 36 - 1)));
    assertThatThrownBy(() -> tight.append(row, TS))
        .isInstanceOfSatisfying(
            CdcException.class,
            e -> assertThat(e.code()).isEqualTo(StandardErrorCode.MESSAGE_TOO_LARGE))
        .hasMessageContaining("table s.t takes " + (size + 8 + 36) + " bytes");
    assertThat(drain(tight)).isEmpty();
  }

  @Test
  void schemaChangesTellTheColumnsWhereTheyAreKnown() {
    SchemaChange change =
        new SchemaChange(
            new SourcePosition("s", 1, 4, 0, ""),
            TS,
            TS,
            DdlType.CREATE_TABLE,
            "s",
            "create",
            List.of(
                new TableChange(Optional.empty(), Optional.of(TABLE.name()), Optional.of(TABLE))));
    List<Encoded> messages = new ArrayList<>();
    Encoded.encoder(new MaxwellEncoderProvider(), Map.of()).encode(change, Encoded.into(messages));
    assertThat(messages.get(0).text())
        .contains(
            "\"def\":{\"database\":\"s\",\"table\":\"t\",\"columns\":[{\"type\":\"int\","
                + "\"name\":\"id\"},{\"type\":\"string\",\"name\":\"b\"}],\"primary-key\":null}");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static List<String> encode(Map<String, String> params, FakeChange row) {
    EventEncoder encoder = Encoded.encoder(new MaxwellEncoderProvider(), params);
    encoder.append(row, TS);
    return drain(encoder).stream().map(Encoded::text).toList();
  }

  private static List<Encoded> drain(EventEncoder encoder) {
    List<Encoded> messages = new ArrayList<>();
    encoder.drain(Encoded.into(messages));
    return messages;
  }
}
