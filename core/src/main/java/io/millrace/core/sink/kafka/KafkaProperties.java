package io.millrace.core.sink.kafka;

import io.millrace.api.StandardErrorCode;
import io.millrace.core.connector.CertificateFiles;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.security.plain.PlainLoginModule;
import org.apache.kafka.common.security.scram.ScramLoginModule;

/**
 * The properties of Kafka's clients. These are all there are: no parameter of a user becomes a
 * property by its name, and no property names a file or a class of a user's.
 */
final class KafkaProperties {
  /** How long the client tries to deliver a message; so long an outage is ridden out. */
  static final Duration DELIVERY = Duration.ofMinutes(2);

  /** How long a call may wait for the brokers before it says so; such a call can be repeated. */
  static final Duration PATIENCE = Duration.ofSeconds(10);

  /** How long a transaction may take; longer than delivery, and less than brokers allow at most. */
  static final Duration TRANSACTION = Duration.ofMinutes(5);

  private static final StandardErrorCode WRONG = StandardErrorCode.KAFKA_INVALID_CONFIG;
  private static final int BATCH_BYTES = 1 << 16;
  private static final int LEAST_REQUEST_BYTES = 1 << 20;
  private static final int OVERHEAD_BYTES = 128;
  private static final long BUFFER_BYTES = 64L << 20;

  private KafkaProperties() {}

  /** Returns the properties of an administrator that waits for an answer at most so long. */
  static Map<String, Object> admin(KafkaOptions options, CertificateFiles files, Duration limit) {
    Map<String, Object> values = common(options, files);
    int millis = millis(limit);
    values.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, millis);
    values.put(
        AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
        Math.min(millis, millis(options.requestTimeout())));
    return values;
  }

  /** Returns the properties of a producer of a transactional id. */
  static Map<String, Object> producer(
      KafkaOptions options, CertificateFiles files, String transactionalId) {
    Map<String, Object> values = common(options, files);
    int message = options.maxMessageBytes() + OVERHEAD_BYTES;
    values.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
    values.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    values.put(ProducerConfig.ACKS_CONFIG, "all");
    values.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, millis(TRANSACTION));
    values.put(
        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
        millis(DELIVERY) + millis(options.requestTimeout()));
    values.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, millis(PATIENCE));
    values.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, options.compression());
    values.put(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
    values.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Math.max(message, LEAST_REQUEST_BYTES));
    values.put(ProducerConfig.BUFFER_MEMORY_CONFIG, Math.max(BUFFER_BYTES, 2L * message));
    return values;
  }

  private static Map<String, Object> common(KafkaOptions options, CertificateFiles files) {
    Map<String, Object> values = new HashMap<>();
    values.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, options.brokers());
    values.put(CommonClientConfigs.CLIENT_ID_CONFIG, options.clientId());
    values.put(CommonClientConfigs.METRIC_REPORTER_CLASSES_CONFIG, List.of());
    values.put(CommonClientConfigs.ENABLE_METRICS_PUSH_CONFIG, false);
    values.put(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, millis(options.requestTimeout()));
    values.put(
        CommonClientConfigs.SOCKET_CONNECTION_SETUP_TIMEOUT_MS_CONFIG,
        millis(options.dialTimeout()));
    values.put(
        CommonClientConfigs.SOCKET_CONNECTION_SETUP_TIMEOUT_MAX_MS_CONFIG,
        millis(options.dialTimeout()));
    secure(options.security(), files, values);
    return values;
  }

  private static int millis(Duration duration) {
    return Math.toIntExact(duration.toMillis());
  }

  private static void secure(
      KafkaSecurity security, CertificateFiles files, Map<String, Object> values) {
    String protocol =
        (security.login().isPresent() ? "SASL_" : "") + (security.tls() ? "SSL" : "PLAINTEXT");
    values.put(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG, protocol);
    security.login().ifPresent(login -> logIn(login, values));
    if (security.tls()) {
      encrypt(security, files, values);
    }
  }

  private static void logIn(KafkaSecurity.Login login, Map<String, Object> values) {
    Class<?> module =
        login.mechanism() == KafkaSecurity.Mechanism.PLAIN
            ? PlainLoginModule.class
            : ScramLoginModule.class;
    values.put(SaslConfigs.SASL_MECHANISM, login.mechanism().text());
    values.put(
        SaslConfigs.SASL_JAAS_CONFIG,
        module.getName()
            + " required username="
            + quoted("sasl-user", login.user())
            + " password="
            + quoted("sasl-password", login.password())
            + ";");
  }

  /** Returns a text as a quoted word of a login configuration. */
  private static String quoted(String name, String text) {
    if (text.chars().anyMatch(Character::isISOControl)) {
      throw KafkaOptions.invalid("invalid " + name + ", it must not have control characters");
    }
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  private static void encrypt(
      KafkaSecurity security, CertificateFiles files, Map<String, Object> values) {
    security
        .ca()
        .ifPresent(
            ca -> {
              values.put(SslConfigs.SSL_TRUSTSTORE_TYPE_CONFIG, "PEM");
              values.put(
                  SslConfigs.SSL_TRUSTSTORE_CERTIFICATES_CONFIG, files.read("ca", ca, WRONG));
            });
    if (security.cert().isPresent() && security.key().isPresent()) {
      values.put(SslConfigs.SSL_KEYSTORE_TYPE_CONFIG, "PEM");
      values.put(
          SslConfigs.SSL_KEYSTORE_CERTIFICATE_CHAIN_CONFIG,
          files.read("cert", security.cert().get(), WRONG));
      values.put(
          SslConfigs.SSL_KEYSTORE_KEY_CONFIG, files.read("key", security.key().get(), WRONG));
    }
    if (security.trustsAnybody()) {
      values.put(SslConfigs.SSL_ENGINE_FACTORY_CLASS_CONFIG, TrustingEngines.class);
      values.put(SslConfigs.SSL_ENDPOINT_IDENTIFICATION_ALGORITHM_CONFIG, "");
    }
  }
}
