package io.millrace.transport.jdkhttp.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The packaged server as a process of its own. */
final class ServerProcess implements AutoCloseable {
  private static final long LIMIT_SECONDS = 60;
  private static final String BANNER = "listening on ";

  private final HttpClient client = HttpClient.newHttpClient();
  private final Process process;
  private final Path stderr;
  private final BufferedReader stdout;
  private final long begin;
  private String url = "";

  private ServerProcess(Process process, Path stderr, long begin) {
    this.process = process;
    this.stderr = stderr;
    this.begin = begin;
    stdout =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /** Returns the packaged server. */
  static Path jar() {
    return Path.of(System.getProperty("millrace.server.jar")).normalize();
  }

  /** Starts a server. */
  static ServerProcess start(Path directory, Map<String, String> environment, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-jar");
    command.add(jar().toString());
    command.addAll(List.of(arguments));
    try {
      Path stderr = Files.createTempFile(directory, "stderr", ".log");
      ProcessBuilder builder =
          new ProcessBuilder(command).directory(directory.toFile()).redirectError(stderr.toFile());
      builder.environment().remove("MILLRACE_UPSTREAM");
      builder.environment().putAll(environment);
      long begin = System.nanoTime();
      return new ServerProcess(builder.start(), stderr, begin);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads what it prints until it says where it listens, and asks for its health until it is. */
  Duration untilHealthy() {
    return untilHealthy(client);
  }

  /** Does so by a client of its own. */
  Duration untilHealthy(HttpClient as) {
    String line = line();
    while (!line.startsWith(BANNER)) {
      line = line();
    }
    url = line.substring(BANNER.length());
    while (send(as, "GET", "/api/v1/health", "").statusCode() != 200) {
      assertThat(sinceStart()).as(stderr()).isLessThan(Duration.ofSeconds(LIMIT_SECONDS));
    }
    return sinceStart();
  }

  private Duration sinceStart() {
    return Duration.ofNanos(System.nanoTime() - begin);
  }

  /** Returns the next line it prints. */
  String line() {
    try {
      String line = stdout.readLine();
      assertThat(line).as("ended: %s", stderr()).isNotNull();
      return line;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  HttpResponse<String> send(String method, String path, String body) {
    return send(client, method, path, body);
  }

  HttpResponse<String> send(HttpClient as, String method, String path, String body) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + path))
            .method(method, BodyPublishers.ofString(body))
            .timeout(Duration.ofSeconds(LIMIT_SECONDS))
            .build();
    try {
      return as.send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(stderr(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  String url() {
    return url;
  }

  /** Returns the processor time it has used. */
  Duration cpu() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /** Sends SIGTERM and returns how long it took to end. */
  Duration terminate() {
    long sent = System.nanoTime();
    process.toHandle().destroy(); // which, unlike the process's own, leaves its output readable
    exitCode();
    return Duration.ofNanos(System.nanoTime() - sent);
  }

  /** Waits for its end and returns the exit code. */
  int exitCode() {
    try {
      assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).as("ends").isTrue();
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Returns what is left of what a process that has ended printed. */
  String stdout() {
    return String.join("\n", stdout.lines().toList());
  }

  String stderr() {
    try {
      return Files.readString(stderr);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
    exitCode();
  }
}
