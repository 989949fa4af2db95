package io.millrace.transport.jdkhttp;

import static io.millrace.transport.jdkhttp.LiveServer.assertEmpty;
import static io.millrace.transport.jdkhttp.LiveServer.assertError;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How bodies come in: API v1, 6.1. */
@Timeout(120)
class TransferTest {
  private static LiveServer server;

  @BeforeAll
  static void start() {
    server = LiveServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static String feed(String id) {
    return "{\"changefeed_id\":\"" + id + "\",\"sink_uri\":\"blackhole://\"}";
  }

  private static HttpRequest.Builder create() {
    return HttpRequest.newBuilder(
        URI.create("http://" + server.http().hostAndPort() + "/api/v1/changefeeds"));
  }

  private static HttpResponse<String> send(HttpRequest request) throws Exception {
    return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
  }

  private static void assertCreated(String id) {
    assertThat(server.get("/changefeeds/" + id).statusCode()).isEqualTo(200);
  }

  private static void assertMissing(String id) {
    assertError(server.get("/changefeeds/" + id), 400, "ErrChangeFeedNotExists", "");
  }

  /** One slash at the end is as good as none. */
  @Test
  void c016And017TakesASlashAtTheEnd() {
    assertThat(server.get("/status/").body()).isEqualTo(server.get("/status").body());
    assertEmpty(server.post("/changefeeds/", feed("slash")), 202);
    assertCreated("slash");
  }

  @Test
  void c029TakesChunks() throws Exception {
    InputStream body = new ByteArrayInputStream(feed("chunked").getBytes(UTF_8));
    assertEmpty(send(create().POST(BodyPublishers.ofInputStream(() -> body)).build()), 202);
    assertCreated("chunked");
  }

  @Test
  void c030SaysGoOnToWhoExpectsIt() throws IOException {
    String body = feed("expected");
    try (Socket socket = connect()) {
      write(
          socket,
          "POST /api/v1/changefeeds HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"
              + "Connection: close\r\nContent-Length: "
              + body.length()
              + "\r\n\r\n");
      assertThat(new String(socket.getInputStream().readNBytes(12), ISO_8859_1))
          .isEqualTo("HTTP/1.1 100");
      write(socket, body);
      assertThat(new String(socket.getInputStream().readAllBytes(), ISO_8859_1))
          .contains("HTTP/1.1 202 ");
    }
    assertCreated("expected");
  }

  /** With what the metadata store takes. */
  @Test
  void c031TakesABodyOfAMebibyte() {
    String rules =
        IntStream.range(0, 20_000)
            .mapToObj(i -> "\"db" + i + ".t*\"")
            .collect(Collectors.joining(",", "[", "]"));
    String body = feed("large").replace("}", ",\"filter_rules\":" + rules + "}");
    assertEmpty(server.post("/changefeeds", body + " ".repeat((1 << 20) - body.length())), 202);
    assertCreated("large");
  }

  /** The server reads no more than its limit, and tells it before it hangs up. */
  @Test
  void c032RefusesSixtyFourMebibytes() throws IOException {
    try (Socket socket = connect()) {
      write(
          socket,
          "POST /api/v1/changefeeds HTTP/1.1\r\nHost: localhost\r\nContent-Length: 67108864\r\n\r\n");
      byte[] blanks = " ".repeat((4 << 20) + 1).getBytes(ISO_8859_1);
      socket.getOutputStream().write(blanks);
      assertThat(new String(socket.getInputStream().readNBytes(12), ISO_8859_1))
          .isEqualTo("HTTP/1.1 413");
    }
    assertEmpty(server.get("/health"), 200);
  }

  /** What looks like a whole request is none while bytes that were announced are missing. */
  @Test
  void c034CreatesNothingOfHalfARequest() throws IOException {
    String head = "POST /api/v1/changefeeds HTTP/1.1\r\nHost: localhost\r\n";
    assertThat(end(head + "Content-Length: 100\r\n\r\n" + feed("half"))).doesNotContain("202");
    assertThat(end(head + "Content-Length: 200000\r\n\r\n" + feed("half") + " ".repeat(100_000)))
        .doesNotContain("202");
    assertThat(
            end(
                head
                    + "Transfer-Encoding: chunked\r\n\r\n"
                    + Integer.toHexString(feed("half").length())
                    + "\r\n"
                    + feed("half")
                    + "\r\n"))
        .doesNotContain("202");
    assertMissing("half");
  }

  @Test
  void c035AnswersTwoHundredRequestsOnOneConnection() throws IOException {
    String get = "GET /api/v1/status HTTP/1.1\r\nHost: localhost\r\n";
    String all = (get + "\r\n").repeat(199) + get + "Connection: close\r\n\r\n";
    assertThat(end(all).split("HTTP/1.1 200 ", -1)).hasSize(201);
  }

  @Test
  void c033RefusesBracketsWithoutEnd() {
    assertError(
        server.post("/changefeeds", "[".repeat(200_000)),
        400,
        "ErrAPIInvalidParam",
        "invalid api parameter: ");
  }

  @Test
  void c021RefusesEscapesThatAreNone() throws IOException {
    String get = "GET /api/v1/changefeeds/%zz HTTP/1.1\r\nHost: localhost\r\n";
    assertThat(end(get + "Connection: close\r\n\r\n")).startsWith("HTTP/1.1 400 ");
    assertEmpty(server.get("/health"), 200);
  }

  private static Socket connect() throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), server.http().address().getPort());
  }

  private static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(ISO_8859_1));
  }

  /** Returns what the server says to a text after which nothing comes. */
  private static String end(String text) throws IOException {
    try (Socket socket = connect()) {
      write(socket, text);
      socket.shutdownOutput();
      return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }
  }
}
