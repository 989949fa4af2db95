package io.millrace.transport.jdkhttp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.rig.Authority;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The packaged server with the options that secure it. */
@Timeout(180)
class SecuredServerIT {
  @TempDir private Path directory;

  @Test
  void answersClientsWhoseCertificateHasAnAllowedName() throws IOException {
    Authority authority = new Authority(Files.createDirectory(directory.resolve("tls")));
    authority.issue("node");
    authority.issue("ops");
    authority.issue("guest");
    Path others = Files.createDirectory(directory.resolve("others"));
    Authority other = new Authority(others);
    other.issue("ops");
    try (ServerProcess server =
        ServerProcess.start(
            directory,
            Map.of(),
            "--demo",
            "--addr=127.0.0.1:0",
            "--ca=" + authority.certificate(),
            "--cert=tls/node.pem",
            "--key=tls/node.key",
            "--cert-allowed-cn=ops")) {
      HttpClient ops = client(authority, "ops");
      server.untilHealthy(ops);
      assertThat(server.url()).startsWith("https://127.0.0.1:");
      assertThat(status(server, ops)).isEqualTo(200);
      assertRefused(server, client(authority, ""));
      assertRefused(server, client(authority, "guest"));
      // of the right name, and vouched for by somebody else
      assertRefused(server, stranger(authority, other));
      assertThat(status(server, client(authority, "ops"))).isEqualTo(200);
    }
  }

  private static HttpClient client(Authority authority, String name) {
    return HttpClient.newBuilder().sslContext(authority.client(name)).build();
  }

  private static HttpClient stranger(Authority trusted, Authority issuer) {
    return HttpClient.newBuilder().sslContext(issuer.client("ops", trusted)).build();
  }

  private static int status(ServerProcess server, HttpClient client) {
    HttpResponse<String> answer = server.send(client, "GET", "/api/v1/status", "");
    assertThat(answer.body()).contains("\"is_owner\"");
    return answer.statusCode();
  }

  private static void assertRefused(ServerProcess server, HttpClient client) {
    assertThatThrownBy(() -> server.send(client, "GET", "/api/v1/status", ""))
        .isInstanceOf(UncheckedIOException.class);
  }

  @Test
  void sendsNothingToLinkLocalAddressesUnlessToldTo() {
    String body =
        "{\"sink_uri\":\"file://%s?protocol=csv&schema-registry=http://169.254.169.254/\"}";
    String create = body.formatted(directory.resolve("changes"));
    try (ServerProcess server =
        ServerProcess.start(directory, Map.of(), "--demo", "--addr=127.0.0.1:0")) {
      server.untilHealthy();
      HttpResponse<String> answer = server.send("POST", "/api/v1/changefeeds", create);
      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(answer.body()).contains("CDC:ErrSinkURIInvalid", "169.254.0.0/16", "--allow-sink");
    }
    try (ServerProcess server =
        ServerProcess.start(
            directory,
            Map.of(),
            "--demo",
            "--addr=127.0.0.1:0",
            "--allow-sink=169.254.169.254",
            "--deny-sink=blackhole",
            "--stall-after=90s")) {
      server.untilHealthy();
      assertThat(server.send("POST", "/api/v1/changefeeds", create).statusCode()).isEqualTo(202);
      HttpResponse<String> answer =
          server.send("POST", "/api/v1/changefeeds", "{\"sink_uri\":\"blackhole://\"}");
      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(answer.body()).contains("sinks of the scheme blackhole are not allowed here");
    }
  }
}
