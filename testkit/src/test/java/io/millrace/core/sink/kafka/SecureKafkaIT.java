package io.millrace.core.sink.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.base.Ticker;
import io.millrace.api.CaptureId;
import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.event.Resolved;
import io.millrace.api.event.TableSchema;
import io.millrace.api.sink.Durable;
import io.millrace.api.sink.Sink;
import io.millrace.rig.KafkaBroker;
import io.millrace.rig.Ports;
import io.millrace.testkit.sink.SinkFeed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker that wants a login, and one that is encrypted with a certificate of its own. */
class SecureKafkaIT {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final TableSchema T = SinkFeed.table("t");
  private static final String PASSWORD = "store-secret";

  @TempDir private static Path certificates;

  private static final int LOGIN_PORT = Ports.free();
  private static final int TLS_PORT = Ports.free();
  private static KafkaBroker broker;

  @BeforeAll
  static void start() throws Exception {
    Path store = certificates.resolve("broker.p12");
    keytool(
        "-genkeypair",
        "-alias",
        "broker",
        "-keyalg",
        "EC",
        "-dname",
        "CN=broker",
        "-ext",
        "SAN=IP:127.0.0.1",
        "-validity",
        "30",
        "-keystore",
        store.toString());
    keytool(
        "-exportcert",
        "-rfc",
        "-alias",
        "broker",
        "-keystore",
        store.toString(),
        "-file",
        certificates.resolve("ca.pem").toString());
    keytool(
        "-genkeypair",
        "-alias",
        "other",
        "-keyalg",
        "EC",
        "-dname",
        "CN=other",
        "-validity",
        "30",
        "-keystore",
        certificates.resolve("other.p12").toString());
    keytool(
        "-exportcert",
        "-rfc",
        "-alias",
        "other",
        "-keystore",
        certificates.resolve("other.p12").toString(),
        "-file",
        certificates.resolve("other.pem").toString());
    Map<String, String> settings = new HashMap<>();
    settings.put(
        "listener.name.login.sasl.enabled.mechanisms", "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512");
    settings.put(
        "listener.name.login.plain.sasl.jaas.config",
        "org.apache.kafka.common.security.plain.PlainLoginModule required user_alice=\"pl;ain\\\"\";");
    for (String scram : List.of("scram-sha-256", "scram-sha-512")) {
      settings.put(
          "listener.name.login." + scram + ".sasl.jaas.config",
          "org.apache.kafka.common.security.scram.ScramLoginModule required;");
    }
    settings.put("listener.name.tls.ssl.keystore.type", "PKCS12");
    settings.put("listener.name.tls.ssl.keystore.location", store.toString());
    settings.put("listener.name.tls.ssl.keystore.password", PASSWORD);
    broker =
        KafkaBroker.start(
            List.of(
                new KafkaBroker.Listener("LOGIN", "SASL_PLAINTEXT", LOGIN_PORT),
                new KafkaBroker.Listener("TLS", "SSL", TLS_PORT)),
            settings,
            "--add-scram",
            "SCRAM-SHA-256=[name=bob,password=scram-one]",
            "--add-scram",
            "SCRAM-SHA-512=[name=bob,password=scram-two]");
  }

  @AfterAll
  static void stop() {
    if (broker != null) {
      broker.close();
    }
  }

  private static void keytool(String... arguments) throws IOException, InterruptedException {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    line.addAll(List.of(arguments));
    line.addAll(List.of("-storetype", "PKCS12", "-storepass", PASSWORD));
    Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }

  private static KafkaSinkProvider provider() {
    return Requests.provider(Ticker.systemTicker(), Optional.of(certificates));
  }

  private static String login(String mechanism, String user, String password) {
    return "kafka://127.0.0.1:%d/login?protocol=canal-json&sasl-mechanism=%s&sasl-user=%s&sasl-password=%s"
        .formatted(LOGIN_PORT, mechanism, user, password);
  }

  private static String tls(String query) {
    return "kafka+ssl://127.0.0.1:%d/tls?protocol=canal-json&%s".formatted(TLS_PORT, query);
  }

  private static void assertWrites(String uri, String incarnation) {
    KafkaSinkProvider provider = provider();
    provider.dial(Requests.of(uri, incarnation, "a"), LIMIT);
    Sink sink = provider.open(Requests.of(uri, incarnation, "a"));
    sink.write(SinkFeed.transaction(1, SinkFeed.inserts(T, 1)));
    Resolved resolved = SinkFeed.resolvedAfter(1);
    long end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
    while (!sink.flush(resolved).equals(Optional.of(new Durable(resolved)))) {
      assertThat(System.nanoTime()).isLessThan(end);
    }
    sink.close();
    provider.fence(Requests.of(uri, incarnation, "b"), new CaptureId("a"));
  }

  private static void assertNotReached(String uri, String secret) {
    assertThatThrownBy(() -> provider().dial(Requests.of(uri, "i", "a"), Duration.ofSeconds(3)))
        .isInstanceOfSatisfying(
            CdcException.class,
            e -> assertThat(e.code()).isEqualTo(StandardErrorCode.KAFKA_NEW_PRODUCER))
        .hasMessageNotContaining(secret);
  }

  @Test
  void logsIn() {
    assertWrites(login("PLAIN", "alice", "pl%3Bain%22"), "plain");
    assertWrites(login("SCRAM-SHA-256", "bob", "scram-one"), "scram256");
    assertWrites(login("scram-sha-512", "bob", "scram-two"), "scram512");
  }

  @Test
  void aWrongLoginIsRefused() {
    assertNotReached(login("PLAIN", "alice", "wrong-word"), "wrong-word");
    assertNotReached(login("SCRAM-SHA-256", "bob", "scram-two"), "scram-two");
    assertNotReached("kafka://127.0.0.1:" + LOGIN_PORT + "/login", "no secret");
  }

  @Test
  void encrypts() {
    assertWrites(tls("ca=ca.pem"), "tls");
    assertWrites(tls("insecure-skip-verify=true"), "trusting");
  }

  @Test
  void aBrokerThatIsNotKnownIsRefused() {
    assertNotReached(tls("ca=other.pem"), PASSWORD);
    assertNotReached(tls(""), PASSWORD);
  }
}
