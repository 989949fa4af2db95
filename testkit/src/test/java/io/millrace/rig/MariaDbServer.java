package io.millrace.rig;

import java.nio.file.Path;
import java.util.List;

/** A real MariaDB 11.4 server, by default with row images and row metadata in full. */
public final class MariaDbServer extends DbServer {
  private static final String PROPERTY = "millrace.mariadb.home";
  private static final String BINARY = "bin/mariadbd";
  private static final String REMEDY = "apt-get install -y libncurses6";

  private MariaDbServer(Path home, Path data, String... flags) {
    super(home, data, flags);
  }

  /** Starts a server; the flags come last on its command line, so they win over the rig's. */
  public static MariaDbServer start(String... flags) {
    Path home = home(PROPERTY, BINARY, REMEDY);
    Path data = Template.copy("mariadb", empty -> initialise(home, empty));
    MariaDbServer server = new MariaDbServer(home, data, flags);
    server.startFirst();
    return server;
  }

  private static void initialise(Path home, Path empty) {
    Path script = home.resolve("scripts/mariadb-install-db");
    runnable(script);
    runnable(home.resolve("bin/my_print_defaults"));
    runnable(home.resolve("bin/resolveip"));
    String said =
        run(
            List.of(
                script.toString(),
                "--no-defaults",
                "--basedir=" + home,
                "--datadir=" + empty,
                "--user=" + System.getProperty("user.name"),
                "--auth-root-authentication-method=normal",
                "--skip-test-db",
                "--skip-name-resolve"));
    if (!said.isEmpty()) {
      throw new IllegalStateException("mariadb-install-db failed: " + said);
    }
  }

  @Override
  List<String> command(Path home, Path data) {
    return List.of(
        home.resolve(BINARY).toString(),
        "--no-defaults",
        "--basedir=" + home,
        "--skip-ssl",
        "--server-id=2",
        "--log-bin=binlog",
        "--binlog-format=ROW",
        "--binlog-row-image=FULL",
        "--binlog-row-metadata=FULL",
        "--innodb-buffer-pool-size=32M",
        "--innodb-log-file-size=16M",
        "--max-allowed-packet=256M",
        "--character-set-server=utf8mb4",
        "--default-time-zone=+00:00",
        "--lc-messages-dir=" + home.resolve("share"));
  }

  @Override
  public boolean mariaDb() {
    return true;
  }
}
