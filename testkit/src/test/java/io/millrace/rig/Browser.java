package io.millrace.rig;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * A headless Chromium, driven by the W3C WebDriver protocol. Where the system has none, the calling
 * test is skipped, with the reason; where the environment has {@code MILLRACE_REQUIRE_SERVERS=1},
 * failed.
 */
public final class Browser implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Pattern PORT = Pattern.compile("started successfully on port (\\d+)\\.");
  private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

  private final HttpClient client = HttpClient.newHttpClient();
  private final Watched driver;
  private final String driverUrl;
  private String session = "";

  private Browser(Watched driver, int port) {
    this.driver = driver;
    driverUrl = "http://127.0.0.1:" + port;
  }

  /**
   * Starts a browser.
   *
   * @param directory for its profile and its log
   */
  public static Browser start(Path directory) {
    if (!Stream.of("chromedriver", "chromium").allMatch(Browser::isInstalled)) {
      String reason = "no Chromium: apt-get install chromium chromium-driver";
      if ("1".equals(System.getenv("MILLRACE_REQUIRE_SERVERS"))) {
        Assertions.fail(reason);
      }
      Assumptions.abort(reason);
    }
    Path log = directory.resolve("chromedriver.log");
    Watched driver =
        Watched.start(List.of("chromedriver", "--port=0"), directory.toFile(), log.toFile());
    boolean open = false;
    try {
      Browser browser = new Browser(driver, awaitPort(driver, log));
      browser.open(directory.resolve("profile"));
      open = true;
      return browser;
    } finally {
      if (!open) {
        driver.kill();
      }
    }
  }

  private static boolean isInstalled(String program) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
        .anyMatch(each -> Files.isExecutable(Path.of(each, program)));
  }

  /** Returns the port that a driver says it listens to. */
  private static int awaitPort(Watched driver, Path log) {
    long end = System.nanoTime() + LIMIT.toNanos();
    try {
      while (true) {
        String said = Files.readString(log);
        Matcher port = PORT.matcher(said);
        if (port.find()) {
          return Integer.parseInt(port.group(1));
        }
        Assertions.assertFalse(driver.endsWithin(LOOK_AGAIN.toMillis()), said);
        Assertions.assertTrue(System.nanoTime() < end, said);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void open(Path profile) {
    List<String> arguments =
        List.of(
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
            "--user-data-dir=" + profile);
    Map<String, Object> wanted =
        Map.of(
            "browserName",
            "chrome",
            "goog:loggingPrefs",
            Map.of("browser", "ALL"),
            "goog:chromeOptions",
            Map.of("args", arguments));
    session =
        ask("POST", "/session", Map.of("capabilities", Map.of("alwaysMatch", wanted)))
            .path("sessionId")
            .textValue();
  }

  /** Goes to an address. */
  public void go(String url) {
    ask("POST", "/session/" + session + "/url", Map.of("url", url));
  }

  /** Returns the value of an expression of JavaScript in the page. */
  public JsonNode value(String expression) {
    return ask(
        "POST",
        "/session/" + session + "/execute/sync",
        Map.of("script", "return " + expression, "args", List.of()));
  }

  /** Returns once an expression is true in the page, within a minute. */
  public void until(String expression) {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!value(expression).booleanValue()) {
      Assertions.assertTrue(
          System.nanoTime() < end,
          () -> expression + ": " + value("document.body.innerText") + complaints());
      LockSupport.parkNanos(LOOK_AGAIN.toNanos());
    }
  }

  /** Returns the warnings and errors of the console since it was last asked, one a line. */
  public String complaints() {
    StringBuilder lines = new StringBuilder();
    for (JsonNode each :
        ask("POST", "/session/" + session + "/se/log", Map.of("type", "browser"))) {
      if (!each.path("level").asText().equals("INFO")) {
        lines.append(each.path("message").asText()).append('\n');
      }
    }
    return lines.toString();
  }

  private JsonNode ask(String method, String path, Map<String, ?> body) {
    try {
      return call(method, path, JSON.writeValueAsString(body));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private JsonNode call(String method, String path, String body) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(driverUrl + path))
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
            .timeout(LIMIT)
            .build();
    try {
      JsonNode value =
          JSON.readTree(client.send(request, BodyHandlers.ofString()).body()).path("value");
      Assertions.assertFalse(value.has("error"), value::toString);
      return value;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    try {
      call("DELETE", "/session/" + session, "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      driver.kill();
    }
  }
}
