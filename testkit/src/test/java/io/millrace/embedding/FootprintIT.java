package io.millrace.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.rig.DbServer;
import io.millrace.rig.Servers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What it costs to embed Millrace, beside Debezium Engine in the same run and on the same server:
 * the table is printed, and only what must hold is asserted: of the heap, which is what the garbage
 * collector left, nothing.
 */
class FootprintIT {
  private static final Pattern FIGURE = Pattern.compile("(?m)^([\\w ]+)=(-?\\d+)$");

  @TempDir private Path work;

  @Test
  void isSmallerThanThatOfDebeziumEngine() throws Exception {
    List<Path> inherited = ChildJvm.jars("embedder");
    List<Path> ours = new ArrayList<>(inherited);
    ours.addAll(ChildJvm.connectors("mysql-binlog-connector-java", "zstd-jni"));
    List<Path> theirs = ChildJvm.jars("debezium");
    DbServer server = Servers.mysql();
    String schema = server.freshSchema();
    server.executeIn(schema, "CREATE TABLE t (id INT PRIMARY KEY AUTO_INCREMENT, v INT)");
    AtomicBoolean enough = new AtomicBoolean();
    Thread writing = new Thread(() -> write(server, schema, enough), "footprint-writer");
    writing.start();
    Map<String, Long> millrace;
    Map<String, Long> debezium;
    try {
      millrace =
          figures(
              ChildJvm.run(
                  ChildJvm.THIS,
                  work,
                  "-cp",
                  ChildJvm.path(ours, ChildJvm.testClasses()),
                  FootprintProbe.class.getName(),
                  server.uri(),
                  schema));
      Path classes =
          ChildJvm.compile("debezium", work.resolve("classes"), "-cp", ChildJvm.path(theirs));
      debezium =
          figures(
              ChildJvm.run(
                  ChildJvm.THIS,
                  work,
                  "-cp",
                  ChildJvm.path(theirs, classes),
                  "DebeziumProbe",
                  Integer.toString(server.port()),
                  schema));
    } finally {
      enough.set(true);
      writing.join();
    }
    millrace.put("jars", (long) ours.size());
    millrace.put("KiB of jars", kibibytes(ours));
    debezium.put("jars", (long) theirs.size());
    debezium.put("KiB of jars", kibibytes(theirs));
    System.out.printf(
        "inherited from millrace-core: %d jars, %d KiB%n", inherited.size(), kibibytes(inherited));
    System.out.printf("%-34s %10s %10s%n", "reading MySQL", "Millrace", "Debezium");
    millrace.forEach(
        (name, value) ->
            System.out.printf(
                "%-34s %10d %10s%n", name, value, Objects.toString(debezium.get(name), "")));
    assertThat(millrace.get("jars")).isLessThan(debezium.get("jars"));
    assertThat(millrace.get("KiB of jars")).isLessThan(debezium.get("KiB of jars"));
    assertThat(millrace.get("threads of its own left")).isZero();
    assertThat(millrace.get("threads of its own at rest")).isLessThanOrEqualTo(3);
    assertThat(millrace.get("threads of its own per changefeed")).isLessThanOrEqualTo(5);
    assertThat(millrace.get("threads with a changefeed"))
        .isLessThan(debezium.get("threads with a changefeed"));
  }

  private static Map<String, Long> figures(ChildJvm.End end) {
    assertThat(end.code()).as(end.output()).isZero();
    Map<String, Long> figures = new LinkedHashMap<>();
    for (MatchResult each : FIGURE.matcher(end.output()).results().toList()) {
      figures.put(each.group(1), Long.parseLong(each.group(2)));
    }
    assertThat(figures).containsKeys("first event ms", "threads at rest", "threads per changefeed");
    return figures;
  }

  private static long kibibytes(List<Path> jars) throws IOException {
    long bytes = 0;
    for (Path jar : jars) {
      bytes += Files.size(jar);
    }
    return bytes / 1024;
  }

  /** Commits a row every time the server has taken the one before, until told to stop. */
  private static void write(DbServer server, String schema, AtomicBoolean enough) {
    try (Connection connection = server.connection(schema);
        Statement statement = connection.createStatement()) {
      while (!enough.get()) {
        statement.execute("INSERT INTO t (v) SELECT SLEEP(0.02)");
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
