package io.millrace.transport.jdkhttp;

import static com.google.common.base.Ticker.systemTicker;
import static io.millrace.transport.jdkhttp.LiveServer.assertEmpty;
import static io.millrace.transport.jdkhttp.LiveServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Throwables;
import io.millrace.api.CaptureId;
import io.millrace.api.CdcException;
import io.millrace.api.ChangefeedId;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.sink.Sink;
import io.millrace.api.sink.SinkProvider;
import io.millrace.api.sink.SinkRequest;
import io.millrace.api.store.MetaStore;
import io.millrace.core.store.memory.MemoryStore;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Secrets of a sink that tells them with everything it throws: they stand in the store, and nowhere
 * in what is answered, shown, measured and logged.
 */
class CanaryTest {
  private static final List<String> CANARIES =
      List.of("canary-pw", "canary%2Fpw", "canary/pw", "canary-token", "canary-option");
  private static final String URI = "leaky://u:canary%2Fpw@h:1/?sasl-password=canary-token";

  private final Queue<String> logged = new ConcurrentLinkedQueue<>();
  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord line) {
          Throwable thrown = line.getThrown();
          logged.add(
              line.getMessage()
                  + Arrays.toString(line.getParameters())
                  + (thrown == null ? "" : Throwables.getStackTraceAsString(thrown)));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };
  private final Logger root = Logger.getLogger("");
  private final Level before = root.getLevel();
  private final Leaky leaky = new Leaky();
  private final MemoryStore memory = new MemoryStore(systemTicker());

  /** A downstream that names the address in all it says. */
  private static final class Leaky implements SinkProvider {
    private volatile boolean refuses;
    private volatile boolean surprises;
    private volatile String dialled = "";

    @Override
    public void validate(SinkRequest request) {
      if (refuses) {
        throw new CdcException(
            StandardErrorCode.MYSQL_INVALID_CONFIG, "cannot take " + told(request));
      }
    }

    private static String told(SinkRequest request) {
      return request.uri().text()
          + request.uri().params()
          + request.uri().password().map(it -> it.reveal()).orElse("")
          + request.config().options();
    }

    @Override
    public void dial(SinkRequest request, Duration limit) {
      dialled = request.uri().text();
      if (surprises) {
        throw new IllegalStateException("no route to " + told(request));
      }
    }

    @Override
    public Sink open(SinkRequest request) {
      IllegalStateException cause = new IllegalStateException("refused by " + told(request));
      throw new CdcException(
          StandardErrorCode.MYSQL_CONNECTION_ERROR, "cannot reach " + told(request), cause);
    }

    @Override
    public void fence(SinkRequest request, CaptureId gone) {
      throw new IllegalStateException("cannot fence " + told(request));
    }
  }

  @BeforeEach
  void listen() {
    handler.setLevel(Level.ALL);
    root.setLevel(Level.ALL);
    root.addHandler(handler);
  }

  @AfterEach
  void stopListening() {
    root.removeHandler(handler);
    root.setLevel(before);
  }

  private static void assertSilent(String what, String text) {
    assertThat(text).as(what).doesNotContain(CANARIES);
  }

  private static void assertSilent(HttpResponse<String> answer) {
    assertSilent(answer.request().uri().getPath(), answer.body() + answer.headers().map());
  }

  private static String body(String id) {
    return "{\"changefeed_id\":\""
        + id
        + "\",\"sink_uri\":\""
        + URI
        + "\",\"sink_config\":{\"kafka-config\":{\"sasl-password\":\"canary-option\"}}}";
  }

  @Test
  void secretsAreKeptToTheStore() {
    try (MetaStore store = memory.open();
        LiveServer server =
            LiveServer.start(
                http -> {},
                service ->
                    service
                        .sink("leaky", leaky)
                        .store("shared:")
                        .store("shared", uri -> memory.open()))) {
      leaky.refuses = true;
      HttpResponse<String> refused = server.post("/changefeeds", body("a"));
      assertThat(refused.statusCode()).isEqualTo(400);
      assertThat(refused.body()).contains("cannot take leaky://u:xxxxx@h:1/");
      assertSilent(refused);
      leaky.refuses = false;
      leaky.surprises = true;
      HttpResponse<String> surprised = server.post("/changefeeds", body("a"));
      assertThat(surprised.statusCode()).isEqualTo(500);
      assertSilent(surprised);
      leaky.surprises = false;

      assertEmpty(server.post("/changefeeds", body("a")), 202);
      server.untilState("a", "error");
      HttpResponse<String> detail = server.get("/changefeeds/a");
      assertThat(json(detail).at("/error/message").textValue()).contains("cannot reach leaky://");
      assertThat(json(detail).get("sink_uri").textValue())
          .isEqualTo("leaky://u:xxxxx@h:1/?sasl-password=xxxxx");
      assertSilent(detail);

      assertEmpty(server.post("/changefeeds/a/pause", ""), 202);
      server.untilState("a", "stopped");
      assertEmpty(
          server.put(
              "/changefeeds/a", "{\"sink_uri\":\"leaky://u:xxxxx@h:1/?x=1&sasl-password=xxxxx\"}"),
          202);
      assertThat(leaky.dialled)
          .isEqualTo("leaky://u:canary%2Fpw@h:1/?x=1&sasl-password=canary-token");
      leaky.refuses = true;
      HttpResponse<String> update =
          server.put("/changefeeds/a", "{\"sink_uri\":\"" + URI + "&x=2\"}");
      assertThat(update.statusCode()).isEqualTo(400);
      assertSilent(update);

      for (String path :
          List.of(
              "/api/v1/changefeeds?state=all",
              "/api/v1/changefeeds/a",
              "/api/v1/processors",
              "/api/v1/captures",
              "/api/v1/status",
              "/api/v1/openapi.json",
              "/debug/info",
              "/metrics",
              "/status",
              "/")) {
        assertSilent(server.send("GET", path, ""));
      }
      assertThat(server.service().changefeed(new ChangefeedId("a")).toString())
          .doesNotContain(CANARIES);
      assertThat(store.read("").entries().toString()).contains("canary%2Fpw", "canary-option");
      assertEmpty(server.delete("/changefeeds/a"), 202);
    }
    assertThat(logged).as("the failure was logged").anyMatch(it -> it.contains("leaky://"));
    logged.forEach(line -> assertSilent("log", line));
  }
}
