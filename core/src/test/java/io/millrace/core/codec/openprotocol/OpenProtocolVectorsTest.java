package io.millrace.core.codec.openprotocol;

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
import io.millrace.api.event.TableSchema;
import io.millrace.core.codec.Encoded;
import io.millrace.core.codec.FakeChange;
import io.millrace.core.codec.FakeRow;
import io.millrace.core.codec.Vectors;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Open protocol against what TiCDC writes. */
final class OpenProtocolVectorsTest {
  private static final OpenProtocolEncoderProvider PROVIDER = new OpenProtocolEncoderProvider();

  @TestFactory
  List<DynamicTest> messages() {
    return Vectors.tests(
        "codec/open-protocol.json",
        each -> {
          switch (each.get("kind").asText()) {
            case "message" -> check(each);
            case "batch-shape" -> checkShape(each);
            case "message-limit" -> checkLimit(each);
            default -> throw new AssertionError(each.get("kind"));
          }
        });
  }

  private static void check(JsonNode each) {
    List<Encoded> messages = Encoded.of(PROVIDER, each);
    assertThat(messages).hasSize(each.get("expect").size());
    for (int i = 0; i < messages.size(); i++) {
      JsonNode expected = each.get("expect").get(i);
      byte[] key = messages.get(i).key().orElseThrow();
      byte[] value = messages.get(i).value().orElseThrow();
      ByteBuffer keys = ByteBuffer.wrap(key);
      assertThat(keys.getLong()).isEqualTo(1);
      assertThat(frames(keys)).isEqualTo(texts(expected.get("key_frames")));
      assertThat(frames(ByteBuffer.wrap(value))).isEqualTo(texts(expected.get("value_frames")));
      assertThat(key.length).isEqualTo(expected.get("key_bytes").asInt());
      assertThat(value.length).isEqualTo(expected.get("value_bytes").asInt());
    }
  }

  private static List<String> frames(ByteBuffer in) {
    List<String> frames = new ArrayList<>();
    while (in.hasRemaining()) {
      byte[] frame = new byte[(int) in.getLong()];
      in.get(frame);
      frames.add(new String(frame, StandardCharsets.UTF_8));
    }
    return frames;
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(each -> texts.add(each.asText()));
    return texts;
  }

  private static Map<String, String> params(JsonNode each) {
    Map<String, String> params = new HashMap<>();
    each.get("config").properties().forEach(e -> params.put(e.getKey(), e.getValue().asText()));
    return params;
  }

  /** All rows are alike, and their sizes are those of the JSON texts given. */
  private static void checkShape(JsonNode each) {
    EventEncoder encoder = Encoded.encoder(PROVIDER, params(each));
    boolean empty = each.path("empty").asBoolean();
    TableSchema table =
        new TableSchema(
            new TableName("a", "b"),
            empty
                ? List.of()
                : List.of(Column.builder("col1", ColumnType.VARCHAR).nullable(false).build()),
            List.of());
    FakeRow row = empty ? FakeRow.of(table) : FakeRow.of(table, "aa");
    for (int i = 0; i < each.get("rows").asInt(); i++) {
      encoder.append(FakeChange.insert(table, row), new Tso(1));
    }
    List<Encoded> messages = new ArrayList<>();
    encoder.drain(Encoded.into(messages));
    assertThat(messages).hasSize(each.at("/expect/messages").asInt());
    if (!empty) {
      assertThat(messages.get(0).rows()).isEqualTo(each.at("/expect/rows_in_first").asInt());
      assertThat(messages.get(messages.size() - 1).rows())
          .isEqualTo(each.at("/expect/rows_in_last").asInt());
    }
  }

  private static void checkLimit(JsonNode each) {
    TableSchema table =
        new TableSchema(
            new TableName("test", "t"),
            List.of(
                Column.builder("a", ColumnType.VARCHAR).nullable(false).build(),
                Column.builder("b", ColumnType.VARCHAR).build()),
            List.of(TableSchema.Key.primary(List.of(0))));
    FakeChange row = FakeChange.insert(table, FakeRow.of(table, "aa", "bb"));
    Tso ts = Tso.parse(Vectors.parse(each.get("key_json").asText()).get("ts").asText());
    EventEncoder encoder = Encoded.encoder(PROVIDER, params(each));
    encoder.append(row, ts);
    List<Encoded> messages = new ArrayList<>();
    encoder.drain(Encoded.into(messages));
    ByteBuffer value = ByteBuffer.wrap(messages.get(0).value().orElseThrow());
    assertThat(frames(value)).containsExactly(each.get("value_json").asText());
    int size = each.get("size").asInt();
    assertThat(messages.get(0).bytes() + 36).isEqualTo(size);
    EventEncoder tight =
        Encoded.encoder(PROVIDER, Map.of("max-message-bytes", Integer.toString(size - 1)));
    assertThatThrownBy(() -> tight.append(row, ts))
        .isInstanceOfSatisfying(
            CdcException.class,
            e -> assertThat(e.code()).isEqualTo(StandardErrorCode.MESSAGE_TOO_LARGE))
        .hasMessageContaining("table test.t takes " + size + " bytes");
  }
}
