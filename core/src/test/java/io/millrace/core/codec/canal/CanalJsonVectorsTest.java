package io.millrace.core.codec.canal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.api.CdcException;
import io.millrace.api.ConnectorUri;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.event.Column;
import io.millrace.core.codec.Encoded;
import io.millrace.core.codec.Vectors;
import io.millrace.core.connector.Compression;
import io.millrace.core.connector.LargeMessages;
import io.millrace.core.text.ColumnTypes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Canal-JSON against what TiCDC writes. */
final class CanalJsonVectorsTest {
  private static final CanalJsonEncoderProvider PROVIDER = new CanalJsonEncoderProvider();

  @TempDir Path claims;

  @TestFactory
  List<DynamicTest> messages() {
    return Vectors.tests(
        "codec/canal-json.json",
        each -> {
          if (each.get("kind").asText().equals("canal-json-fields")) {
            checkFields(each);
          } else {
            check(each);
          }
        });
  }

  private void check(JsonNode each) {
    List<String> expected = new ArrayList<>();
    for (JsonNode message : each.get("expect")) {
      assertThat(message.get("key_hex").isNull()).isTrue();
      for (String line : message.get("value_text").asText().split("\r\n", -1)) {
        if (!line.isEmpty()) {
          expected.add(line);
        }
      }
    }
    List<String> actual = new ArrayList<>();
    for (Encoded message : Encoded.of(PROVIDER, withClaims(each))) {
      assertThat(message.key()).isEmpty();
      actual.add(message.text());
    }
    if (each.path("config").has("claim-check-location")) {
      String location = each.at("/config/claim-check-location").asText();
      actual.replaceAll(message -> claimed(message, location));
    }
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.size(); i++) {
      assertThat(Vectors.parse(actual.get(i))).isEqualTo(Vectors.parse(expected.get(i)));
      assertThat(withoutOrderOfTypes(actual.get(i)))
          .isEqualTo(withoutOrderOfTypes(expected.get(i)));
    }
  }

  private JsonNode withClaims(JsonNode each) {
    ObjectNode copy = each.deepCopy();
    ((ObjectNode) copy.get("config")).put("claim-check-storage-uri", "file://" + claims);
    return copy;
  }

  /** Checks that the whole message lies where a message says, and replaces the place. */
  private String claimed(String message, String location) {
    String place = Vectors.parse(message).at("/_tidb/claimCheckLocation").asText();
    assertThat(place).startsWith("file://" + claims + "/").endsWith(".json");
    try {
      JsonNode stored = Vectors.parse(Files.readString(Path.of(URI.create(place))));
      assertThat(stored.get("key").isNull()).isTrue();
      String whole = new String(stored.get("value").binaryValue(), StandardCharsets.UTF_8);
      assertThat(Vectors.parse(whole).at("/data/0").size())
          .isGreaterThan(Vectors.parse(message).at("/data/0").size());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return message.replace(place, location);
  }

  /** TiCDC orders this one map at random; all other bytes count. */
  private static String withoutOrderOfTypes(String message) {
    return message.replaceFirst("\"mysqlType\":\\{[^}]*\\}", "");
  }

  private static void checkFields(JsonNode each) {
    List<Encoded> messages =
        Encoded.of(Encoded.encoder(PROVIDER, Map.of()), List.of(each.get("event_inline")));
    JsonNode message = Vectors.parse(messages.get(0).text());
    each.get("expect")
        .properties()
        .forEach(e -> assertThat(message.get(e.getKey())).isEqualTo(e.getValue()));
  }

  @TestFactory
  List<DynamicTest> types() {
    return Vectors.tests("codec/types.json", CanalJsonVectorsTest::checkType);
  }

  private static void checkType(JsonNode each) {
    Column column = Vectors.column("c", each.get("declared").asText());
    if (each.get("kind").asText().equals("mysql-type")) {
      assertThat(ColumnTypes.shortName(column)).isEqualTo(each.get("short").asText());
      assertThat(ColumnTypes.fullName(column)).isEqualTo(each.get("full").asText());
      return;
    }
    Object value = Vectors.value(column.type(), each.get("value"));
    int actual =
        ColumnTypes.hasLargeType(column) && value != null
            ? ColumnTypes.javaType(column, (Long) value)
            : ColumnTypes.javaType(column);
    assertThat(actual).isEqualTo(each.get("expect").asInt());
  }

  /** Of the configuration cases those of this protocol, and of 5.2 the one common parameter. */
  @Test
  void parameters() {
    List<String> checked = new ArrayList<>();
    for (JsonNode each : Vectors.cases("config.json")) {
      if (each.path("uri").asText().contains("protocol=canal-json")
          && !each.path("replica_config").toString().contains("large-message-handle")) {
        assertThat(CanalJsonOptions.of(query(each)).extension()).isTrue();
        checked.add(each.get("id").asText());
      } else if (each.path("params").has("max-message-bytes")) {
        checkMaxBytes(
            each, Map.of("max-message-bytes", each.at("/params/max-message-bytes").asText()));
        checked.add(each.get("id").asText());
      } else if (each.path("uri").asText().contains("max-message-bytes")) {
        checkMaxBytes(each, Map.of("max-message-bytes", query(each).get("max-message-bytes")));
        checked.add(each.get("id").asText());
      }
    }
    assertThat(checked).hasSize(8);
    CanalJsonOptions options = CanalJsonOptions.of(Map.of());
    assertThat(options)
        .isEqualTo(
            new CanalJsonOptions(
                false,
                false,
                false,
                false,
                10_485_760,
                new LargeMessages(false, Optional.empty(), false, Compression.NONE)));
    assertThat(CanalJsonOptions.of(Map.of("content-compatible", "T")).onlyUpdated()).isTrue();
  }

  private static Map<String, String> query(JsonNode each) {
    return ConnectorUri.parse(each.get("uri").asText(), StandardErrorCode.SINK_URI_INVALID)
        .params();
  }

  private static void checkMaxBytes(JsonNode each, Map<String, String> params) {
    if (each.has("expect_error")) {
      assertThatThrownBy(() -> CanalJsonOptions.of(params))
          .isInstanceOfSatisfying(
              CdcException.class,
              e -> assertThat(e.code()).isEqualTo(StandardErrorCode.CODEC_INVALID_CONFIG))
          .hasMessageContaining("invalid max-message-bytes '");
    } else {
      assertThat(CanalJsonOptions.of(params).maxBytes())
          .isEqualTo(each.at("/expect/max-message-bytes").asLong());
    }
  }
}
