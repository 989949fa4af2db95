package io.millrace.transport.jdkhttp.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.rig.DbServer;
import io.millrace.rig.Servers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The packaged server, started as users start it. */
@Timeout(180)
class ServerStartIT {
  private static final System.Logger LOG = System.getLogger(ServerStartIT.class.getName());
  private static final Duration STOP_LIMIT = Duration.ofSeconds(5);

  private static final int STARTS = 5;

  @TempDir private Path directory;

  private ServerProcess start(String... arguments) {
    return ServerProcess.start(directory, Map.of(), arguments);
  }

  private ServerProcess serve() {
    return start("--addr", "127.0.0.1:0", "--upstream", "datagen:", "--data-dir", "data");
  }

  private void assertEnds(int exitCode, String stderr, String... arguments) {
    try (ServerProcess server = start(arguments)) {
      assertThat(server.exitCode()).as(server.stderr()).isEqualTo(exitCode);
      assertThat(server.stderr()).contains(stderr).doesNotContain("\tat ");
    }
  }

  /** Logs what a start takes; the first one is not counted, in it the client itself starts. */
  @Test
  void reportsWhatAStartTakes() {
    List<Duration> starts = new ArrayList<>();
    List<Duration> cpu = new ArrayList<>();
    for (int i = 0; i <= STARTS; i++) {
      try (ServerProcess server =
          start("--addr=127.0.0.1:0", "--upstream=datagen:", "--data-dir=data" + i)) {
        starts.add(server.untilHealthy());
        cpu.add(server.cpu());
      }
    }
    LOG.log(
        System.Logger.Level.INFO,
        "start: {0} ms to health 200, processor {1} ms (JVM start, empty store, median of {2};"
            + " the first: {3} ms)",
        Long.toString(median(starts.subList(1, starts.size())).toMillis()),
        Long.toString(median(cpu.subList(1, cpu.size())).toMillis()),
        STARTS,
        Long.toString(starts.get(0).toMillis()));
  }

  private static Duration median(List<Duration> all) {
    return all.stream().sorted().toList().get(all.size() / 2);
  }

  @Test
  void startsStopsAndGoesOn() {
    try (ServerProcess server = serve()) {
      server.untilHealthy();
      String body = "{\"changefeed_id\":\"kept\",\"sink_uri\":\"blackhole://\"}";
      assertThat(server.send("POST", "/api/v1/changefeeds", body).statusCode()).isEqualTo(202);
      assertThat(server.terminate()).isLessThan(STOP_LIMIT);
      assertThat(server.exitCode()).isEqualTo(143);
      assertThat(server.stdout()).endsWith("stopped");
    }
    try (ServerProcess server = serve()) {
      server.untilHealthy();
      assertThat(server.send("GET", "/api/v1/changefeeds/kept", "").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void printsTheChangesOfTheDemo() throws IOException {
    try (ServerProcess server = start("--demo", "--addr", "127.0.0.1:0", "--port-file", "port")) {
      server.untilHealthy();
      assertThat("http://" + Files.readString(directory.resolve("port")).strip())
          .isEqualTo(server.url());
      String line = server.line();
      while (!line.startsWith("INSERT bank.transfers id=")) {
        line = server.line();
      }
      assertThat(server.send("GET", "/api/v1/changefeeds/demo", "").body())
          .contains("\"state\": \"normal\"");
      assertThat(server.terminate()).isLessThan(STOP_LIMIT);
    }
  }

  @Test
  void isOpenToOtherMachinesOnlyIfToldTo() throws IOException {
    String[] open = {"--demo", "--addr=0.0.0.0:0", "--advertise-addr=127.0.0.1:8300"};
    assertEnds(2, "--insecure allows it", open);
    try (ServerProcess server = start(open[0], open[1], open[2], "--insecure")) {
      server.untilHealthy();
      assertThat(server.line()).startsWith("warning: --insecure: ");
      assertThat(server.send("GET", "/api/v1/captures", "").statusCode()).isEqualTo(200);
    }
    Files.writeString(directory.resolve("users"), "read token secret://env/TOKEN\n");
    assertEnds(2, "TOKEN is not set", open[0], open[1], open[2], "--auth-file=users");
    try (ServerProcess server =
        ServerProcess.start(
            directory, Map.of("TOKEN", "t"), open[0], open[1], open[2], "--auth-file=users")) {
      server.untilHealthy();
      assertThat(server.send("GET", "/api/v1/captures", "").statusCode()).isEqualTo(401);
      assertThat(server.send("GET", "/metrics", "").statusCode()).isEqualTo(401);
      assertThat(server.line()).startsWith("warning: --auth-file without --cert and --key");
    }
  }

  @Test
  void servesMetricsAPageAndItsCommit() {
    try (ServerProcess server = serve()) {
      server.untilHealthy();
      assertThat(server.send("GET", "/metrics", "").body())
          .containsPattern("(?m)^process_start_time_seconds \\d");
      assertThat(server.send("GET", "/", "").body()).contains("<title>Millrace</title>");
      assertThat(server.send("GET", "/status", "").body())
          .containsPattern("\"git_hash\": \"([0-9a-f]{40})?\"");
    }
  }

  @Test
  void explainsItself() {
    try (ServerProcess help = start("--help");
        ServerProcess version = start("--version")) {
      assertThat(help.stdout()).contains("--upstream", "Exit codes:");
      assertThat(help.exitCode()).isZero();
      assertThat(version.stdout())
          .matches("millrace-server v\\d+\\.\\d+\\.\\d+(-SNAPSHOT)?(\ncommit [0-9a-f]+)?");
      assertThat(version.exitCode()).isZero();
    }
  }

  @Test
  void saysWhatIsMissing() {
    assertEnds(2, "no upstream is given");
    assertEnds(2, "PW is not set", "--upstream", "mysql://root:secret://env/PW@127.0.0.1:1");
    assertEnds(1, "CDC:ErrSourceURIInvalid", "--upstream", "oracle://h", "--addr", "127.0.0.1:0");
  }

  @Test
  void saysThatTheDataDirectoryIsOfNoUse() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    assertEnds(
        1,
        file.toString(),
        "--upstream=datagen:",
        "--addr=127.0.0.1:0",
        "--data-dir=" + file.resolve("data"));
  }

  @Test
  void saysThatTheDataDirectoryIsInUse() {
    try (ServerProcess server = serve()) {
      server.untilHealthy();
      assertEnds(
          1, "CDC:ErrStoreLocked", "--upstream=datagen:", "--addr=127.0.0.1:0", "--data-dir=data");
    }
  }

  @Test
  void saysThatThePortIsInUse() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertEnds(
          1,
          "cannot listen on 127.0.0.1 port " + taken.getLocalPort(),
          "--demo",
          "--addr=127.0.0.1:" + taken.getLocalPort());
    }
  }

  @Test
  void checksTheUpstream() {
    assertCheck(0, "can be captured", Servers.mysql().uri("root"), Map.of());
    assertCheck(1, "CDC:", "mysql://root@127.0.0.1:1", Map.of());
  }

  @Test
  void checkPrintsTheRemedy() {
    DbServer minimal = Servers.mysql("--binlog-row-metadata=MINIMAL");
    minimal.execute(
        "CREATE USER checker IDENTIFIED WITH mysql_native_password BY 'p@ss/w'",
        "GRANT REPLICATION SLAVE, REPLICATION CLIENT, SELECT ON *.* TO checker");
    assertCheck(
        1,
        "SET GLOBAL binlog_row_metadata",
        minimal.uri("checker:secret://env/PW"),
        Map.of("PW", "p@ss/w"));
  }

  private void assertCheck(
      int exitCode, String said, String upstream, Map<String, String> environment) {
    try (ServerProcess check =
        ServerProcess.start(directory, environment, "check", "--upstream", upstream)) {
      String stdout = check.stdout();
      assertThat(check.exitCode()).as(stdout + check.stderr()).isEqualTo(exitCode);
      assertThat(stdout + check.stderr()).contains(said).doesNotContain("p@ss/w");
    }
  }

  @Test
  void keepsConnectorsOutOfTheJar() throws IOException {
    try (JarFile jar = new JarFile(ServerProcess.jar().toFile())) {
      assertThat(jar.stream().map(entry -> entry.getName()))
          .contains("META-INF/LICENSE", "io/millrace/core/CdcService.class")
          .noneMatch(
              name ->
                  name.startsWith("org/mariadb/")
                      || name.startsWith("com/mysql/")
                      || name.startsWith("com/github/"));
      String classPath = jar.getManifest().getMainAttributes().getValue("Class-Path");
      for (String each : List.of(classPath.split(" ", -1))) {
        assertThat(ServerProcess.jar().resolveSibling(each)).exists();
      }
    }
  }
}
