package io.millrace.transport.jdkhttp.server;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.core.CdcService;
import io.millrace.core.CdcServiceBuilder;
import io.millrace.transport.jdkhttp.JdkHttpTransport;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Optional;

/** A service and its HTTP server, from start to stop. */
final class Node {
  private static final Duration STOP_LIMIT = Duration.ofMillis(4500);
  private static final Duration SERVICE_LIMIT = Duration.ofMillis(2500);

  /**
   * What the command line asks for.
   *
   * @param advertised empty: the address bound
   * @param upstream with its password
   */
  record Settings(
      HostPort listen,
      Optional<String> advertised,
      Security security,
      SinkRules sinks,
      String upstream,
      String store,
      ZoneId zone,
      Duration stallAfter,
      Optional<Path> certDir,
      Optional<Path> portFile,
      boolean demo) {}

  private final JdkHttpTransport http;
  private final HostPort bound;
  private final CdcService service;
  private final PrintWriter out;

  private Node(JdkHttpTransport http, HostPort bound, CdcService service, PrintWriter out) {
    this.http = http;
    this.bound = bound;
    this.service = service;
    this.out = out;
  }

  /**
   * Returns a node that answers.
   *
   * @throws CdcException if the address, the upstream's URI or the store is at fault
   * @throws IllegalArgumentException if another value is
   */
  static Node start(Settings settings, PrintWriter out) {
    setServerProperties();
    JdkHttpTransport.Builder builder =
        JdkHttpTransport.builder()
            .host(settings.listen().address())
            .port(settings.listen().port())
            .name(settings.listen().host())
            .metrics()
            .page();
    settings.advertised().ifPresent(reached -> builder.name(HostPort.parse(reached).host()));
    settings.security().applyTo(builder);
    JdkHttpTransport http = builder.bind();
    HostPort bound = settings.listen().withPort(http.address().getPort());
    boolean serving = false;
    try {
      Node node = new Node(http, bound, service(settings, bound, out), out);
      node.serve(settings);
      serving = true;
      return node;
    } finally {
      if (!serving) {
        http.close();
      }
    }
  }

  private static CdcService service(Settings settings, HostPort bound, PrintWriter out) {
    CdcServiceBuilder builder =
        CdcService.builder()
            .address(settings.advertised().orElse(bound.toString()))
            .version(Version.number(), Version.gitHash())
            .upstream(settings.upstream())
            .store(settings.store())
            .zone(settings.zone())
            .stallAfter(settings.stallAfter());
    settings.sinks().applyTo(builder);
    settings.certDir().ifPresent(builder::certDir);
    if (settings.demo()) {
      builder.consumer(Demo.CONSUMER, new Demo(out)::print);
    }
    try {
      return builder.build();
    } catch (CdcException e) {
      if (e.code() == StandardErrorCode.API_INVALID_PARAM) {
        throw new IllegalArgumentException(e.getMessage(), e);
      }
      throw e;
    }
  }

  /** Sets what the JDK's server reads once, unless the JVM was given other values. */
  private static void setServerProperties() {
    // a body that is refused is not read on; connections kept are not closed under their clients
    System.getProperties().putIfAbsent("sun.net.httpserver.drainAmount", "1");
    System.getProperties().putIfAbsent("sun.net.httpserver.maxIdleConnections", "1024");
    System.getProperties().putIfAbsent("jdk.httpserver.maxConnections", "2048");
  }

  private void serve(Settings settings) {
    service.start();
    http.serve(service);
    settings.portFile().ifPresent(this::writePort);
    String url = settings.security().scheme() + "://" + bound;
    out.println("listening on " + url);
    settings.security().warning().ifPresent(danger -> out.println("warning: " + danger));
    if (settings.demo()) {
      service.ensure(Demo.changefeed());
      new Demo(out).introduce(url);
    }
    out.flush();
  }

  /** Writes the file as a whole: who waits for it never sees half of it. */
  private void writePort(Path file) {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    try {
      Files.writeString(fresh, bound + "\n");
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }

  /** Stops within 5 s, cleanly if nothing hangs; called at the end of the JVM. */
  void stop() {
    Thread closing = new Thread(this::close, "millrace-close");
    closing.setDaemon(true);
    closing.start();
    try {
      closing.join(STOP_LIMIT.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    out.println(closing.isAlive() ? "stopped, but not cleanly in time" : "stopped");
    out.flush();
  }

  private void close() {
    try {
      service.close(SERVICE_LIMIT);
    } finally {
      http.close();
    }
  }
}
