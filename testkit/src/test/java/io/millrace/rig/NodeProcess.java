package io.millrace.rig;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.millrace.api.Tso;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The standalone server as a child process, on a port of its own. It dies with this JVM.
 *
 * <p><i>Threads:</i> any for requests; one at a time for all else.
 */
public final class NodeProcess implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Duration START_LIMIT = Duration.ofSeconds(60);

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Watched process;
  private final Path log;
  private final String base;

  private NodeProcess(Watched process, Path log, String base) {
    this.process = process;
    this.log = log;
    this.base = base;
  }

  /**
   * Starts a server and returns when it is ready.
   *
   * @param work where its log and port file go
   * @param jvm options of its JVM
   * @param options its own options, without address and port file
   */
  public static NodeProcess start(Path work, List<String> jvm, String... options) {
    String jar = System.getProperty("millrace.server.jar");
    if (jar == null || !Files.isRegularFile(Path.of(jar))) {
      throw new IllegalStateException("there is no " + jar + "; run mvn verify");
    }
    Path ports = work.resolve("port");
    Path log = work.resolve("node.log");
    List<String> line =
        new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin/java").toString()));
    line.addAll(jvm);
    line.addAll(List.of("-jar", jar, "--addr", "127.0.0.1:0", "--port-file", ports.toString()));
    line.addAll(List.of(options));
    try {
      Files.createDirectories(work);
      Files.deleteIfExists(ports);
      Watched process = Watched.start(line, work.toFile(), log.toFile());
      String address = awaitAddress(process, ports, log);
      NodeProcess node = new NodeProcess(process, log, "http://" + address + "/api/v1");
      node.awaitReady();
      return node;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Starts a server that keeps its state.
   *
   * @param work where its state, log and port file go
   * @param upstream the upstream's URI
   */
  public static NodeProcess keeping(Path work, List<String> jvm, String upstream) {
    return start(work, jvm, "--upstream", upstream, "--data-dir", work.resolve("data").toString());
  }

  /**
   * As {@link #keeping}, with little memory and soon warm: one of those that tests kill again and
   * again.
   */
  public static NodeProcess replicating(Path work, DbServer upstream) {
    return keeping(work, List.of("-Xmx128m", "-XX:TieredStopAtLevel=1"), upstream.uri());
  }

  private static String awaitAddress(Watched process, Path ports, Path log) throws IOException {
    long end = System.nanoTime() + START_LIMIT.toNanos();
    while (!Files.exists(ports) || !Files.readString(ports).endsWith("\n")) {
      if (process.endsWithin(5)) {
        throw new IllegalStateException("the server ended at its start: " + Files.readString(log));
      }
      if (System.nanoTime() > end) {
        process.kill();
        throw new IllegalStateException("no port in time: " + Files.readString(log));
      }
    }
    return Files.readString(ports).strip();
  }

  private void awaitReady() {
    long end = System.nanoTime() + START_LIMIT.toNanos();
    while (get("/health").statusCode() != 200) {
      if (System.nanoTime() > end || process.endsWithin(5)) {
        throw new IllegalStateException("the server is not ready, see " + log);
      }
    }
  }

  /**
   * Returns the answer to a GET below {@code /api/v1}. It takes its time, so that a test that asks
   * again and again does not take the processor from those it waits for.
   */
  public HttpResponse<String> get(String path) {
    process.endsWithin(5);
    return send(HttpRequest.newBuilder(URI.create(base + path)).GET());
  }

  /** Returns the answer to a POST below {@code /api/v1}. */
  public HttpResponse<String> post(String path, String body) {
    return send(
        HttpRequest.newBuilder(URI.create(base + path)).POST(BodyPublishers.ofString(body)));
  }

  /** Returns the answer to a PUT below {@code /api/v1}. */
  public HttpResponse<String> put(String path, String body) {
    return send(HttpRequest.newBuilder(URI.create(base + path)).PUT(BodyPublishers.ofString(body)));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return http.send(request.timeout(Duration.ofSeconds(30)).build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Creates a changefeed; throws if that is refused. */
  public void create(String body) {
    HttpResponse<String> answer = post("/changefeeds", body);
    if (answer.statusCode() != 202) {
      throw new IllegalStateException(answer.statusCode() + ": " + answer.body());
    }
  }

  /** Returns a changefeed's detail. */
  public JsonNode changefeed(String id) {
    HttpResponse<String> answer = get("/changefeeds/" + id);
    if (answer.statusCode() != 200) {
      throw new IllegalStateException(answer.statusCode() + ": " + answer.body());
    }
    try {
      return JSON.readTree(answer.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Returns when a changefeed's checkpoint is behind a time; throws if it is in trouble before.
   *
   * @param millis the time, since 1970
   * @param limit how long it may take
   */
  public void awaitCheckpoint(String id, long millis, Duration limit) {
    awaitCheckpoint(id, Tso.ofMillis(millis + 1, 0), limit);
  }

  /** Returns when a changefeed's checkpoint has reached a timestamp; else as the other. */
  public void awaitCheckpoint(String id, Tso ts, Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    JsonNode detail = changefeed(id);
    while (ts.isAfter(Tso.parse(detail.get("checkpoint_tso").asText()))) {
      if (!detail.get("state").asText().equals("normal")) {
        throw new IllegalStateException("in trouble: " + detail);
      }
      if (System.nanoTime() > end) {
        throw new IllegalStateException("not in time: " + detail);
      }
      process.endsWithin(20);
      detail = changefeed(id);
    }
  }

  /** Returns the largest resident size of its process so far, in KiB. */
  public long peakResident() {
    return process.peakResident();
  }

  /** Stops it with SIGSTOP, in the midst of whatever it does. */
  public void suspend() {
    process.signal("STOP");
  }

  /** Lets it go on with SIGCONT. */
  public void wake() {
    process.signal("CONT");
  }

  /** Kills it with SIGKILL. Calling it again does nothing. */
  public void kill() {
    process.kill();
  }

  /** Kills it. */
  @Override
  public void close() {
    kill();
  }
}
