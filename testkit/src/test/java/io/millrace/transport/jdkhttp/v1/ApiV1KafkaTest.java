package io.millrace.transport.jdkhttp.v1;

import static io.millrace.transport.jdkhttp.LiveServer.assertError;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.transport.jdkhttp.LiveServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Creating changefeeds whose sink is Kafka, refused without any broker: API v1, 6.4. */
@Timeout(60)
class ApiV1KafkaTest {
  private static LiveServer server;

  @BeforeAll
  static void start() {
    server = LiveServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @AfterEach
  void c148NothingIsCreated() {
    assertThat(server.get("/changefeeds?state=all").body()).isEqualToIgnoringWhitespace("[]");
  }

  private static void assertRefused(String uri, String code, String message) {
    assertRefused(uri, "{}", code, message);
  }

  /** Posts a configuration in which apostrophes stand for quotes. */
  private static void assertRefused(String uri, String config, String code, String message) {
    String body =
        "{\"sink_uri\":\"" + uri + "\",\"sink_config\":" + config.replace('\'', '"') + "}";
    assertError(server.post("/changefeeds", body), 400, code, message);
  }

  @Test
  void c137BrokersThatCannotBeReached() throws IOException {
    int closed;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      closed = socket.getLocalPort();
    }
    assertRefused(
        "kafka://127.0.0.1:" + closed + "/topic?protocol=open-protocol",
        "ErrKafkaNewProducer",
        "new kafka producer: ");
  }

  @Test
  void c137BrokersWhoseNamesCannotBeResolved() {
    assertRefused(
        "kafka://no-such-host.invalid:9092/topic", "ErrKafkaNewProducer", "new kafka producer: ");
  }

  @Test
  void c138NoTopic() {
    assertRefused(
        "kafka://127.0.0.1:9092/", "ErrKafkaInvalidConfig", "no topic is specified in sink-uri");
  }

  @Test
  void c139AnUnknownProtocol() {
    assertRefused(
        "kafka://h:9092/t?protocol=nonsense",
        "ErrSinkUnknownProtocol",
        "unknown 'nonsense' message protocol for sink");
  }

  @Test
  void c140ANegativeNumberOfPartitions() {
    assertRefused(
        "kafka://h:9092/t?partition-num=-1",
        "ErrKafkaInvalidPartitionNum",
        "invalid partition num -1");
  }

  @Test
  void c141ASizeThatIsNoNumber() {
    assertRefused(
        "kafka://h:9092/t?max-message-bytes=x",
        "ErrKafkaInvalidConfig",
        "invalid max-message-bytes 'x'");
  }

  @Test
  void c142AcknowledgementsThatDoNotExist() {
    assertRefused(
        "kafka://h:9092/t?required-acks=2",
        "ErrKafkaInvalidRequiredAcks",
        "invalid required acks 2, only support these values:"
            + " 0(NoResponse),1(WaitForLocal) and -1(WaitForAll)");
  }

  @Test
  void c143AClientIdWithABlank() {
    assertRefused(
        "kafka://h:9092/t?kafka-client-id=a%20b",
        "ErrKafkaInvalidClientID", "invalid kafka client ID 'a b'");
  }

  @Test
  void c146AnUnknownDispatcher() {
    assertRefused(
        "kafka://h:9092/t?protocol=canal-json",
        "{'dispatchers':[{'matcher':['a.b'],'dispatcher':'nonsense'}]}",
        "ErrSinkInvalidConfig",
        "sink config invalid: unknown dispatcher 'nonsense'");
  }

  @Test
  void c147AMatcherWithoutADot() {
    assertRefused(
        "kafka://h:9092/t?protocol=canal-json",
        "{'dispatchers':[{'matcher':['nodot'],'dispatcher':'ts'}]}",
        "ErrFilterRuleInvalid",
        "");
  }

  @Test
  void encryptedConnectionsHaveTheSameRules() {
    assertRefused("kafka+ssl://h:9092/", "ErrKafkaInvalidConfig", "no topic is specified");
  }
}
