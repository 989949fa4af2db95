package io.millrace.core.sink.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.rig.Authority;
import io.millrace.rig.DbServer;
import io.millrace.rig.NodeProcess;
import io.millrace.rig.Servers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sink addresses as API v1 takes and refuses them; the names are those of its cases. */
final class SinkAddressIT {
  @TempDir private Path work;

  private NodeProcess node;

  @BeforeEach
  void start() throws IOException {
    Path certificates = Files.createDirectories(work.resolve("certificates"));
    node =
        NodeProcess.start(
            work,
            List.of("-Xmx128m"),
            "--upstream",
            Servers.mysql().uri(),
            "--cert-dir",
            certificates.toString());
  }

  @AfterEach
  void stop() {
    node.close();
  }

  private HttpResponse<String> create(String id, String uri) {
    return node.post(
        "/changefeeds",
        "{\"changefeed_id\":\"%s\",\"sink_uri\":\"%s\",\"filter_rules\":[\"none.*\"]}"
            .formatted(id, uri));
  }

  private void assertRefused(String uri, String code) {
    HttpResponse<String> answer = create("refused", uri);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(answer.body()).contains("\"CDC:" + code + "\"");
  }

  @Test
  void c131And132AClosedPortIsToldWithoutThePassword() throws IOException {
    int closed;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      closed = socket.getLocalPort();
    }
    long begin = System.nanoTime();
    assertRefused("mysql://127.0.0.1:" + closed, "ErrMySQLConnectionError");
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(30));
    HttpResponse<String> answer = create("refused", "mysql://root:secret@127.0.0.1:" + closed);
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).doesNotContain("secret");
  }

  @Test
  void aServerThatSaysNothingIsGivenUp() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      long begin = System.nanoTime();
      assertRefused("mysql://127.0.0.1:" + silent.getLocalPort(), "ErrMySQLConnectionError");
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(30));
    }
  }

  @Test
  void c133To136WrongParametersAreNamed() {
    for (String wrong :
        List.of(
            "worker-count=abc",
            "worker-count=0",
            "worker-count=-1",
            "safe-mode=maybe",
            "read-timeout=5",
            "time-zone=Nowhere",
            "transaction-atomicity=some",
            "exactly-once=perhaps",
            "ssl-ca=/nowhere.pem",
            "ssl-cert=/nowhere.pem")) {
      assertRefused("mysql://127.0.0.1:1/?" + wrong, "ErrMySQLInvalidConfig");
    }
    assertRefused("mysql://127.0.0.1:1/?protocol=canal", "ErrSinkURIInvalid");
    assertRefused("mysql:///", "ErrSinkURIInvalid");
  }

  @Test
  void aWrongPasswordAndAnUnknownZoneAreRefused() {
    DbServer downstream = Servers.mariaDb();
    String at = "@127.0.0.1:" + downstream.port() + "/";
    assertRefused("mariadb://root:wr0ng" + at, "ErrMySQLConnectionError");
    assertRefused("mysql://root" + at + "?time-zone=Europe/Paris", "ErrMySQLConnectionError");
  }

  @Test
  void anEncryptedSchemeNeverSendsInTheClear() throws IOException {
    DbServer downstream = Servers.mysql("--server-id=31");
    downstream.execute(
        "CREATE USER IF NOT EXISTS 'tls'@'%' IDENTIFIED BY 'p' REQUIRE SSL",
        "GRANT ALL ON *.* TO 'tls'@'%'");
    String at = "://tls:p@127.0.0.1:" + downstream.port() + "/";
    assertRefused("mysql" + at, "ErrMySQLConnectionError");
    assertThat(create("encrypted", "mysql+ssl" + at).statusCode()).isEqualTo(202);
    assertRefused(
        "mysql+ssl://root@127.0.0.1:" + Servers.mariaDb().port(), "ErrMySQLConnectionError");

    Path certificates = work.resolve("certificates");
    Files.copy(downstream.data().resolve("ca.pem"), certificates.resolve("ca.pem"));
    Path others = Files.createDirectory(work.resolve("others"));
    Files.copy(new Authority(others).certificate(), certificates.resolve("other.pem"));
    assertThat(create("checked", "mysql" + at + "?ssl-ca=ca.pem").statusCode()).isEqualTo(202);
    assertRefused("mysql" + at + "?ssl-ca=other.pem", "ErrMySQLConnectionError");
    assertRefused("mysql" + at + "?ssl-ca=absent.pem", "ErrMySQLInvalidConfig");
    assertRefused(
        "mysql" + at + "?ssl-ca=" + downstream.data().resolve("ca.pem"), "ErrMySQLInvalidConfig");
  }

  @Test
  void theUpstreamIsNoDownstream() {
    for (String scheme : List.of("mysql", "mariadb", "tidb", "mysql+ssl", "mariadb+ssl")) {
      assertRefused(
          scheme + "://root@127.0.0.1:" + Servers.mysql().port(), "ErrSameUpstreamDownstream");
    }
  }

  @Test
  void c168ThePasswordIsMaskedAndAllElseKept() {
    DbServer downstream = Servers.mysql("--server-id=31");
    downstream.execute(
        "CREATE USER IF NOT EXISTS 'p@ss'@'%' IDENTIFIED BY 'p@ss'",
        "GRANT ALL ON *.* TO 'p@ss'@'%'");
    String host = "127.0.0.1:" + downstream.port() + "/?x=1";
    HttpResponse<String> answer = create("masked", "tidb+ssl://p%40ss:p%40ss@" + host);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    assertThat(node.changefeed("masked").get("sink_uri").asText())
        .isEqualTo("tidb+ssl://p%40ss:xxxxx@" + host);
  }
}
