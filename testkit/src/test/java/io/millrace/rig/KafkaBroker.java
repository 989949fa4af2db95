package io.millrace.rig;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;

/**
 * A real Kafka broker, which is its own controller, as a child process on loopback. It dies with
 * this JVM.
 *
 * <p>Where it cannot run, the calling test is skipped, as for {@link DbServer}. <i>Threads:</i> any
 * for clients; one at a time for kill, restart and close.
 */
public final class KafkaBroker implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final String CLUSTER = "4L6g3nShT-eMCtK--X86sw";
  private static KafkaBroker shared;

  /**
   * A port beside the plain one.
   *
   * @param name in upper case
   * @param protocol for instance {@code SASL_PLAINTEXT}
   */
  public record Listener(String name, String protocol, int port) {}

  private final Path work;
  private final String classPath;
  private final int port;
  private final int brokers;
  private final Thread cleanup = new Thread(this::shutDown, "rig-cleanup");
  private Watched process;

  private KafkaBroker(Path work, String classPath, int port, int brokers) {
    this.work = work;
    this.classPath = classPath;
    this.port = port;
    this.brokers = brokers;
  }

  /** Returns the broker shared by all tests of this JVM; nobody closes or kills it. */
  public static synchronized KafkaBroker shared() {
    if (shared == null) {
      shared = start();
    }
    return shared;
  }

  /**
   * Starts a broker with an empty log on a free port.
   *
   * @param listeners what else it listens to
   * @param settings its properties, beside and before those of the rig
   * @param format what its storage is formatted with
   */
  public static KafkaBroker start(
      List<Listener> listeners, Map<String, String> settings, String... format) {
    KafkaBroker broker = prepare(1, Map.of(1, Ports.free()), listeners, settings, format);
    broker.begin();
    broker.await();
    return broker;
  }

  /**
   * Makes a broker with an empty log that does not run yet.
   *
   * @param id its number
   * @param controllers the ports of the controllers by their brokers' numbers, its own too
   */
  static KafkaBroker prepare(
      int id,
      Map<Integer, Integer> controllers,
      List<Listener> listeners,
      Map<String, String> settings,
      String... format) {
    String lib = System.getProperty("millrace.kafka.lib", "");
    if (!Files.isDirectory(Path.of(lib))) {
      DbServer.giveUp("no broker: there is no directory '" + lib + "'; run mvn verify");
    }
    try {
      Path work = Files.createTempDirectory(Files.createDirectories(Template.root()), "kafka");
      KafkaBroker broker = new KafkaBroker(work, lib + "/*", Ports.free(), controllers.size());
      Properties all = new Properties();
      all.putAll(broker.settings(id, controllers, listeners));
      all.putAll(settings);
      try (Writer file = Files.newBufferedWriter(work.resolve("server.properties"))) {
        all.store(file, null);
      }
      broker.format(format);
      Runtime.getRuntime().addShutdownHook(broker.cleanup);
      return broker;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts a broker without any specialities. */
  public static KafkaBroker start() {
    return start(List.of(), Map.of());
  }

  private Map<String, String> settings(
      int id, Map<Integer, Integer> controllers, List<Listener> others) {
    String voters =
        controllers.entrySet().stream()
            .map(each -> each.getKey() + "@127.0.0.1:" + each.getValue())
            .collect(Collectors.joining(","));
    String open = listener("PLAINTEXT", port);
    String protocols = "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT";
    for (Listener each : others) {
      open += "," + listener(each.name(), each.port());
      protocols += "," + each.name() + ":" + each.protocol();
    }
    Map<String, String> all = new HashMap<>();
    all.put("process.roles", "broker,controller");
    all.put("node.id", Integer.toString(id));
    all.put("controller.quorum.voters", voters);
    all.put("listeners", open + "," + listener("CONTROLLER", controllers.getOrDefault(id, 0)));
    all.put("advertised.listeners", open);
    all.put("controller.listener.names", "CONTROLLER");
    all.put("listener.security.protocol.map", protocols);
    all.put("log.dirs", work.resolve("data").toString());
    all.put("offsets.topic.replication.factor", "1");
    all.put("offsets.topic.num.partitions", "1");
    all.put("transaction.state.log.replication.factor", "1");
    all.put("transaction.state.log.min.isr", "1");
    all.put("transaction.state.log.num.partitions", "1");
    all.put("group.initial.rebalance.delay.ms", "0");
    all.put("log.cleaner.dedupe.buffer.size", "2097152");
    all.put("auto.create.topics.enable", "false");
    return all;
  }

  private static String listener(String name, int port) {
    return name + "://127.0.0.1:" + port;
  }

  private List<String> java(String... arguments) {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(List.of("-Xmx512m", "-XX:+UseSerialGC", "-cp", classPath));
    line.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn");
    line.addAll(List.of(arguments));
    return line;
  }

  private void format(String... arguments) {
    List<String> line =
        java(
            "kafka.tools.StorageTool",
            "format",
            "-t",
            CLUSTER,
            "-c",
            work.resolve("server.properties").toString());
    line.addAll(List.of(arguments));
    String said = DbServer.run(line);
    if (!said.isEmpty()) {
      throw new IllegalStateException("formatting the broker's storage failed: " + said);
    }
  }

  /** Kills it with SIGKILL; its data stay. */
  public void kill() {
    process.kill();
  }

  /** Kills it with SIGKILL, starts it on the same port and data, and returns when it answers. */
  public void restart() {
    kill();
    begin();
    await();
  }

  void begin() {
    process =
        Watched.start(
            java("kafka.Kafka", work.resolve("server.properties").toString()),
            work.toFile(),
            work.resolve("broker.log").toFile());
  }

  /** Returns when it answers, and knows of all brokers. */
  void await() {
    long deadline = System.nanoTime() + START_LIMIT.toNanos();
    while (!answers()) {
      if (process.endsWithin(20) || System.nanoTime() > deadline) {
        process.kill();
        throw new IllegalStateException("the broker does not start: " + log());
      }
    }
  }

  private boolean answers() {
    try (Admin admin = admin()) {
      return admin.describeCluster().nodes().get().size() == brokers;
    } catch (ExecutionException | KafkaException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private String log() {
    try {
      return Files.readString(work.resolve("broker.log"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Opens an administrator; the caller closes it. */
  public Admin admin() {
    return Admin.create(
        Map.of(
            "bootstrap.servers", address(),
            "default.api.timeout.ms", 2_000,
            "request.timeout.ms", 2_000,
            "reconnect.backoff.max.ms", 100));
  }

  /** Returns {@code host:port}. */
  public String address() {
    return "127.0.0.1:" + port;
  }

  /** Kills it and deletes its data. Calling it again does nothing. */
  @Override
  public void close() {
    shutDown();
    try {
      Runtime.getRuntime().removeShutdownHook(cleanup);
    } catch (IllegalStateException e) {
      return;
    }
  }

  private void shutDown() {
    if (process != null) {
      process.kill();
    }
    Template.delete(work);
  }
}
