package io.millrace.core.codec.avro;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import io.millrace.core.text.ByteBuilder;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What no vector shows. */
final class AvroEncoderTest {
  private static final TableSchema TABLE =
      new TableSchema(
          new TableName("s", "t"),
          List.of(
              Vectors.column("id", "int").toBuilder().nullable(false).build(),
              Vectors.column("v", "varchar(10)")),
          List.of(TableSchema.Key.primary(List.of(0))));

  private final AvroEncoderProvider provider = new AvroEncoderProvider();
  private FakeRegistry registry;

  @BeforeEach
  void start() throws IOException {
    registry = new FakeRegistry();
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  private EventEncoder encoder(String... more) {
    Map<String, String> params = new HashMap<>();
    params.put("schema-registry", registry.address());
    params.put("topic", "s_t");
    for (int i = 0; i < more.length; i += 2) {
      params.put(more[i], more[i + 1]);
    }
    return Encoded.encoder(provider, params);
  }

  private static FakeChange insert(TableSchema table, int id) {
    return FakeChange.insert(table, FakeRow.of(table, id, "x"));
  }

  private static List<Encoded> drain(EventEncoder encoder) {
    List<Encoded> messages = new ArrayList<>();
    encoder.drain(Encoded.into(messages));
    return messages;
  }

  @Test
  void schemasAreRegisteredOncePerDefinitionByAllEncodersTogether() {
    EventEncoder first = encoder();
    first.append(insert(TABLE, 1), new Tso(1));
    first.append(insert(TABLE, 2), new Tso(1));
    encoder().append(insert(TABLE, 3), new Tso(1));
    assertThat(registry.requests()).hasSize(2);
    TableSchema wider =
        new TableSchema(
            TABLE.name(),
            List.of(TABLE.columns().get(0), Vectors.column("w", "varchar(10)")),
            TABLE.keys());
    first.append(insert(wider, 4), new Tso(2));
    assertThat(registry.requests())
        .extracting(FakeRegistry.Request::path)
        .containsExactly(
            "/subjects/s_t-key/versions",
            "/subjects/s_t-value/versions",
            "/subjects/s_t-value/versions");
    List<Encoded> messages = drain(first);
    assertThat(messages.get(1).valueHex()).startsWith("0000000002");
    assertThat(messages.get(2).valueHex()).startsWith("0000000003");
  }

  @Test
  void rowsWithoutAHandleKeyHaveNoKey() {
    TableSchema bare = new TableSchema(TABLE.name(), TABLE.columns(), List.of());
    EventEncoder encoder = encoder();
    encoder.append(insert(bare, 1), new Tso(1));
    assertThat(drain(encoder)).extracting(Encoded::keyHex).containsExactly("null");
    assertThat(registry.requests()).hasSize(1);
  }

  @Test
  void aRegistryThatFailsIsNamedAndTheRowCanComeAgain() {
    EventEncoder encoder = encoder();
    registry.answerWith(409, "{}");
    assertThatThrownBy(() -> encoder.append(insert(TABLE, 1), new Tso(1)))
        .isInstanceOfSatisfying(
            CdcException.class,
            e -> {
              assertThat(e.code()).isEqualTo(StandardErrorCode.AVRO_SCHEMA_API_ERROR);
              assertThat(e.code().retryable()).isTrue();
            })
        .hasMessageContainingAll("127.0.0.1:" + registry.port(), "409", "s_t-key");
    registry.answerWith(200, "{}");
    encoder.append(insert(TABLE, 1), new Tso(1));
    assertThat(drain(encoder)).hasSize(1);
    registry.close();
    EventEncoder alone =
        Encoded.encoder(new AvroEncoderProvider(), Map.of("schema-registry", registry.address()));
    assertThatThrownBy(() -> alone.append(insert(TABLE, 1), new Tso(1)))
        .isInstanceOf(CdcException.class)
        .hasMessageContaining("cannot be reached");
  }

  @Test
  void dialExpectsARegistrysAnswer() {
    Map<String, String> params = Map.of("schema-registry", registry.address() + "/");
    EncoderRequest request = new EncoderRequest(params, ZoneOffset.UTC, () -> Instant.EPOCH);
    provider.dial(request, Duration.ofSeconds(5));
    registry.answerWith(200, "{\"welcome\":1}");
    assertThatThrownBy(() -> provider.dial(request, Duration.ofSeconds(5)))
        .isInstanceOf(CdcException.class)
        .hasMessageContaining("no registry's");
  }

  @Test
  void theNameAndPasswordInTheAddressAreNotShown() {
    Map<String, String> params =
        Map.of("schema-registry", "http://ann:se%40cret@127.0.0.1:" + registry.port());
    EventEncoder encoder = Encoded.encoder(provider, params);
    encoder.append(insert(TABLE, 1), new Tso(1));
    // ann:se@cret
    assertThat(registry.requests().get(0).user()).contains("Basic YW5uOnNlQGNyZXQ=");
    registry.answerWith(500, "{}");
    TableSchema other = new TableSchema(new TableName("s", "u"), TABLE.columns(), TABLE.keys());
    assertThatThrownBy(() -> encoder.append(insert(other, 1), new Tso(1)))
        .isInstanceOf(CdcException.class)
        .hasMessageNotContaining("cret");
  }

  @Test
  void parametersAreChecked() {
    assertThatThrownBy(() -> Encoded.encoder(provider, Map.of()))
        .isInstanceOfSatisfying(
            CdcException.class,
            e -> assertThat(e.code()).isEqualTo(StandardErrorCode.PREPARE_AVRO_FAILED))
        .hasMessageContaining("Avro protocol requires parameter \"schema-registry\"");
    assertThatThrownBy(() -> Encoded.encoder(provider, Map.of("schema-registry", "abc")))
        .isInstanceOf(CdcException.class)
        .hasMessageContaining("an address such as");
    assertThatThrownBy(() -> encoder("avro-decimal-handling-mode", "exact"))
        .isInstanceOfSatisfying(
            CdcException.class,
            e -> assertThat(e.code()).isEqualTo(StandardErrorCode.CODEC_INVALID_CONFIG));
    EventEncoder tight = encoder("max-message-bytes", "40");
    assertThatThrownBy(() -> tight.append(insert(TABLE, 1), new Tso(1)))
        .isInstanceOfSatisfying(
            CdcException.class,
            e -> assertThat(e.code()).isEqualTo(StandardErrorCode.MESSAGE_TOO_LARGE))
        .hasMessageContaining("table s.t takes");
    assertThat(drain(tight)).isEmpty();
  }

  @Test
  void decimalsAreTheShortestTwosComplement() {
    Random random = new Random(11);
    DecimalBytes decimals = new DecimalBytes();
    for (int i = 0; i < 20_000; i++) {
      BigInteger unscaled = new BigInteger(random.nextInt(215), random);
      BigDecimal number =
          new BigDecimal(random.nextBoolean() ? unscaled : unscaled.negate(), random.nextInt(30));
      ByteBuilder digits = new ByteBuilder(80);
      digits.write(number.toPlainString());
      ByteBuilder out = new ByteBuilder(80);
      decimals.write(digits, out);
      assertThat(Arrays.copyOf(out.array(), out.size()))
          .isEqualTo(number.unscaledValue().toByteArray());
    }
  }
}
