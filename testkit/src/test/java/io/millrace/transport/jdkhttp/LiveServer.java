package io.millrace.transport.jdkhttp;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.api.CdcException;
import io.millrace.api.store.StoreProvider;
import io.millrace.core.CdcService;
import io.millrace.core.CdcServiceBuilder;
import io.millrace.core.store.memory.MemoryStore;
import io.millrace.testkit.sink.RecordingSink;
import io.millrace.testkit.source.ScriptedSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.ZoneId;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** A node on a made-up upstream, its store in memory, and a client of its API. */
public final class LiveServer implements AutoCloseable {
  /** The zone of the node, which is not the machine's. */
  public static final ZoneId ZONE = ZoneId.of("Asia/Shanghai");

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client = HttpClient.newHttpClient();
  private final JdkHttpTransport http;
  private final CdcService service;

  private LiveServer(JdkHttpTransport http, CdcService service) {
    this.http = http;
    this.service = service;
  }

  /**
   * Starts a server whose upstream has two account tables and grows by 100 transactions a second.
   */
  public static LiveServer start() {
    return start(http -> {});
  }

  /** Starts a server of a cluster: of all that are given this store. */
  public static LiveServer start(String upstream, MemoryStore store) {
    return start(
        http -> {},
        service ->
            service.upstream(upstream).store("shared:").store("shared", uri -> store.open()));
  }

  /** Starts such a server of a cluster, with a scripted upstream and a recording sink. */
  public static LiveServer start(ScriptedSource source, RecordingSink sink, StoreProvider store) {
    return start(
        http -> {},
        service ->
            service
                .upstream("scripted://")
                .source("scripted", request -> source.handle())
                .sink("recording", sink)
                .store("given:")
                .store("given", store));
  }

  /** Starts such a server, with settings of its transport. */
  public static LiveServer start(Consumer<JdkHttpTransport.Builder> settings) {
    return start(settings, service -> {});
  }

  /** Starts such a server, with settings of its transport and of the service. */
  public static LiveServer start(
      Consumer<JdkHttpTransport.Builder> settings, Consumer<CdcServiceBuilder> serviceSettings) {
    JdkHttpTransport.Builder builder = JdkHttpTransport.builder().port(0).metrics().page();
    settings.accept(builder);
    JdkHttpTransport http = builder.bind();
    CdcServiceBuilder parts =
        CdcService.builder()
            .upstream("datagen:?rate=100&tables=2&accounts=50")
            .address("advertised.example:" + http.address().getPort())
            .zone(ZONE)
            .version("v1.2.3", "abc")
            .logLevelHook(level -> {});
    serviceSettings.accept(parts);
    CdcService service = parts.build();
    service.start();
    http.serve(service);
    LiveServer server = new LiveServer(http, service);
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!server.isHealthy()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(end);
    }
    return server;
  }

  private boolean isHealthy() {
    try {
      service.checkHealth();
      return true;
    } catch (CdcException e) {
      return false;
    }
  }

  /** Returns the registration of its node. */
  public String id() {
    return json(get("/status")).path("id").textValue();
  }

  /** What is asked again and again. */
  public interface Question {
    HttpResponse<String> ask();
  }

  /** Returns the first answer in which a condition holds, within 30 s. */
  public HttpResponse<String> until(Question question, Predicate<HttpResponse<String>> condition) {
    long end = System.nanoTime() + LIMIT.toNanos();
    HttpResponse<String> answer = question.ask();
    while (!condition.test(answer)) {
      assertThat(System.nanoTime()).as("in time: %s", answer.body()).isLessThan(end);
      answer = question.ask();
    }
    return answer;
  }

  /** Waits until a changefeed shows a state. */
  public void untilState(String id, String state) {
    until(
        () -> get("/changefeeds/" + id),
        answer -> json(answer).path("state").asText().equals(state));
  }

  public HttpResponse<String> get(String path) {
    return send("GET", "/api/v1" + path, "");
  }

  public HttpResponse<String> post(String path, String body) {
    return send("POST", "/api/v1" + path, body);
  }

  public HttpResponse<String> put(String path, String body) {
    return send("PUT", "/api/v1" + path, body);
  }

  public HttpResponse<String> delete(String path) {
    return send("DELETE", "/api/v1" + path, "");
  }

  /** Creates a changefeed to nowhere. */
  public HttpResponse<String> create(String id) {
    return post("/changefeeds", "{\"changefeed_id\":\"" + id + "\",\"sink_uri\":\"blackhole://\"}");
  }

  /** Sends a request with more headers, name after value. */
  public HttpResponse<String> send(String method, String target, String body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://" + http.hostAndPort() + target))
            .timeout(LIMIT)
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      return client.send(request.build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Returns the JSON value of an answer. */
  public static JsonNode json(HttpResponse<String> answer) {
    try {
      return JSON.readTree(answer.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Checks that an answer is an error object, and nothing else, of a code and a message. */
  public static void assertError(
      HttpResponse<String> answer, int status, String code, String message) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("content-type").orElse(""))
        .isEqualTo("application/json; charset=utf-8");
    JsonNode error = json(answer);
    assertThat(error.fieldNames()).toIterable().containsExactly("error_msg", "error_code");
    assertThat(error.get("error_code").textValue()).isEqualTo("CDC:" + code);
    assertThat(error.get("error_msg").textValue())
        .startsWith("[CDC:" + code + "]" + message)
        .hasSizeLessThan(10_000);
  }

  /** Checks that an answer is an empty success. */
  public static void assertEmpty(HttpResponse<String> answer, int status) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.body()).isEmpty();
    assertThat(answer.headers().firstValue("content-length")).contains("0");
    assertThat(answer.headers().firstValue("content-type")).isEmpty();
  }

  /** Returns the service behind the API. */
  public CdcService service() {
    return service;
  }

  /** Returns the transport. */
  public JdkHttpTransport http() {
    return http;
  }

  @Override
  public void close() {
    service.close();
    http.close();
  }
}
