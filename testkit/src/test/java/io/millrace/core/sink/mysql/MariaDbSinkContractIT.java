package io.millrace.core.sink.mysql;

import io.millrace.rig.DbServer;
import io.millrace.rig.Servers;

final class MariaDbSinkContractIT extends ServerSinkContract {
  @Override
  DbServer server() {
    return Servers.mariaDb();
  }
}
