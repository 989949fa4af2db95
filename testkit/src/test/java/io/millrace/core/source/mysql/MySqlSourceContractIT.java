package io.millrace.core.source.mysql;

import io.millrace.api.TableName;
import io.millrace.api.event.Restart;
import io.millrace.api.source.ChangeSource;
import io.millrace.api.source.Head;
import io.millrace.rig.DbServer;
import io.millrace.rig.Servers;
import io.millrace.testkit.source.ChangeSourceContract;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import org.junit.jupiter.api.Nested;

/** Real servers keep the contract of sources. */
final class MySqlSourceContractIT {
  @Nested
  final class MySql extends ServerContract {
    MySql() {
      super(Servers.mysql());
    }
  }

  @Nested
  final class MySqlWithoutGtids extends ServerContract {
    MySqlWithoutGtids() {
      super(Servers.mysql("--gtid-mode=OFF", "--enforce-gtid-consistency=OFF"));
    }
  }

  @Nested
  final class MariaDb extends ServerContract {
    MariaDb() {
      super(Servers.mariaDb());
    }
  }

  /** The contract on a server. */
  private abstract static class ServerContract extends ChangeSourceContract {
    private final DbServer server;
    private String schema = "";

    ServerContract(DbServer server) {
      this.server = server;
    }

    @Override
    protected ChangeSource open() {
      return StreamProbe.source(server.uri());
    }

    @Override
    protected Restart begin(ChangeSource source, int transactions) {
      schema = server.freshSchema();
      server.executeIn(
          schema,
          "CREATE TABLE a (id INT PRIMARY KEY, v VARCHAR(400))",
          "CREATE TABLE b (id INT PRIMARY KEY, v VARCHAR(400))");
      Head head = source.now();
      try (Connection connection = server.connection(schema);
          Statement statement = connection.createStatement()) {
        connection.setAutoCommit(false);
        for (int i = 0; i < transactions; i++) {
          statement.execute(
              "INSERT INTO a VALUES (" + i + ",REPEAT('x',200)),(" + (-i - 1) + ",'')");
          statement.execute("INSERT INTO b VALUES (" + i + ",NULL)");
          statement.execute("UPDATE a SET v=REPEAT('y',100) WHERE id=" + i);
          statement.execute("DELETE FROM a WHERE id=" + (i - 1));
          statement.execute("UPDATE b SET v=REPEAT('z',300) WHERE id=" + i);
          connection.commit();
        }
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
      return new Restart(head.end(), head.ts());
    }

    @Override
    protected Set<TableName> tables() {
      return Set.of(new TableName(schema, "a"), new TableName(schema, "b"));
    }
  }
}
