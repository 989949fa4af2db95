package io.millrace.rig;

import java.nio.file.Path;
import java.util.List;

/** A real MySQL 8.0 server, by default with GTIDs, row images and row metadata in full. */
public final class MysqlServer extends DbServer {
  private static final String PROPERTY = "millrace.mysql.home";
  private static final String BINARY = "bin/mysqld";
  private static final String REMEDY = "apt-get install -y libaio1 libnuma1";

  private MysqlServer(Path home, Path data, String... flags) {
    super(home, data, flags);
  }

  /** Starts a server; the flags come last on its command line, so they win over the rig's. */
  public static MysqlServer start(String... flags) {
    Path home = home(PROPERTY, BINARY, REMEDY);
    Path data = Template.copy("mysql", empty -> initialise(home, empty));
    Template.delete(data.resolve("auto.cnf"));
    MysqlServer server = new MysqlServer(home, data, flags);
    server.startFirst();
    return server;
  }

  private static void initialise(Path home, Path empty) {
    String said =
        run(
            List.of(
                home.resolve(BINARY).toString(),
                "--no-defaults",
                "--basedir=" + home,
                "--datadir=" + empty,
                "--user=" + System.getProperty("user.name"),
                "--initialize-insecure",
                "--skip-log-bin",
                "--innodb-redo-log-capacity=8M",
                "--lc-messages-dir=" + home.resolve("share")));
    if (!said.isEmpty()) {
      throw new IllegalStateException("mysqld --initialize-insecure failed: " + said);
    }
  }

  @Override
  List<String> command(Path home, Path data) {
    return List.of(
        home.resolve(BINARY).toString(),
        "--no-defaults",
        "--basedir=" + home,
        "--mysqlx=OFF",
        "--server-id=1",
        "--log-bin=binlog",
        "--binlog-format=ROW",
        "--binlog-row-image=FULL",
        "--binlog-row-metadata=FULL",
        "--gtid-mode=ON",
        "--enforce-gtid-consistency=ON",
        "--performance-schema=OFF",
        "--innodb-buffer-pool-size=32M",
        "--innodb-redo-log-capacity=8M",
        "--max-allowed-packet=256M",
        "--default-time-zone=+00:00",
        "--lc-messages-dir=" + home.resolve("share"));
  }

  @Override
  public boolean mariaDb() {
    return false;
  }
}
