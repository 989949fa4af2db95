package io.millrace.transport.jdkhttp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that send a byte now and then do not keep the others from their answers. */
@Timeout(120)
class SlowClientsTest {
  private static final System.Logger LOG = System.getLogger(SlowClientsTest.class.getName());
  private static final int CLIENTS = 500;
  private static final int REQUESTS = 500;

  /** What is demanded; measured were 4 to 9 ms. */
  private static final Duration LIMIT = Duration.ofMillis(200);

  private static final String HALF_HEAD = "GET /api/v1/health HTTP/1.1\r\nHost: localhost\r\nX: ";
  private static final String HALF_BODY =
      "POST /api/v1/changefeeds HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4000\r\n\r\n{";

  @Test
  void healthAnswersBesideFiveHundredSlowClients() throws IOException {
    List<Socket> slow = new ArrayList<>();
    try (LiveServer server = LiveServer.start()) {
      for (int i = 0; i < CLIENTS; i++) {
        Socket socket =
            new Socket(InetAddress.getLoopbackAddress(), server.http().address().getPort());
        slow.add(socket);
        socket.getOutputStream().write((i % 2 == 0 ? HALF_HEAD : HALF_BODY).getBytes(ISO_8859_1));
      }
      List<Duration> times = new ArrayList<>();
      for (int i = 0; i < REQUESTS; i++) {
        slow.get(i % CLIENTS).getOutputStream().write(' ');
        long begin = System.nanoTime();
        assertThat(server.get("/health").statusCode()).isEqualTo(200);
        times.add(Duration.ofNanos(System.nanoTime() - begin));
      }
      Collections.sort(times);
      Duration p99 = times.get(REQUESTS * 99 / 100);
      LOG.log(
          System.Logger.Level.INFO,
          "health beside {0} slow clients: p50 {1} ms, p99 {2} ms, most {3} ms",
          CLIENTS,
          times.get(REQUESTS / 2).toMillis(),
          p99.toMillis(),
          times.get(REQUESTS - 1).toMillis());
      assertThat(p99).isLessThan(LIMIT);
    } finally {
      for (Socket each : slow) {
        each.close();
      }
    }
  }

  @Test
  void moreClientsThanAreTakenAreResetAndComeAgainAfterTheDeadline() throws IOException {
    try (LiveServer server =
            LiveServer.start(http -> http.clients(4).deadline(Duration.ofMillis(500)));
        Socket first = slow(server);
        Socket second = slow(server);
        Socket third = slow(server);
        Socket fourth = slow(server)) {
      for (Socket each : List.of(first, second, third, fourth)) {
        assertThat(endsWithoutAnswer(each)).isTrue();
      }
      assertThat(server.get("/health").statusCode()).isEqualTo(200);
    }
  }

  private static Socket slow(LiveServer server) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.http().address().getPort());
    socket.getOutputStream().write(HALF_HEAD.getBytes(ISO_8859_1));
    return socket;
  }

  private static boolean endsWithoutAnswer(Socket socket) {
    try {
      return socket.getInputStream().read() < 0;
    } catch (IOException reset) {
      return true;
    }
  }
}
