package io.millrace.core.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.api.CdcException;
import io.millrace.api.TableName;
import io.millrace.api.Tso;
import io.millrace.api.codec.EncoderProvider;
import io.millrace.api.codec.EventEncoder;
import io.millrace.api.event.DdlType;
import io.millrace.api.event.SchemaChange;
import io.millrace.api.event.SourcePosition;
import io.millrace.api.event.TableChange;
import io.millrace.api.event.TableSchema;
import io.millrace.core.codec.canal.CanalJsonEncoderProvider;
import io.millrace.core.codec.openprotocol.OpenProtocolEncoderProvider;
import io.millrace.core.codec.simple.SimpleEncoderProvider;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jpountz.lz4.LZ4FrameInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xerial.snappy.Snappy;

/** Values that the encoder compresses, read back by the libraries of their formats. */
final class CompressionTest {
  private static final TableSchema TABLE =
      new TableSchema(
          new TableName("s", "t"),
          List.of(
              Vectors.column("id", "bigint").toBuilder().nullable(false).build(),
              Vectors.column("note", "longtext")),
          List.of(TableSchema.Key.primary(List.of(0))));
  private static final String LONG = "y".repeat(700);

  private static List<Encoded> messages(
      String protocol, Map<String, String> params, String... notes) {
    EncoderProvider provider =
        switch (protocol) {
          case "canal-json" -> new CanalJsonEncoderProvider();
          case "simple" -> new SimpleEncoderProvider();
          default -> new OpenProtocolEncoderProvider();
        };
    Map<String, String> all = new HashMap<>(params);
    all.put("enable-tidb-extension", "true");
    all.put("max-batch-size", "1");
    EventEncoder encoder = Encoded.encoder(provider, all);
    List<Encoded> messages = new ArrayList<>();
    for (int i = 0; i < notes.length; i++) {
      encoder.append(FakeChange.insert(TABLE, FakeRow.of(TABLE, i + 1, notes[i])), new Tso(9));
    }
    encoder.drain(Encoded.into(messages));
    encoder.encode(
        new SchemaChange(
            new SourcePosition("server", 1, 4, 0, ""),
            new Tso(10),
            new Tso(10),
            DdlType.ADD_COLUMN,
            "s",
            "ALTER TABLE t ADD COLUMN c INT",
            List.of(TableChange.altered(TABLE.name()))),
        Encoded.into(messages));
    encoder.encodeCheckpoint(new Tso(11), Encoded.into(messages));
    return messages;
  }

  @ParameterizedTest
  @CsvSource({
    "canal-json,snappy", "canal-json,lz4",
    "simple,snappy", "simple,lz4",
    "open-protocol,snappy", "open-protocol,lz4"
  })
  void everyValueIsCompressedByItself(String protocol, String how) throws IOException {
    List<Encoded> plain = messages(protocol, Map.of(), "x", LONG);
    List<Encoded> compressed = messages(protocol, compressed(how), "x", LONG);
    assertThat(compressed).hasSameSizeAs(plain).hasSizeGreaterThanOrEqualTo(4);
    for (int i = 0; i < plain.size(); i++) {
      assertThat(compressed.get(i).keyHex()).isEqualTo(plain.get(i).keyHex());
      byte[] expected = inner(protocol, plain.get(i).value().orElseThrow());
      byte[] found = inner(protocol, compressed.get(i).value().orElseThrow());
      // the watermark of open protocol has no value
      assertThat(expected.length == 0 ? found : decompress(how, found)).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @CsvSource({"canal-json,snappy", "simple,lz4", "open-protocol,lz4"})
  void compressionComesBeforeTheLimit(String protocol, String how) {
    Map<String, String> params = compressed(how);
    params.put("max-message-bytes", "600");
    assertThat(messages(protocol, params, LONG)).hasSizeGreaterThanOrEqualTo(3);
    assertThatThrownBy(() -> messages(protocol, Map.of("max-message-bytes", "600"), LONG))
        .isInstanceOf(CdcException.class);
  }

  @Test
  void whatIsStillTooLargeLiesElsewhereAsItIs(@TempDir Path directory) throws IOException {
    Map<String, String> params = compressed("lz4");
    params.put("max-message-bytes", "400");
    params.put("large-message-handle-option", "claim-check");
    params.put("claim-check-storage-uri", "file://" + directory);
    params.put("claim-check-raw-value", "true");
    StringBuilder note = new StringBuilder();
    for (int i = 0; i < 300; i++) {
      note.append(i * i);
    }
    Encoded message = messages("canal-json", params, note.toString()).get(0);
    JsonNode told = Vectors.parse(text("lz4", message.value().orElseThrow()));
    String location = told.at("/_tidb/claimCheckLocation").asText();
    byte[] stored = Files.readAllBytes(Path.of(URI.create(location)));
    assertThat(Vectors.parse(text("lz4", stored)).at("/data/0/note").asText())
        .isEqualTo(note.toString());
  }

  private static Map<String, String> compressed(String how) {
    return new HashMap<>(Map.of("large-message-handle-compression", how));
  }

  /** Returns what is compressed; open protocol frames it by its length. */
  private static byte[] inner(String protocol, byte[] value) {
    if (!protocol.equals("open-protocol")) {
      return value;
    }
    ByteBuffer framed = ByteBuffer.wrap(value);
    byte[] inner = new byte[(int) framed.getLong()];
    framed.get(inner);
    assertThat(framed.hasRemaining()).isFalse();
    return inner;
  }

  private static String text(String how, byte[] compressed) throws IOException {
    return new String(decompress(how, compressed), StandardCharsets.UTF_8);
  }

  private static byte[] decompress(String how, byte[] compressed) throws IOException {
    if (how.equals("snappy")) {
      return Snappy.uncompress(compressed);
    }
    try (LZ4FrameInputStream in = new LZ4FrameInputStream(new ByteArrayInputStream(compressed))) {
      return in.readAllBytes();
    }
  }
}
