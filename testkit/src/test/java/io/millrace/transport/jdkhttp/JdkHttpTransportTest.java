package io.millrace.transport.jdkhttp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.CdcException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The JDK's server as the transport uses it, asked over plain sockets. No service is attached. */
@Timeout(60)
class JdkHttpTransportTest {
  private static final String GET = "GET /api/v1/status HTTP/1.1\r\nHost: h\r\n\r\n";
  private static final String LAST =
      "GET /api/v1/status HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";

  private static JdkHttpTransport bind() {
    return JdkHttpTransport.builder().port(0).bind();
  }

  private static Socket connect(JdkHttpTransport http) throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), http.address().getPort());
  }

  private static Socket send(JdkHttpTransport http, String text) throws IOException {
    Socket socket = connect(http);
    socket.getOutputStream().write(text.getBytes(ISO_8859_1));
    return socket;
  }

  /** Returns what the server says until it closes the connection. */
  private static String ask(JdkHttpTransport http, String text) throws IOException {
    try (Socket socket = send(http, text)) {
      return rest(socket);
    }
  }

  private static String rest(Socket socket) throws IOException {
    return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
  }

  @Test
  void isNotReadyUntilItServes() throws IOException {
    try (JdkHttpTransport http = bind()) {
      assertThat(http.hostAndPort()).isEqualTo("127.0.0.1:" + http.address().getPort());
      assertThat(ask(http, LAST))
          .startsWith("HTTP/1.1 503 ")
          .contains("[CDC:ErrServerIsNotReady]cdc server is not ready");
    }
  }

  @Test
  void keepsConnections() throws IOException {
    try (JdkHttpTransport http = bind()) {
      String all = ask(http, GET.repeat(199) + LAST);
      assertThat(all.split("HTTP/1.1 503 ", -1)).hasSize(201);
    }
  }

  @Test
  void sendsNoBodyToHead() throws IOException {
    try (JdkHttpTransport http = bind()) {
      String answer = ask(http, LAST.replace("GET", "HEAD"));
      assertThat(answer).startsWith("HTTP/1.1 503 ").endsWith("\r\n\r\n");
    }
  }

  @Test
  void refusesBrokenEscapes() throws IOException {
    try (JdkHttpTransport http = bind()) {
      assertThat(ask(http, LAST.replace("status", "%zz"))).startsWith("HTTP/1.1 400 ");
      assertThat(ask(http, LAST)).startsWith("HTTP/1.1 503 ");
    }
  }

  @Test
  void refusesLargeBodiesAndCloses() throws IOException {
    try (JdkHttpTransport http = bind();
        Socket socket = connect(http)) {
      OutputStream out = socket.getOutputStream();
      out.write(
          "POST /api/v1/changefeeds HTTP/1.1\r\nHost: h\r\nContent-Length: 4194305\r\n\r\n"
              .getBytes(ISO_8859_1));
      out.write(new byte[4194305]);
      assertThat(rest(socket))
          .startsWith("HTTP/1.1 413 ")
          .contains("Connection: close", "\"error_code\": \"CDC:ErrAPIInvalidParam\"");
    }
  }

  @Test
  void refusesLongTargetsAndHeaders() throws IOException {
    try (JdkHttpTransport http = bind()) {
      assertThat(ask(http, LAST.replace("status", "status?" + "x".repeat(8192))))
          .startsWith("HTTP/1.1 414 ")
          .contains("Connection: close", "\"error_code\": \"CDC:ErrAPIInvalidParam\"");
      assertThat(ask(http, LAST.replace("\r\n\r\n", "\r\nX: " + "y".repeat(65536) + "\r\n\r\n")))
          .startsWith("HTTP/1.1 431 ")
          .contains("Connection: close");
      assertThat(ask(http, LAST.replace("status", "status?" + "x".repeat(8000))))
          .startsWith("HTTP/1.1 503 ");
    }
  }

  /** Not more than sixteen large bodies are in memory; the others wait, and are answered. */
  @Test
  void answersManyLargeBodies() throws IOException {
    try (JdkHttpTransport http = bind()) {
      String head = LAST.replace("\r\n\r\n", "\r\nContent-Length: 100000\r\n\r\n");
      List<Socket> all = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        all.add(send(http, head + " ".repeat(99_999)));
      }
      for (Socket each : all) {
        each.getOutputStream().write(' ');
      }
      for (Socket each : all) {
        try (each) {
          assertThat(rest(each)).startsWith("HTTP/1.1 503 ");
        }
      }
    }
  }

  @Test
  void acceptsABodyOfFourMebibytes() throws IOException {
    try (JdkHttpTransport http = bind()) {
      String head = LAST.replace("\r\n\r\n", "\r\nContent-Length: 4194304\r\n\r\n");
      assertThat(ask(http, head + " ".repeat(4194304))).startsWith("HTTP/1.1 503 ");
    }
  }

  @Test
  void freesTheThreadsOfSlowClients() throws IOException {
    try (JdkHttpTransport http =
        JdkHttpTransport.builder().port(0).clients(3).deadline(Duration.ofMillis(300)).bind()) {
      List<Socket> slow = new ArrayList<>();
      slow.add(send(http, "GET /api/v1/sta"));
      slow.add(send(http, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\n12345"));
      slow.add(send(http, "GET / HTTP/1.1\r\nHost:"));
      for (Socket each : slow) {
        assertClosed(each);
      }
      assertThat(ask(http, LAST)).startsWith("HTTP/1.1 503 ");
    }
  }

  private static void assertClosed(Socket socket) throws IOException {
    try (socket) {
      assertThat(rest(socket)).doesNotContain("503");
    } catch (SocketException e) {
      assertThat(e).hasMessageContaining("reset");
    }
  }

  @Test
  void saysWhichAddressIsTaken() {
    try (JdkHttpTransport http = bind()) {
      int port = http.address().getPort();
      assertThatThrownBy(() -> JdkHttpTransport.builder().port(port).bind())
          .isInstanceOf(CdcException.class)
          .hasMessageContaining("127.0.0.1 port " + port)
          .hasMessageContaining("in use");
    }
  }

  @Test
  void closesAtOnceAndLetsTheAddressGo() throws IOException {
    JdkHttpTransport http = bind();
    int port = http.address().getPort();
    assertThat(ask(http, LAST)).startsWith("HTTP/1.1 503 ");
    try (Socket idle = send(http, GET)) {
      assertThat(idle.getInputStream().read()).isEqualTo('H');
      long begin = System.nanoTime();
      http.close();
      http.close();
      assertThat(Duration.ofNanos(System.nanoTime() - begin))
          .as("closing takes no time; waiting for the idle client would take its 30 s")
          .isLessThan(Duration.ofSeconds(10));
    }
    JdkHttpTransport.builder().port(port).bind().close();
  }
}
