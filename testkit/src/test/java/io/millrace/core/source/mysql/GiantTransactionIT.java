package io.millrace.core.source.mysql;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.event.SourcePosition;
import io.millrace.api.source.ChangeSource;
import io.millrace.api.source.Head;
import io.millrace.rig.DbServer;
import io.millrace.rig.MariaDbServer;
import io.millrace.rig.MysqlServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One transaction larger by far than the memory of the process that reads it. */
@Timeout(900)
final class GiantTransactionIT {
  private static final int SCALE = Integer.getInteger("millrace.scale", 1);
  private static final int ROWS = 100_000 * SCALE;
  private static final int ROW_BYTES = 480;

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

  @ParameterizedTest
  @EnumSource
  void isReadWithLittleMemory(Log log) throws Exception {
    try (DbServer server = log.start()) {
      String schema = server.freshSchema();
      server.executeIn(schema, "CREATE TABLE t (id INT PRIMARY KEY, a CHAR(32), v VARCHAR(600))");
      Head from;
      try (ChangeSource source = StreamProbe.source(server.uri())) {
        from = source.now();
      }
      server.executeIn(schema, depth(server), insert());
      long bytes = logBytes(server, from.end());
      String said = read(server, schema, from);
      System.out.printf("giant log=%s log_mb=%d %s", log, bytes >> 20, said);
      assertThat(said).startsWith("rows=" + ROWS + " ");
      if (log.compressed()) {
        assertThat(bytes).isLessThan((long) ROWS * ROW_BYTES / 2);
      } else {
        assertThat(bytes).isGreaterThan((long) ROWS * ROW_BYTES);
      }
    }
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

  private static String read(DbServer server, String schema, Head from) throws Exception {
    SourcePosition at = from.end();
    Process reader =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx96m",
                "-cp",
                System.getProperty("java.class.path"),
                GiantReader.class.getName(),
                server.uri() + "?ssl-mode=disabled",
                schema,
                at.server(),
                Long.toString(at.file()),
                Long.toString(at.offset()),
                at.detail(),
                Long.toString(from.ts().value()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      String said = new String(reader.getInputStream().readAllBytes(), UTF_8);
      assertThat(reader.waitFor()).as("exit code; it said %s", said).isZero();
      return said;
    } finally {
      reader.destroyForcibly();
    }
  }
}
