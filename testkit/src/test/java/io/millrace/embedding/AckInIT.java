package io.millrace.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.rig.DbServer;
import io.millrace.rig.Servers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A consumer that acknowledges in its own transactions, killed wherever it is: each row once. */
class AckInIT {
  private static final int ROWS = 2000;
  private static final int KILLS = 5;

  @TempDir private Path work;

  @ParameterizedTest
  @ValueSource(strings = {"mysql", "mariadb"})
  void takesEachRowOnceThroughKills(String kind) throws Exception {
    DbServer server = kind.equals("mysql") ? Servers.mysql() : Servers.mariaDb();
    String schema = server.freshSchema();
    server.executeIn(schema, "CREATE TABLE t (id INT PRIMARY KEY)", "CREATE TABLE taken (id INT)");
    complete(start(server, schema));
    server.executeIn(
        schema,
        IntStream.range(0, ROWS)
            .mapToObj(i -> "INSERT INTO t VALUES (" + i + ")")
            .toArray(String[]::new));
    Random random = new Random(1);
    for (int i = 0; i < KILLS; i++) {
      int before = count(server, schema, "COUNT(*)");
      Process guest = start(server, schema);
      try {
        int enough = before + 1 + random.nextInt(ROWS / (2 * KILLS));
        while (count(server, schema, "COUNT(*)") < enough && guest.isAlive()) {
          Thread.onSpinWait();
        }
      } finally {
        guest.destroyForcibly();
      }
      assertThat(guest.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }
    complete(start(server, schema));
    assertThat(count(server, schema, "COUNT(*)")).isEqualTo(ROWS);
    assertThat(count(server, schema, "COUNT(DISTINCT id)")).isEqualTo(ROWS);
  }

  private void complete(Process guest) throws Exception {
    try {
      assertThat(guest.waitFor(120, TimeUnit.SECONDS)).isTrue();
      assertThat(guest.exitValue()).as(Files.readString(work.resolve("guest.log"))).isZero();
    } finally {
      guest.destroyForcibly();
    }
  }

  private Process start(DbServer server, String schema) throws Exception {
    return new ProcessBuilder(
            ChildJvm.THIS.resolve("bin/java").toString(),
            "-Xmx256m",
            "-cp",
            ChildJvm.ownClassPath(),
            AckInGuest.class.getName(),
            server.uri(),
            "jdbc:mariadb://127.0.0.1:"
                + server.port()
                + "/"
                + schema
                + "?user=root&allowPublicKeyRetrieval=true&sslMode=disable",
            work.resolve("store").toString(),
            schema)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(work.resolve("guest.log").toFile()))
        .start();
  }

  private static int count(DbServer server, String schema, String what) throws SQLException {
    try (Connection connection = server.connection(schema);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT " + what + " FROM taken")) {
      rows.next();
      return rows.getInt(1);
    }
  }
}
