package io.millrace.transport.jdkhttp;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.millrace.rig.Browser;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The status page in a real browser. */
@Timeout(180)
class StatusPageIT {
  @TempDir private Path directory;

  private static String own(LiveServer server) {
    return "http://" + server.http().hostAndPort() + "/";
  }

  private static String row(String id) {
    return "[...document.querySelectorAll('#changefeeds tbody tr')]"
        + ".find(row => row.cells[0].textContent === '"
        + id
        + "')";
  }

  @Test
  void showsChangefeedsAndFollowsThem() {
    try (LiveServer server = LiveServer.start();
        Browser browser = Browser.start(directory)) {
      browser.go(own(server));
      browser.until("!document.getElementById('none').hidden");
      server.create("shown");
      browser.until(row("shown") + "?.cells[1].textContent === 'normal'");
      browser.until(row("shown") + ".cells[5].textContent.endsWith(': 1, 2, 3')");
      browser.until(
          row("shown") + ".querySelector('polyline').getAttribute('points').split(' ').length > 1");
      assertThat(browser.value("document.querySelector('#captures tbody').innerText").asText())
          .contains("advertised.example:", "owner");
      server.post("/changefeeds/shown/pause", "");
      browser.until(row("shown") + ".cells[1].textContent === 'stopped'");
      server.delete("/changefeeds/shown");
      browser.until("!document.getElementById('none').hidden");
      assertThat(browser.complaints().lines().filter(line -> !line.contains("favicon"))).isEmpty();
    }
  }

  /** The address is what an operator chose to advertise: no name of the API allows markup. */
  @Test
  void showsNamesAsTheyAre() {
    try (LiveServer server =
            LiveServer.start(
                http -> {}, service -> service.address("<img-src=x-onerror=alert(1)>:1"));
        Browser browser = Browser.start(directory)) {
      browser.go(own(server));
      browser.until("document.querySelectorAll('#captures tbody tr').length === 1");
      assertThat(browser.value("document.querySelector('#captures tbody td + td').textContent"))
          .hasToString("\"<img-src=x-onerror=alert(1)>:1\"");
      assertThat(browser.value("document.images.length").intValue()).isZero();
    }
  }

  @Test
  void refusesWhatAnotherSiteSends() throws IOException {
    HttpServer evil =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    try (LiveServer server = LiveServer.start();
        Browser browser = Browser.start(directory)) {
      String page =
          "<script>fetch('"
              + own(server)
              + "api/v1/changefeeds', {method: 'POST', mode: 'no-cors', body:"
              + " '{\"changefeed_id\":\"evil\",\"sink_uri\":\"blackhole://\"}'})"
              + ".finally(() => { document.title = 'sent'; });</script>";
      evil.createContext(
          "/",
          exchange -> {
            try (exchange) {
              byte[] body = page.getBytes(StandardCharsets.UTF_8);
              exchange.getResponseHeaders().set("Content-Type", "text/html");
              exchange.sendResponseHeaders(200, body.length);
              exchange.getResponseBody().write(body);
            }
          });
      evil.start();
      browser.go("http://localhost:" + evil.getAddress().getPort() + "/");
      browser.until("document.title === 'sent'");
      assertThat(browser.complaints()).contains("403");
      assertThat(server.get("/changefeeds/evil").statusCode()).isEqualTo(400);
    } finally {
      evil.stop(0);
    }
  }
}
