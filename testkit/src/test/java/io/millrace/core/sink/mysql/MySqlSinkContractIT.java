package io.millrace.core.sink.mysql;

import io.millrace.rig.DbServer;
import io.millrace.rig.Servers;

final class MySqlSinkContractIT extends ServerSinkContract {
  @Override
  DbServer server() {
    return Servers.mysql();
  }
}
