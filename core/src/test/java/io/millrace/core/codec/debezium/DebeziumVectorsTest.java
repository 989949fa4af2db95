package io.millrace.core.codec.debezium;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.api.TableName;
import io.millrace.core.codec.Encoded;
import io.millrace.core.codec.Vectors;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Debezium against what TiCDC writes. */
final class DebeziumVectorsTest {
  @TestFactory
  List<DynamicTest> messages() {
    return Vectors.tests(
        "codec/debezium.json",
        each -> {
          if (each.get("kind").asText().equals("debezium-name")) {
            TableName name = new TableName(each.get("schema").asText(), each.get("table").asText());
            assertThat(SchemaText.prefix(each.get("cluster").asText(), name))
                .isEqualTo(each.get("expect").asText());
          } else {
            check(each);
          }
        });
  }

  private static void check(JsonNode each) {
    ObjectNode copy = each.deepCopy();
    ((ObjectNode) copy.get("config")).put("build-ts-ms", each.at("/config/now-ms").asText());
    List<Encoded> messages = Encoded.of(new DebeziumEncoderProvider(), copy);
    assertThat(messages).hasSize(1);
    JsonNode key = Vectors.parse(text(messages.get(0).key().orElseThrow()));
    JsonNode value = Vectors.parse(messages.get(0).text());
    JsonNode expect = each.get("expect");
    assertThat(key).isEqualTo(expect.get("key"));
    if (expect.has("value")) {
      assertThat(value).isEqualTo(expect.get("value"));
    }
    if (expect.has("value_payload")) {
      assertThat(value.get("payload")).isEqualTo(expect.get("value_payload"));
    }
    for (Map.Entry<String, JsonNode> field : expect.path("value_payload_fields").properties()) {
      assertThat(value.get("payload").get(field.getKey())).isEqualTo(field.getValue());
    }
    for (Map.Entry<String, JsonNode> field : expect.path("table_change").properties()) {
      assertThat(value.at("/payload/tableChanges/0").get(field.getKey()))
          .isEqualTo(field.getValue());
    }
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
