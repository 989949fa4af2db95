package io.millrace.core.sink.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.base.Ticker;
import io.millrace.api.CaptureId;
import io.millrace.api.CdcException;
import io.millrace.api.ChangefeedId;
import io.millrace.api.ConnectorUri;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.Tso;
import io.millrace.api.changefeed.ColumnSelector;
import io.millrace.api.changefeed.DispatchRule;
import io.millrace.api.changefeed.SinkConfig;
import io.millrace.api.sink.SinkRequest;
import io.millrace.core.codec.Protocols;
import io.millrace.core.codec.avro.AvroEncoderProvider;
import io.millrace.core.codec.canal.CanalJsonEncoderProvider;
import io.millrace.core.codec.openprotocol.OpenProtocolEncoderProvider;
import io.millrace.core.connector.CertificateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class KafkaSinkProviderTest {
  @TempDir private Path certificates;

  private KafkaSinkProvider provider() {
    Protocols protocols =
        new Protocols(
            Map.of(
                AvroEncoderProvider.PROTOCOL, new AvroEncoderProvider(),
                CanalJsonEncoderProvider.PROTOCOL, new CanalJsonEncoderProvider(),
                OpenProtocolEncoderProvider.PROTOCOL, new OpenProtocolEncoderProvider()));
    return new KafkaSinkProvider(
        protocols,
        new CertificateFiles(Optional.of(certificates)),
        Ticker.systemTicker(),
        () -> Instant.EPOCH);
  }

  private static SinkRequest request(String uri) {
    return request(uri, SinkConfig.DEFAULT);
  }

  private static SinkRequest request(String uri, SinkConfig config) {
    return new SinkRequest(
        ConnectorUri.parse(uri, StandardErrorCode.SINK_URI_INVALID),
        config,
        new ChangefeedId("feed"),
        "incarnation",
        new CaptureId("capture"),
        Set.of(),
        0,
        Tso.ZERO,
        ZoneOffset.UTC);
  }

  private static SinkConfig options(Map<String, String> options) {
    return new SinkConfig(List.of(), Optional.empty(), options);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "kafka:///t|KAFKA_INVALID_CONFIG|no broker is specified",
        "kafka://h|KAFKA_INVALID_CONFIG|no topic is specified in sink-uri",
        "kafka://h/a/b|KAFKA_INVALID_CONFIG|invalid topic 'a/b'",
        "kafka://h/..|KAFKA_INVALID_CONFIG|invalid topic '..'",
        "kafka://h/t?protocol=csv|SINK_UNKNOWN_PROTOCOL|for files",
        "kafka://h/t?protocol=craft|SINK_UNKNOWN_PROTOCOL|'craft'",
        "kafka://h/t?protocol=avro|PREPARE_AVRO_FAILED|registry",
        "kafka://h/t?partition-num=0|KAFKA_INVALID_PARTITION_NUM|invalid partition num 0",
        "kafka://h/t?partition-num=x|KAFKA_INVALID_PARTITION_NUM|invalid partition num x",
        "kafka://h/t?replication-factor=0|KAFKA_INVALID_CONFIG|replication-factor '0'",
        "kafka://h/t?kafka-version=new|KAFKA_INVALID_VERSION|invalid kafka version 'new'",
        "kafka://h/t?max-message-bytes=0|KAFKA_INVALID_CONFIG|max-message-bytes '0'",
        "kafka://h/t?max-batch-size=0|KAFKA_INVALID_CONFIG|max-batch-size '0'",
        "kafka://h/t?compression=brotli|KAFKA_INVALID_CONFIG|compression 'brotli'",
        "kafka://h/t?auto-create-topic=maybe|KAFKA_INVALID_CONFIG|auto-create-topic 'maybe'",
        "kafka://h/t?dial-timeout=5|KAFKA_INVALID_CONFIG|dial-timeout '5'",
        "kafka://h/t?read-timeout=0|KAFKA_INVALID_CONFIG|read-timeout '0'",
        "kafka://h/t?transaction-atomicity=table|SINK_URI_INVALID|table level atomicity",
        "kafka://h/t?sasl-user=u|KAFKA_INVALID_CONFIG|sasl-mechanism ''",
        "kafka://h/t?sasl-user=u&sasl-mechanism=GSSAPI|KAFKA_INVALID_CONFIG|'GSSAPI', it must be",
        "kafka://h/t?sasl-mechanism=OAUTHBEARER|KAFKA_INVALID_CONFIG|'OAUTHBEARER', it must be",
        "kafka://h/t?sasl-mechanism=PLAIN|KAFKA_INVALID_CONFIG|sasl-user '', it must be given",
        "kafka://h/t?cert=c.pem|KAFKA_INVALID_CONFIG|together with key",
        "kafka://h/t?enable-tls=false&ca=c.pem|KAFKA_INVALID_CONFIG|enable-tls",
        "kafka://h/t?insecure-skip-verify=true|KAFKA_INVALID_CONFIG|without TLS",
        "kafka://h/t?ca=../c.pem|KAFKA_INVALID_CONFIG|inside the certificate directory",
        "kafka://h/t?ca=/etc/passwd|KAFKA_INVALID_CONFIG|inside the certificate directory",
        "kafka://h/t?protocol=canal-json&large-message-handle-option=handle-key-only"
            + "|CODEC_INVALID_CONFIG|enable-tidb-extension",
      })
  void wrongParametersAreNamed(String uri, StandardErrorCode code, String part) {
    assertThatThrownBy(() -> provider().validate(request(uri)))
        .isInstanceOfSatisfying(CdcException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(part);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "kafka://h/t",
        "kafka://h1:9092,h2:9092,[::1]:9092/t/?kafka-version=2.4.0&required-acks=1&max-retry=-1",
        "kafka://h/t?compression=ZSTD&partition-num=8&replication-factor=3&unknown=1",
        "kafka+ssl://h/t?insecure-skip-verify=true",
        "kafka+ssl://h/t?ca=ca.pem&cert=sub/cert.pem&key=sub/key.pem",
        "kafka://h/t?sasl-user=u&sasl-password=p&sasl-mechanism=scram-sha-512",
      })
  void rightOnesAreAccepted(String uri) {
    provider().validate(request(uri));
  }

  @Test
  void withoutACertificateDirectoryNoFileIsRead() {
    KafkaSinkProvider none =
        new KafkaSinkProvider(
            new Protocols(
                Map.of(OpenProtocolEncoderProvider.PROTOCOL, new OpenProtocolEncoderProvider())),
            new CertificateFiles(Optional.empty()),
            Ticker.systemTicker(),
            () -> Instant.EPOCH);
    assertThatThrownBy(() -> none.validate(request("kafka://h/t?ca=ca.pem")))
        .hasMessageContaining("no certificate directory is configured");
  }

  @Test
  void rulesAndSelectorsAreChecked() {
    SinkConfig avro =
        new SinkConfig(
            List.of(
                new DispatchRule(
                    List.of("*.*"), "ts", Optional.empty(), List.of(), Optional.of("fixed"))),
            Optional.of("avro"),
            Map.of("schema-registry", "http://127.0.0.1:1"));
    assertThatThrownBy(() -> provider().validate(request("kafka://h/t", avro)))
        .hasMessageContaining("with avro it must hold {schema}");
    SinkConfig selector =
        new SinkConfig(
            List.of(),
            Optional.empty(),
            Map.of(),
            List.of(new ColumnSelector(List.of("*.*"), List.of("a.b"))));
    assertThatThrownBy(() -> provider().validate(request("kafka://h/t", selector)))
        .isInstanceOf(CdcException.class);
  }

  @Test
  void theConfigurationsObjectsAreParametersTooAndTheUriWins() {
    KafkaOptions options =
        KafkaOptions.of(
            request(
                "kafka://h/t?compression=lz4",
                options(
                    Map.of(
                        "kafka-config.compression", "gzip",
                        "kafka-config.partition-num", "7",
                        "kafka-config.large-message-handle.large-message-handle-option", "none"))));
    assertThat(options.compression()).isEqualTo("lz4");
    assertThat(options.newTopics().partitions()).contains(7);
    assertThat(options.encoderParams()).containsEntry("large-message-handle-option", "none");
    assertThat(options.brokers()).containsExactly("h:9092");
    assertThat(options.topic()).isEqualTo("t");
  }

  @Test
  void noParameterBecomesAPropertyByItsName() {
    KafkaOptions options =
        KafkaOptions.of(
            request(
                "kafka://h/t?metric.reporters=evil.Reporter&sasl.jaas.config=evil"
                    + "&ssl.keystore.location=/etc/passwd",
                options(Map.of("kafka-config.interceptor.classes", "evil.Interceptor"))));
    CertificateFiles none = new CertificateFiles(Optional.empty());
    Map<String, Object> producer = KafkaProperties.producer(options, none, "id");
    assertThat(producer)
        .doesNotContainKeys("sasl.jaas.config", "ssl.keystore.location", "interceptor.classes")
        .containsEntry("metric.reporters", List.of())
        .containsEntry("transactional.id", "id")
        .containsEntry("acks", "all")
        .containsEntry("security.protocol", "PLAINTEXT");
    assertThat(producer.values().toString()).doesNotContain("evil", "passwd");
  }

  @Test
  void aPasswordCannotLeaveItsQuotes() {
    KafkaOptions options =
        KafkaOptions.of(
            request(
                "kafka://h/t?sasl-mechanism=plain&sasl-user=u"
                    + "&sasl-password=%22%3B%20evil.Module%20required%20%5C"));
    CertificateFiles none = new CertificateFiles(Optional.empty());
    assertThat(KafkaProperties.admin(options, none, Duration.ofSeconds(1)))
        .containsEntry(
            "sasl.jaas.config",
            "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"u\""
                + " password=\"\\\"; evil.Module required \\\\\";");
  }

  @Test
  void certificatesAreReadAsText() throws IOException {
    Files.writeString(certificates.resolve("ca.pem"), "-----BEGIN");
    KafkaOptions options = KafkaOptions.of(request("kafka+ssl://h/t?ca=ca.pem"));
    CertificateFiles files = new CertificateFiles(Optional.of(certificates));
    assertThat(KafkaProperties.admin(options, files, Duration.ofSeconds(1)))
        .containsEntry("security.protocol", "SSL")
        .containsEntry("ssl.truststore.type", "PEM")
        .containsEntry("ssl.truststore.certificates", "-----BEGIN");
    KafkaOptions missing = KafkaOptions.of(request("kafka+ssl://h/t?ca=other.pem"));
    assertThatThrownBy(() -> KafkaProperties.admin(missing, files, Duration.ofSeconds(1)))
        .hasMessageContaining("the file cannot be read");
  }
}
