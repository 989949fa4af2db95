package io.millrace.core.source.mysql;

import io.millrace.rig.DbServer;
import io.millrace.rig.MariaDbServer;
import io.millrace.rig.MysqlServer;

/** The kinds of servers whose positions differ. */
enum Upstream {
  MYSQL_GTID,
  MYSQL_FILES,
  MARIADB;

  /** Starts one that the caller closes. */
  DbServer start() {
    return switch (this) {
      case MYSQL_GTID -> MysqlServer.start();
      case MYSQL_FILES -> MysqlServer.start("--gtid-mode=OFF", "--enforce-gtid-consistency=OFF");
      case MARIADB -> MariaDbServer.start();
    };
  }
}
