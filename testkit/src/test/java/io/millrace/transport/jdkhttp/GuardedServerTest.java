package io.millrace.transport.jdkhttp;

import static io.millrace.transport.jdkhttp.LiveServer.assertEmpty;
import static io.millrace.transport.jdkhttp.LiveServer.assertError;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.transport.jdkhttp.guard.Credentials;
import io.millrace.transport.jdkhttp.route.Role;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that wants credentials, and its answers to browsers of other sites. */
class GuardedServerTest {
  private static final String FEED = "{\"changefeed_id\":\"x\",\"sink_uri\":\"blackhole://\"}";

  private static LiveServer server;

  @BeforeAll
  static void start() {
    server =
        LiveServer.start(
            http ->
                http.credentials(
                    Credentials.builder()
                        .token(Role.READ, "reader")
                        .token(Role.OPERATE, "operator")
                        .token(Role.ADMIN, "administrator")
                        .build()));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static HttpResponse<String> as(String token, String method, String path, String body) {
    return server.send(method, path, body, "Authorization", "Bearer " + token);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/api/v1/status", "/metrics", "/debug/info", "/api/v1/openapi.json"})
  void wantsCredentials(String path) {
    HttpResponse<String> answer = server.send("GET", path, "");
    assertError(answer, 401, "ErrCredentialNotFound", "credential not found: ");
    assertThat(answer.headers().firstValue("www-authenticate").orElse("")).startsWith("Basic ");
    assertError(as("other", "GET", path, ""), 401, "ErrUnauthorized", "unauthorized");
    assertThat(as("reader", "GET", path, "").statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/ready", "/api/v1/health"})
  void answersProbesWithout(String path) {
    assertEmpty(server.send("GET", path, ""), 200);
  }

  @ParameterizedTest
  @CsvSource({
    "reader, POST, /api/v1/changefeeds",
    "reader, POST, /api/v1/log",
    "reader, POST, /api/v1/changefeeds/x/pause",
    "reader, POST, /api/v1/changefeeds/x/verify",
    "operator, POST, /api/v1/changefeeds",
    "operator, PUT, /api/v1/changefeeds/x",
    "operator, DELETE, /api/v1/changefeeds/x",
    "reader, POST, /admin/log",
    "reader, POST, /capture/owner/resign",
    "reader, POST, /capture/owner/move_table",
    "operator, POST, /capture/owner/admin",
  })
  void refusesWhatTheRoleDoesNotInclude(String token, String method, String path) {
    assertError(as(token, method, path, FEED), 403, "ErrPermissionDenied", "the call needs ");
  }

  @Test
  void letsEachRoleDoItsWork() {
    assertEmpty(as("administrator", "POST", "/api/v1/changefeeds", FEED), 202);
    assertEmpty(as("operator", "POST", "/api/v1/changefeeds/x/pause", ""), 202);
    assertThat(as("reader", "GET", "/api/v1/changefeeds/x", "").statusCode()).isEqualTo(200);
    assertEmpty(as("administrator", "DELETE", "/api/v1/changefeeds/x", ""), 202);
  }

  @ParameterizedTest
  @CsvSource({
    "Origin, http://evil.example",
    "Origin, null",
    "Sec-Fetch-Site, cross-site",
    "Sec-Fetch-Site, same-site",
  })
  void refusesWhatAnotherSiteSends(String header, String value) {
    HttpResponse<String> answer =
        server.send(
            "POST",
            "/api/v1/changefeeds",
            FEED,
            "Authorization",
            "Bearer administrator",
            "Content-Type",
            "text/plain",
            header,
            value);
    assertError(answer, 403, "ErrCrossSiteRequest", "cross-site request refused: ");
    assertThat(as("reader", "GET", "/api/v1/changefeeds/x", "").statusCode()).isEqualTo(400);
  }

  /** What a form on any site could post without asking first. */
  @Test
  void refusesOldFormsOfAnotherSite() {
    HttpResponse<String> answer =
        server.send(
            "POST",
            "/capture/owner/admin",
            "cf-id=x&admin-job=3",
            "Authorization",
            "Bearer administrator",
            "Content-Type",
            "application/x-www-form-urlencoded",
            "Origin",
            "http://evil.example");
    assertError(answer, 403, "ErrCrossSiteRequest", "cross-site request refused: ");
  }

  @Test
  void refusesAForeignHost() throws IOException {
    String request =
        "GET /api/v1/health HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n";
    assertThat(raw(request)).startsWith("HTTP/1.1 403 ").contains("CDC:ErrCrossSiteRequest");
    assertThat(raw(request.replace("evil.example", "localhost"))).startsWith("HTTP/1.1 200 ");
  }

  private static String raw(String request) throws IOException {
    try (Socket socket =
        new Socket(InetAddress.getLoopbackAddress(), server.http().address().getPort())) {
      socket.getOutputStream().write(request.getBytes(ISO_8859_1));
      socket.shutdownOutput();
      return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }
  }
}
