package io.millrace.rig;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * A real database server with a data directory and a port of its own, on loopback. It dies with
 * this JVM. User {@code root} has no password.
 *
 * <p>A server that cannot run here makes the calling test skipped, with the reason; where the
 * environment has {@code MILLRACE_REQUIRE_SERVERS=1}, failed.
 *
 * <p><i>Threads:</i> any for connections; one at a time for kill, restart and close.
 */
public abstract sealed class DbServer implements AutoCloseable permits MysqlServer, MariaDbServer {
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final AtomicInteger SCHEMAS = new AtomicInteger();

  private final Path home;
  private final Path data;
  private final Path log;
  private final Thread cleanup = new Thread(this::shutDown, "rig-cleanup");
  private List<String> flags;
  private int port;
  private Watched process;

  /** Prepares a data directory; nothing runs yet. */
  DbServer(Path home, Path data, String... flags) {
    this.home = home;
    this.data = data;
    this.log = data.resolveSibling("server.log");
    this.flags = List.of(flags);
  }

  /** Returns the command line but for port and the flags given by the test. */
  abstract List<String> command(Path home, Path data);

  /** Returns whether this is MariaDB. */
  public abstract boolean mariaDb();

  /** Returns the home directory of a server, or ends the test. */
  static Path home(String property, String binary, String aptGet) {
    String value = System.getProperty(property);
    if (value == null) {
      return giveUp("no server: system property " + property + " is not set; run mvn verify");
    }
    Path home = Path.of(value);
    Path executable = home.resolve(binary);
    if (!Files.isRegularFile(executable)) {
      return giveUp("no server: there is no " + executable + "; run mvn verify");
    }
    runnable(executable);
    String said = run(List.of(executable.toString(), "--no-defaults", "--version"));
    return said.isEmpty() ? home : giveUp(executable + " does not start; " + aptGet + ": " + said);
  }

  static Path giveUp(String reason) {
    if ("1".equals(System.getenv("MILLRACE_REQUIRE_SERVERS"))) {
      return Assertions.fail(reason);
    }
    return Assumptions.abort(reason);
  }

  /** Sets the executable bit. */
  static void runnable(Path file) {
    if (!Files.isExecutable(file) && !file.toFile().setExecutable(true)) {
      throw new IllegalStateException("cannot make executable: " + file);
    }
  }

  /** Runs a command to its end and returns what it said where it failed, else an empty text. */
  static String run(List<String> command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String said = new String(process.getInputStream().readAllBytes(), UTF_8);
      return process.waitFor() == 0 ? "" : "exit " + process.exitValue() + ", " + said;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Starts the server on a free port and returns when it answers. */
  final void startFirst() {
    Runtime.getRuntime().addShutdownHook(cleanup);
    port = Ports.free();
    start();
  }

  private void start() {
    List<String> line = new ArrayList<>(command(home, data));
    line.addAll(
        List.of(
            "--datadir=" + data,
            "--user=" + System.getProperty("user.name"),
            "--bind-address=127.0.0.1",
            "--port=" + port,
            "--socket=server.sock",
            "--pid-file=server.pid"));
    line.addAll(flags);
    process = Watched.start(line, data.toFile(), log.toFile());
    long deadline = System.nanoTime() + START_LIMIT.toNanos();
    while (!answers()) {
      if (process.endsWithin(20)) {
        throw new IllegalStateException("server ended at its start, see its log:\n" + tail());
      }
      if (System.nanoTime() > deadline) {
        process.kill();
        throw new IllegalStateException("server does not answer, see its log:\n" + tail());
      }
    }
  }

  private boolean answers() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(10));
      return socket.getInputStream().read() >= 0;
    } catch (IOException e) {
      return false;
    }
  }

  private String tail() {
    try {
      List<String> lines = Files.readAllLines(log);
      return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
    } catch (IOException e) {
      return "(no log: " + e.getMessage() + ")";
    }
  }

  /** Returns the port on loopback; the same after a restart. */
  public final int port() {
    return port;
  }

  /** Returns the data directory, in which the binlog files lie. */
  public final Path data() {
    return data;
  }

  /** Returns the upstream URI of user root. */
  public final String uri() {
    return uri("root");
  }

  /**
   * Returns the upstream URI of a user.
   *
   * @param user the user, or {@code user:password}
   */
  public final String uri(String user) {
    return uri(user, port);
  }

  /** Returns the upstream URI of a user through another port, that of a proxy. */
  public final String uri(String user, int through) {
    return (mariaDb() ? "mariadb" : "mysql") + "://" + user + "@127.0.0.1:" + through + "/";
  }

  /** Opens a connection of user root without a database; the caller closes it. */
  public final Connection connection() {
    return connection("");
  }

  /** Opens a connection of user root with a current database; the caller closes it. */
  public final Connection connection(String schema) {
    Properties properties = new Properties();
    properties.setProperty("user", "root");
    properties.setProperty("allowPublicKeyRetrieval", "true");
    properties.setProperty("sslMode", "disable");
    properties.setProperty("useServerPrepStmts", "false");
    try {
      return DriverManager.getConnection(
          "jdbc:mariadb://127.0.0.1:" + port + "/" + schema, properties);
    } catch (SQLException e) {
      throw new IllegalStateException("no connection to the test server: " + e.getMessage(), e);
    }
  }

  /** Runs statements, each in a transaction of its own, in one connection. */
  public final void execute(String... statements) {
    executeIn("", statements);
  }

  /** Runs statements in one connection with a current database. */
  public final void executeIn(String schema, String... statements) {
    try (Connection connection = connection(schema);
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        executeOne(statement, sql);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void executeOne(Statement statement, String sql) {
    try {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e.getMessage() + " in: " + sql, e);
    }
  }

  /** Makes a new, empty database and returns its name. */
  public final String freshSchema() {
    String name = "s" + SCHEMAS.incrementAndGet() + "_" + ProcessHandle.current().pid();
    execute("CREATE DATABASE " + name);
    return name;
  }

  /** Kills the server with SIGKILL; the data directory stays. */
  public final void kill() {
    process.kill();
  }

  /** Kills the server and starts it again on the same data directory and port. */
  public final void restart() {
    kill();
    start();
  }

  /** Kills the server and starts it again with other flags. */
  public final void restart(String... otherFlags) {
    flags = Arrays.asList(otherFlags);
    restart();
  }

  /** Kills the server and deletes its data directory. Calling it again does nothing. */
  @Override
  public final void close() {
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
    Template.delete(data.getParent());
  }
}
