package io.millrace.core.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.event.SourcePosition;
import io.millrace.api.source.ChangeSource;
import io.millrace.api.source.Head;
import io.millrace.rig.DbServer;
import io.millrace.rig.MariaDbServer;
import io.millrace.rig.MysqlServer;
import io.millrace.rig.NodeProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One transaction larger by far than the memory of the server that replicates it. */
@Timeout(900)
final class GiantTransactionIT {
  private static final int SCALE = Integer.getInteger("millrace.scale", 1);
  private static final int ROWS = 100_000 * SCALE;
  private static final int ROW_BYTES = 480;
  private static final Duration LIMIT = Duration.ofMinutes(10);

  enum Log {
    MYSQL,
    MYSQL_COMPRESSED,
    MARIADB,
    MARIADB_COMPRESSED;

    boolean compressed() {
      return this == MYSQL_COMPRESSED || this == MARIADB_COMPRESSED;
    }

    DbServer start() {
      return switch (this) {
        case MYSQL -> mysql();
        case MYSQL_COMPRESSED -> mysql("--binlog-transaction-compression=ON");
        case MARIADB -> mariaDb();
        case MARIADB_COMPRESSED -> mariaDb("--log-bin-compress=ON");
      };
    }

    private static DbServer mysql(String... flags) {
      return MysqlServer.start(
          with(flags, "--innodb-buffer-pool-size=256M", "--innodb-redo-log-capacity=256M"));
    }

    private static DbServer mariaDb(String... flags) {
      return MariaDbServer.start(
          with(flags, "--innodb-buffer-pool-size=256M", "--innodb-log-file-size=256M"));
    }

    private static String[] with(String[] flags, String... more) {
      List<String> all = new ArrayList<>(Arrays.asList(more));
      all.addAll(Arrays.asList(flags));
      return all.toArray(String[]::new);
    }
  }

  @TempDir private Path work;

  @ParameterizedTest
  @EnumSource
  void isReplicatedWithLittleMemory(Log log) throws Exception {
    try (DbServer server = log.start()) {
      String schema = server.freshSchema();
      server.executeIn(schema, "CREATE TABLE t (id INT PRIMARY KEY, a CHAR(32), v VARCHAR(600))");
      Head from;
      try (ChangeSource source = StreamProbe.source(server.uri())) {
        from = source.now();
      }
      try (NodeProcess node = start(server, schema)) {
        long begun = System.nanoTime();
        server.executeIn(schema, depth(server), insert());
        long written = System.nanoTime();
        server.executeIn(schema, "CREATE TABLE behind (id INT PRIMARY KEY)");
        long millis = System.currentTimeMillis();
        node.awaitCheckpoint("giant", millis, LIMIT);
        long done = System.nanoTime();
        long bytes = logBytes(server, from.end());
        assertThat(rowsInOrder(work.resolve("out").resolve(schema).resolve("t"))).isEqualTo(ROWS);
        System.out.printf(
            "giant log=%s rows=%d log_mb=%d insert_s=%d behind_s=%d rss_peak_mb=%d%n",
            log,
            ROWS,
            bytes >> 20,
            Duration.ofNanos(written - begun).toSeconds(),
            Duration.ofNanos(done - written).toSeconds(),
            node.peakResident() >> 10);
        if (log.compressed()) {
          assertThat(bytes).isLessThan((long) ROWS * ROW_BYTES / 2);
        } else {
          assertThat(bytes).isGreaterThan((long) ROWS * ROW_BYTES);
        }
      }
    }
  }

  private NodeProcess start(DbServer server, String schema) {
    NodeProcess node =
        NodeProcess.keeping(work, List.of("-Xmx96m"), server.uri() + "?ssl-mode=disabled");
    node.create(
        """
        {"changefeed_id":"giant","sink_uri":"file://%s?protocol=canal-json",
         "filter_rules":["%s.*"]}"""
            .formatted(work.resolve("out"), schema));
    return node;
  }

  /** Returns how many rows a table's files hold, whose ids must be 1, 2, 3 and so on. */
  private static int rowsInOrder(Path table) throws IOException {
    int rows = 0;
    List<Path> files;
    try (Stream<Path> all = Files.walk(table)) {
      files = all.filter(file -> file.getFileName().toString().startsWith("CDC")).sorted().toList();
    }
    for (Path file : files) {
      try (BufferedReader lines = Files.newBufferedReader(file)) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          if (line.contains("\"type\":\"INSERT\"")) {
            assertThat(line).contains("\"id\":\"" + ++rows + "\"");
          }
        }
      }
    }
    return rows;
  }

  private static String depth(DbServer server) {
    return server.mariaDb()
        ? "SET SESSION max_recursive_iterations=" + (ROWS + 1)
        : "SET SESSION cte_max_recursion_depth=" + (ROWS + 1);
  }

  private static String insert() {
    return "INSERT INTO t WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i+1 FROM n WHERE i<"
        + ROWS
        + ") SELECT i, MD5(i), REPEAT(MD5(i+1), 14) FROM n";
  }

  private static long logBytes(DbServer server, SourcePosition from) throws IOException {
    String file = "binlog.%06d".formatted(from.file());
    return Files.size(server.data().resolve(file)) - from.offset();
  }
}
