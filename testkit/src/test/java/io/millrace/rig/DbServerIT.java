package io.millrace.rig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class DbServerIT {
  interface Start {
    DbServer with(String... flags);
  }

  static Stream<Start> kinds() {
    return Stream.of(MysqlServer::start, MariaDbServer::start);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void keepsCommittedRowsOverKillAndRestart(Start start) throws SQLException {
    try (DbServer server = start.with()) {
      String schema = server.freshSchema();
      server.executeIn(
          schema, "CREATE TABLE t(a INT PRIMARY KEY)", "INSERT INTO t VALUES (1), (2)");
      int port = server.port();
      server.kill();
      assertThatThrownBy(server::connection).isInstanceOf(IllegalStateException.class);
      server.restart();
      assertThat(server.port()).isEqualTo(port);
      assertThat(one(server, "SELECT SUM(a) FROM " + schema + ".t")).isEqualTo("3");
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void takesFlagsAndLogsRows(Start start) throws SQLException {
    try (DbServer server = start.with("--server-id=77", "--binlog-row-image=MINIMAL")) {
      assertThat(one(server, "SELECT @@server_id")).isEqualTo("77");
      assertThat(one(server, "SELECT @@binlog_row_image")).isEqualTo("MINIMAL");
      assertThat(one(server, "SELECT @@binlog_row_metadata")).isEqualTo("FULL");
      assertThat(one(server, "SELECT @@log_bin")).isEqualTo("1");
      assertThat(server.uri("u:p"))
          .isEqualTo(
              (server.mariaDb() ? "mariadb" : "mysql") + "://u:p@127.0.0.1:%d/", server.port());
    }
  }

  @Test
  void twoServersHaveTwoIdentities() throws SQLException {
    try (DbServer one = MysqlServer.start();
        DbServer other = MysqlServer.start()) {
      assertThat(one(one, "SELECT @@server_uuid")).isNotEqualTo(one(other, "SELECT @@server_uuid"));
    }
  }

  @Test
  void closeLeavesNothing() {
    DbServer server = MariaDbServer.start();
    server.close();
    server.close();
    assertThat(Files.exists(server.data())).isFalse();
    assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), server.port()).close())
        .isInstanceOf(IOException.class);
  }

  private static String one(DbServer server, String query) throws SQLException {
    try (Connection connection = server.connection();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(query)) {
      assertThat(result.next()).isTrue();
      return result.getString(1);
    }
  }
}
