package io.millrace.core.codec.avro;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.api.TableName;
import io.millrace.api.Tso;
import io.millrace.api.event.DdlType;
import io.millrace.api.event.SchemaChange;
import io.millrace.api.event.SourcePosition;
import io.millrace.api.event.TableChange;
import io.millrace.core.codec.Encoded;
import io.millrace.core.codec.Vectors;
import io.millrace.core.text.PlainNames;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Avro against what TiCDC writes, and as Apache Avro reads it. */
final class AvroVectorsTest {
  @TestFactory
  List<DynamicTest> cases() {
    return Vectors.tests(
        "codec/avro.json",
        each -> {
          switch (each.get("kind").asText()) {
            case "avro" -> check(each);
            case "avro-name" ->
                assertThat(PlainNames.of(each.get("name").asText()))
                    .isEqualTo(each.get("expect").asText());
            case "avro-namespace" ->
                assertThat(
                        AvroSchemas.namespace(
                            each.get("namespace").asText(), each.get("schema").asText()))
                    .isEqualTo(each.get("expect").asText());
            case "avro-enum-option" ->
                assertThat(AvroSchemas.option(each.get("option").asText()))
                    .isEqualTo(each.get("expect").asText());
            case "avro-watermark" -> checkWatermark(each);
            case "avro-ddl" -> checkDdl(each);
            default -> throw new AssertionError(each.get("kind"));
          }
        });
  }

  private static void check(JsonNode each) {
    try (FakeRegistry registry = new FakeRegistry()) {
      ObjectNode copy = each.deepCopy();
      ((ObjectNode) copy.get("config"))
          .put("schema-registry", registry.address())
          .put("topic", each.get("topic").asText());
      List<Encoded> messages = Encoded.of(new AvroEncoderProvider(), copy);
      assertThat(messages).hasSize(1);
      Encoded message = messages.get(0);
      JsonNode expect = each.get("expect");
      assertThat(message.keyHex()).isEqualTo(expect.get("key_hex").asText());
      assertThat(message.valueHex()).isEqualTo(expect.get("value_hex").asText());
      List<FakeRegistry.Request> requests = registry.requests();
      assertThat(requests).hasSize(expect.has("value_schema") ? 2 : 1);
      checkSchema(requests.get(0), expect, "key");
      checkReadable(requests.get(0), message.key().orElseThrow());
      if (expect.has("value_schema")) {
        checkSchema(requests.get(1), expect, "value");
        checkReadable(requests.get(1), message.value().orElseThrow());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void checkSchema(FakeRegistry.Request request, JsonNode expect, String part) {
    assertThat(request.path())
        .isEqualTo("/subjects/" + expect.get(part + "_subject").asText() + "/versions");
    assertThat(request.contentType()).isEqualTo("application/vnd.schemaregistry.v1+json");
    assertThat(request.schema()).isEqualTo(Vectors.parse(expect.get(part + "_schema").asText()));
  }

  /** Apache Avro reads the body, and writes the same bytes for what it read. */
  private static void checkReadable(FakeRegistry.Request request, byte[] message)
      throws IOException {
    Schema schema = new Schema.Parser().parse(request.schema().toString());
    byte[] body = Arrays.copyOfRange(message, 5, message.length);
    Object record =
        new GenericDatumReader<>(schema).read(null, DecoderFactory.get().binaryDecoder(body, null));
    ByteArrayOutputStream again = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(again, null);
    new GenericDatumWriter<>(schema).write(record, encoder);
    encoder.flush();
    assertThat(again.toByteArray()).isEqualTo(body);
  }

  private static Map<String, String> watermarks() {
    return Map.of(
        "schema-registry", "http://127.0.0.1:1",
        "enable-tidb-extension", "true",
        "avro-enable-watermark", "true");
  }

  private static void checkWatermark(JsonNode each) {
    List<Encoded> messages = new ArrayList<>();
    Encoded.encoder(new AvroEncoderProvider(), watermarks())
        .encodeCheckpoint(Tso.parse(each.get("ts").asText()), Encoded.into(messages));
    assertThat(messages.get(0).keyHex()).isEqualTo("null");
    assertThat(messages.get(0).valueHex()).isEqualTo(each.at("/expect/value_hex").asText());
  }

  private static void checkDdl(JsonNode each) {
    TableName name = new TableName(each.get("schema").asText(), each.get("table").asText());
    Tso ts = Tso.parse(each.get("commit_ts").asText());
    SchemaChange change =
        new SchemaChange(
            new SourcePosition("s", 1, 4, 0, ""),
            ts,
            ts,
            DdlType.of(each.get("ddl_type").asInt()).orElseThrow(),
            name.schema(),
            each.get("query").asText(),
            List.of(TableChange.made(name)));
    List<Encoded> messages = new ArrayList<>();
    Encoded.encoder(new AvroEncoderProvider(), watermarks()).encode(change, Encoded.into(messages));
    assertThat(messages.get(0).keyHex()).isEqualTo("null");
    assertThat(messages.get(0).valueHex()).isEqualTo(each.at("/expect/value_hex").asText());
  }
}
