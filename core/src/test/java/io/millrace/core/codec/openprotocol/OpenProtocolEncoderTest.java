package io.millrace.core.codec.openprotocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.TableName;
import io.millrace.api.Tso;
import io.millrace.api.codec.EventEncoder;
import io.millrace.api.event.TableSchema;
import io.millrace.core.codec.Encoded;
import io.millrace.core.codec.FakeChange;
import io.millrace.core.codec.FakeRow;
import io.millrace.core.codec.Vectors;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What no vector shows. */
final class OpenProtocolEncoderTest {
  private static final TableSchema TABLE =
      new TableSchema(
          new TableName("s", "t"),
          List.of(
              Vectors.column("id", "int").toBuilder().nullable(false).build(),
              Vectors.column("c", "varchar(1000)"),
              Vectors.column("b", "varbinary(100)")),
          List.of(TableSchema.Key.primary(List.of(0))));

  private static List<Encoded> encode(Map<String, String> params, FakeChange... rows) {
    EventEncoder encoder = Encoded.encoder(new OpenProtocolEncoderProvider(), params);
    for (FakeChange row : rows) {
      encoder.append(row, new Tso(9));
    }
    List<Encoded> messages = new ArrayList<>();
    encoder.drain(Encoded.into(messages));
    return messages;
  }

  private static FakeChange insert(int id, String text) {
    return FakeChange.insert(TABLE, FakeRow.of(TABLE, id, text, null));
  }

  private static List<String> frames(byte[] framed, int start) {
    ByteBuffer in = ByteBuffer.wrap(framed).position(start);
    List<String> frames = new ArrayList<>();
    while (in.hasRemaining()) {
      byte[] frame = new byte[(int) in.getLong()];
      in.get(frame);
      frames.add(new String(frame, StandardCharsets.UTF_8));
    }
    return frames;
  }

  @Test
  void rowsThatAreTooLargeLieWhereTheirKeySays(@TempDir Path directory) throws IOException {
    Map<String, String> params =
        Map.of(
            "max-message-bytes", "600",
            "large-message-handle-option", "claim-check",
            "claim-check-storage-uri", "file://" + directory + "/claims");
    List<Encoded> messages = encode(params, insert(1, "x"), insert(2, "y".repeat(700)));
    assertThat(messages.stream().mapToInt(Encoded::rows).sum()).isEqualTo(2);
    Encoded last = messages.get(messages.size() - 1);
    List<String> keys = frames(last.key().orElseThrow(), 8);
    JsonNode key = Vectors.parse(keys.get(keys.size() - 1));
    assertThat(key.has("ohk")).isFalse();
    List<String> values = frames(last.value().orElseThrow(), 0);
    assertThat(values.get(values.size() - 1))
        .isEqualTo("{\"u\":{\"id\":{\"t\":3,\"h\":true,\"f\":11,\"v\":2}}}");
    JsonNode stored = Vectors.parse(Files.readString(Path.of(URI.create(key.get("ccl").asText()))));
    assertThat(frames(stored.get("key").binaryValue(), 8))
        .containsExactly("{\"ts\":9,\"scm\":\"s\",\"tbl\":\"t\",\"t\":1}");
    assertThat(frames(stored.get("value").binaryValue(), 0).get(0))
        .contains("\"v\":\"" + "y".repeat(700) + "\"");
  }

  @Test
  void tablesWithoutAHandleKeyCannotBeSentByIt() {
    TableSchema bare = new TableSchema(TABLE.name(), TABLE.columns(), List.of());
    FakeChange row = FakeChange.insert(bare, FakeRow.of(bare, 1, "x".repeat(500), null));
    assertThatThrownBy(
            () ->
                encode(
                    Map.of(
                        "max-message-bytes", "300",
                        "large-message-handle-option", "handle-key-only"),
                    row))
        .isInstanceOfSatisfying(
            CdcException.class,
            e -> assertThat(e.code()).isEqualTo(StandardErrorCode.ENCODE_FAILED))
        .hasMessageContaining("s.t has no handle key, which large-message-handle-option needs");
  }

  @Test
  void claimsNeedADirectoryOfThisMachine() {
    for (String uri : List.of("", "s3://bucket/x", "file://host/x", "file:///")) {
      assertThatThrownBy(
              () ->
                  encode(
                      Map.of(
                          "large-message-handle-option",
                          "claim-check",
                          "claim-check-storage-uri",
                          uri)))
          .isInstanceOfSatisfying(
              CdcException.class,
              e -> assertThat(e.code()).isEqualTo(StandardErrorCode.CODEC_INVALID_CONFIG));
    }
    assertThatThrownBy(() -> encode(Map.of("large-message-handle-compression", "zstd")))
        .isInstanceOf(CdcException.class)
        .hasMessageContaining("large-message-handle-compression 'zstd'");
  }

  @Test
  void bytesAreQuotedAsGoQuotesThem() {
    byte[] bytes =
        "a\u0007\b\f\n\r\t\u000b\\\"<é\u00a0\ufeff\u2028\ud83d\ude00\udb40\udc01\u007f"
            .getBytes(StandardCharsets.UTF_8);
    byte[] broken = new byte[bytes.length + 2];
    System.arraycopy(bytes, 0, broken, 0, bytes.length);
    broken[bytes.length] = (byte) 0xe4;
    broken[bytes.length + 1] = (byte) 0xb8;
    FakeChange row = FakeChange.insert(TABLE, FakeRow.of(TABLE, 1, null, broken));
    String value = frames(encode(Map.of(), row).get(0).value().orElseThrow(), 0).get(0);
    assertThat(Vectors.parse(value).at("/u/b/v").asText())
        .isEqualTo(
            "a\\a\\b\\f\\n\\r\\t\\v\\\\\\\"<é\\u00a0\\ufeff\\u2028\ud83d\ude00\\U000e0001\\x7f"
                + "\\xe4\\xb8");
  }
}
