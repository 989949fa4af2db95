package io.millrace.core.codec.canal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.api.CdcException;
import io.millrace.api.ConnectorUri;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.Tso;
import io.millrace.api.codec.EncoderRequest;
import io.millrace.api.codec.EventEncoder;
import io.millrace.api.codec.MessageSink;
import io.millrace.api.event.Column;
import io.millrace.core.codec.Vectors;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Canal-JSON against what TiCDC writes. */
final class CanalJsonVectorsTest {
  private static final String OLDER = "5.2's form; the specification chooses the later one";
  private static final String LARGE =
      "another form for messages that are too large: for message queues only";

  /** Why a case is left out, or empty. */
  private static Optional<String> leftOut(JsonNode each) {
    if (each.get("applies_to").asText().equals("v5.2")) {
      return Optional.of(OLDER);
    }
    return each.path("config").has("too-large") ? Optional.of(LARGE) : Optional.empty();
  }

  @TestFactory
  List<DynamicTest> messages() {
    return Vectors.cases("canal-json.json").stream()
        .filter(each -> leftOut(each).isEmpty() && each.get("kind").asText().equals("message"))
        .map(each -> DynamicTest.dynamicTest(name(each), () -> check(each)))
        .toList();
  }

  private static String name(JsonNode each) {
    return each.get("id").asText() + " " + each.path("event").asText("");
  }

  private static void check(JsonNode each) {
    List<String> expected = new ArrayList<>();
    for (JsonNode message : each.get("expect")) {
      assertThat(message.get("key_hex").isNull()).isTrue();
      for (String line : message.get("value_text").asText().split("\r\n", -1)) {
        if (!line.isEmpty()) {
          expected.add(line);
        }
      }
    }
    List<String> actual = encode(each);
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.size(); i++) {
      assertThat(Vectors.parse(actual.get(i))).isEqualTo(Vectors.parse(expected.get(i)));
      assertThat(withoutOrderOfTypes(actual.get(i)))
          .isEqualTo(withoutOrderOfTypes(expected.get(i)));
    }
  }

  /** TiCDC orders this one map at random; all other bytes count. */
  private static String withoutOrderOfTypes(String message) {
    return message.replaceFirst("\"mysqlType\":\\{[^}]*\\}", "");
  }

  private static List<String> encode(JsonNode each) {
    Map<String, String> params = new HashMap<>();
    each.get("config").properties().forEach(e -> params.put(e.getKey(), e.getValue().asText()));
    Instant clock = Instant.ofEpochMilli(Long.parseLong(params.get("build-ts-ms")));
    EventEncoder encoder =
        new CanalJsonEncoderProvider()
            .open(new EncoderRequest(params, ZoneOffset.UTC, () -> clock));
    List<String> messages = new ArrayList<>();
    MessageSink out =
        (bytes, keyOffset, keyLength, offset, length, rows) -> {
          assertThat(keyLength).isEqualTo(-1);
          messages.add(new String(bytes, offset, length, StandardCharsets.UTF_8));
        };
    List<JsonNode> events = new ArrayList<>();
    if (each.has("event")) {
      events.add(Vectors.event(each.get("event").asText()));
    } else {
      each.get("events").forEach(e -> events.add(Vectors.event(e.asText())));
    }
    for (JsonNode event : events) {
      switch (event.get("kind").asText()) {
        case "row" -> encoder.append(Vectors.change(event), Vectors.commitTs(event));
        case "ddl" -> encoder.encode(Vectors.schemaChange(event), out);
        default -> encoder.encodeCheckpoint(Tso.parse(event.get("ts").asText()), out);
      }
    }
    encoder.drain(out);
    return messages;
  }

  @Test
  void fieldsOfSchemaChange() {
    JsonNode each =
        Vectors.cases("canal-json.json").stream()
            .filter(e -> e.get("id").asText().equals("c-canalj-d98af3f0ef"))
            .findFirst()
            .orElseThrow();
    List<String> messages = new ArrayList<>();
    new CanalJsonEncoderProvider()
        .open(new EncoderRequest(Map.of(), ZoneOffset.UTC, () -> Instant.EPOCH))
        .encode(
            Vectors.schemaChange(each.get("event_inline")),
            (bytes, keyOffset, keyLength, offset, length, rows) ->
                messages.add(new String(bytes, offset, length, StandardCharsets.UTF_8)));
    JsonNode message = Vectors.parse(messages.get(0));
    each.get("expect")
        .properties()
        .forEach(e -> assertThat(message.get(e.getKey())).isEqualTo(e.getValue()));
  }

  @Test
  void everyOtherCaseIsLeftOutForAReason() {
    Map<String, List<String>> byReason = new HashMap<>();
    for (JsonNode each : Vectors.cases("canal-json.json")) {
      leftOut(each)
          .ifPresent(
              r ->
                  byReason.computeIfAbsent(r, k -> new ArrayList<>()).add(each.get("id").asText()));
    }
    assertThat(byReason.keySet()).containsExactlyInAnyOrder(OLDER, LARGE);
    assertThat(byReason.get(LARGE))
        .containsExactlyInAnyOrder(
            "c-canalj-bb32700b37",
            "c-canalj-153fca8a1b",
            "c-canalj-1f360979fd",
            "c-canalj-8fe26b1976",
            "c-canalj-7b04598b7b");
    assertThat(byReason.get(OLDER)).containsExactlyInAnyOrderElementsOf(LEFT_OUT_AS_OLDER);
  }

  @TestFactory
  List<DynamicTest> types() {
    return Vectors.cases("types.json").stream()
        .filter(each -> leftOut(each).isEmpty())
        .map(each -> DynamicTest.dynamicTest(each.get("id").asText(), () -> checkType(each)))
        .toList();
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

  @Test
  void typesOfFiveTwoAreLeftOut() {
    assertThat(
            Vectors.cases("types.json").stream()
                .filter(each -> leftOut(each).isPresent())
                .map(each -> each.get("id").asText()))
        .containsExactlyInAnyOrderElementsOf(TYPES_LEFT_OUT);
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
    assertThat(options).isEqualTo(new CanalJsonOptions(false, false, false, false, 10_485_760));
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
              e -> assertThat(e.code()).isEqualTo(StandardErrorCode.SINK_INVALID_CONFIG))
          .hasMessageContaining("invalid max-message-bytes '");
    } else {
      assertThat(CanalJsonOptions.of(params).maxBytes())
          .isEqualTo(each.at("/expect/max-message-bytes").asLong());
    }
  }

  private static final List<String> LEFT_OUT_AS_OLDER =
      List.of(
          "c-canalj-b846b7cde7",
          "c-canalj-8becca98cc",
          "c-canalj-ffafb968b9",
          "c-canalj-ca424df050",
          "c-canalj-7dca42b793",
          "c-canalj-7ae939e537",
          "c-canalj-46f85cb7db",
          "c-canalj-8d35650ce1",
          "c-canalj-f4730512e1",
          "c-canalj-6172a54a4e",
          "c-canalj-3f33ca466a",
          "c-canalj-a945384663",
          "c-canalj-749df15cd4",
          "c-canalj-f32c216770",
          "c-canalj-98f8cc7e8a",
          "c-canalj-29666082c8",
          "c-canalj-2d45389937",
          "c-canalj-089f409d8f",
          "c-canalj-72970e0351",
          "c-canalj-1ed6795931",
          "c-canalj-3d112f7881",
          "c-canalj-ee060983be",
          "c-canalj-17c188049f",
          "c-canalj-bac1ad456f",
          "c-canalj-fefb596920",
          "c-canalj-4bdbe32d34",
          "c-canalj-2c6a4e7002",
          "c-canalj-32945105ba",
          "c-canalj-83e9c9e8ea",
          "c-canalj-3869d91e44",
          "c-canalj-183b7424c5",
          "c-canalj-28c81a3687",
          "c-canalj-84c2b20a78",
          "c-canalj-edf9168fb8",
          "c-canalj-ffc118d0ca",
          "c-canalj-0fa64f1469",
          "c-canalj-554ae3cc3e",
          "c-canalj-48b51a07ec",
          "c-canalj-66b95dabbe",
          "c-canalj-b7b11753b3",
          "c-canalj-a50a6596ea",
          "c-canalj-0762c7c498",
          "c-canalj-efaf54dfc1",
          "c-canalj-586116e094",
          "c-canalj-c9457e3529",
          "c-canalj-e8830d6d64",
          "c-canalj-74d33b1298",
          "c-canalj-13741e7add",
          "c-canalj-789cefe2aa",
          "c-canalj-68abba0c7f",
          "c-canalj-afcc3d9077",
          "c-canalj-01dd791ede");

  private static final List<String> TYPES_LEFT_OUT =
      List.of(
          "c-types-3d8a584b23",
          "c-types-d58acf94ec",
          "c-types-5f3726dbe3",
          "c-types-c7feefa072",
          "c-types-0c5bcbdf0d",
          "c-types-8b8acbd866",
          "c-types-fd24056bc6",
          "c-types-f1c855c923",
          "c-types-3a678ef0c6",
          "c-types-01b304080f",
          "c-types-e759100638",
          "c-types-8708708359",
          "c-types-e82ff57cf7",
          "c-types-3e063e5edc",
          "c-types-cd6c2eeb05",
          "c-types-94fc689f5c",
          "c-types-da3242656d",
          "c-types-b55305fd71",
          "c-types-5dbffa1433",
          "c-types-0f8ce2facd");
}
