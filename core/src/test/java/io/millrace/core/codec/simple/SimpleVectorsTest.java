package io.millrace.core.codec.simple;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.TableName;
import io.millrace.api.Tso;
import io.millrace.api.codec.EncoderRequest;
import io.millrace.api.codec.EventEncoder;
import io.millrace.api.event.TableSchema;
import io.millrace.core.codec.Encoded;
import io.millrace.core.codec.FakeChange;
import io.millrace.core.codec.FakeRow;
import io.millrace.core.codec.Vectors;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Simple against what TiCDC writes, but for two members: {@code tableID}, which a row of MySQL's
 * log does not have, and the number in {@code schemaVersion}, which is another but that of the
 * definition sent before.
 */
final class SimpleVectorsTest {
  private static final SimpleEncoderProvider PROVIDER = new SimpleEncoderProvider();

  private static final TableSchema TABLE =
      new TableSchema(
          new TableName("s", "t"),
          List.of(
              Vectors.column("id", "int unsigned").toBuilder().nullable(false).build(),
              Vectors.column("at", "timestamp")),
          List.of(TableSchema.Key.primary(List.of(0))));

  @TempDir Path claims;

  @TestFactory
  List<DynamicTest> messages() {
    return Vectors.tests("codec/simple.json", this::check);
  }

  private void check(JsonNode each) {
    ObjectNode copy = each.deepCopy();
    ((ObjectNode) copy.get("config")).put("claim-check-storage-uri", "file://" + claims);
    List<JsonNode> definitions = new ArrayList<>();
    List<JsonNode> rows = new ArrayList<>();
    for (Encoded message : Encoded.of(PROVIDER, copy)) {
      assertThat(message.key()).isEmpty();
      JsonNode parsed = Vectors.parse(message.text());
      if (parsed.get("type").asText().equals("BOOTSTRAP")) {
        definitions.add(parsed.get("tableSchema"));
      } else {
        rows.add(parsed);
      }
    }
    assertThat(rows).hasSize(1);
    ObjectNode actual = (ObjectNode) rows.get(0);
    ObjectNode expected = (ObjectNode) Vectors.parse(each.at("/expect/0/value_text").asText());
    if (expected.has("schemaVersion")) {
      assertThat(definitions).hasSize(1);
      assertThat(actual.remove("schemaVersion")).isEqualTo(definitions.get(0).get("version"));
      expected.remove(List.of("schemaVersion", "tableID"));
    }
    if (expected.has("claimCheckLocation")) {
      assertThat(actual.get("claimCheckLocation").asText()).startsWith("file://" + claims);
      actual.put("claimCheckLocation", expected.get("claimCheckLocation").asText());
    }
    assertThat(actual).isEqualTo(expected);
  }

  @Test
  void timestampsTellTheirZone() {
    EventEncoder encoder =
        PROVIDER.open(
            new EncoderRequest(Map.of(), ZoneId.of("Asia/Shanghai"), () -> Instant.EPOCH));
    encoder.append(
        FakeChange.insert(TABLE, FakeRow.of(TABLE, 1, "2020-12-31 16:00:00")), new Tso(7));
    encoder.append(FakeChange.insert(TABLE, FakeRow.of(TABLE, 2, null)), new Tso(8));
    List<Encoded> messages = new ArrayList<>();
    encoder.drain(Encoded.into(messages));
    assertThat(messages).extracting(Encoded::rows).containsExactly(0, 1, 1);
    assertThat(messages.get(1).text())
        .endsWith(
            "\"schemaVersion\":7,\"data\":{\"at\":{\"location\":\"Asia/Shanghai\","
                + "\"value\":\"2021-01-01 00:00:00\"},\"id\":\"1\"}}");
    assertThat(messages.get(2).text()).endsWith("\"data\":{\"at\":null,\"id\":\"2\"}}");
    assertThat(Vectors.parse(messages.get(0).text()).get("tableSchema"))
        .isEqualTo(
            Vectors.parse(
                "{\"schema\":\"s\",\"table\":\"t\",\"version\":7,\"columns\":[{\"name\":\"id\","
                    + "\"dataType\":{\"mysqlType\":\"int\",\"charset\":\"binary\","
                    + "\"collate\":\"binary\",\"unsigned\":true},\"nullable\":false,"
                    + "\"default\":null},{\"name\":\"at\",\"dataType\":{\"mysqlType\":"
                    + "\"timestamp\",\"charset\":\"binary\",\"collate\":\"binary\"},"
                    + "\"nullable\":true,\"default\":null}],\"indexes\":[{\"name\":\"primary\","
                    + "\"unique\":true,\"primary\":true,\"nullable\":false,"
                    + "\"columns\":[\"id\"]}]}"));
  }

  @Test
  void definitionsAreToldAgainAfterRowsAndTime() {
    AtomicLong now = new AtomicLong();
    EventEncoder encoder =
        PROVIDER.open(
            new EncoderRequest(
                Map.of("send-bootstrap-in-msg-count", "2"),
                ZoneId.of("UTC"),
                () -> Instant.ofEpochMilli(now.get())));
    FakeChange row = FakeChange.insert(TABLE, FakeRow.of(TABLE, 1, null));
    for (int i = 0; i < 3; i++) {
      encoder.append(row, new Tso(7));
    }
    now.set(119_999);
    encoder.append(row, new Tso(7));
    now.set(240_000);
    encoder.append(row, new Tso(7));
    List<Encoded> messages = new ArrayList<>();
    encoder.drain(Encoded.into(messages));
    assertThat(messages).extracting(Encoded::rows).containsExactly(0, 1, 1, 0, 1, 1, 0, 1);
  }

  @Test
  void otherEncodingsAndRowsThatAreTooLargeAreRefused() {
    assertThatThrownBy(() -> Encoded.encoder(PROVIDER, Map.of("encoding-format", "avro")))
        .isInstanceOfSatisfying(
            CdcException.class,
            e -> assertThat(e.code()).isEqualTo(StandardErrorCode.CODEC_INVALID_CONFIG))
        .hasMessageContaining("encoding-format 'avro'");
    EventEncoder encoder = Encoded.encoder(PROVIDER, Map.of("max-message-bytes", "100"));
    FakeChange row = FakeChange.insert(TABLE, FakeRow.of(TABLE, 1, null));
    assertThatThrownBy(() -> encoder.append(row, new Tso(7)))
        .isInstanceOfSatisfying(
            CdcException.class,
            e -> assertThat(e.code()).isEqualTo(StandardErrorCode.MESSAGE_TOO_LARGE))
        .hasMessageContaining("table s.t takes");
  }

  @Test
  void rowsThatAreTooLargeAreClaimed() {
    TableSchema table =
        new TableSchema(
            TABLE.name(),
            List.of(TABLE.columns().get(0), Vectors.column("c", "text")),
            TABLE.keys());
    Map<String, String> params =
        Map.of(
            "max-message-bytes", "500",
            "large-message-handle-option", "claim-check",
            "claim-check-storage-uri", "file://" + claims,
            "claim-check-raw-value", "true");
    EventEncoder encoder = Encoded.encoder(PROVIDER, params);
    encoder.append(FakeChange.insert(table, FakeRow.of(table, 1, "x".repeat(500))), new Tso(7));
    List<Encoded> messages = new ArrayList<>();
    encoder.drain(Encoded.into(messages));
    JsonNode message = Vectors.parse(messages.get(1).text());
    assertThat(message.get("data")).isEqualTo(Vectors.parse("{\"id\":\"1\"}"));
    assertThat(message.has("handleKeyOnly")).isFalse();
    Path place = Path.of(URI.create(message.get("claimCheckLocation").asText()));
    assertThat(place.getParent()).isEqualTo(claims);
    assertThat(place).content().contains("\"data\":{\"c\":\"xxx");
  }
}
