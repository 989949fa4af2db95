package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.ChangefeedId;
import io.millrace.api.changefeed.ChangefeedSpec;
import io.millrace.api.consumer.Changes;
import io.millrace.rig.DbServer;
import io.millrace.rig.Leaks;
import io.millrace.rig.Servers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left of a service that was closed, with real servers up and down. */
class ClosedServiceIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir private Path data;

  private void round(DbServer server, String schema) {
    CdcService service =
        CdcService.builder()
            .upstream(server.uri())
            .store("dir:" + data)
            .consumer("audit", Changes::ack)
            .build();
    service.start();
    server.executeIn(schema, "INSERT INTO t (v) VALUES (1)");
    for (String sink :
        List.of("consumer://audit", Servers.mariaDb().uri() + "?exactly-once=false")) {
      ChangefeedId id =
          service.create(
              ChangefeedSpec.builder(sink).filterRules(List.of(schema + ".none")).build());
      service.awaitCaughtUp(id, LIMIT);
      service.remove(id);
    }
    assertThat(service.close(LIMIT)).isTrue();
  }

  @Test
  void leavesNoThreadNoFileAndNoConnection() {
    DbServer server = Servers.mysql();
    String schema = server.freshSchema();
    server.executeIn(schema, "CREATE TABLE t (id INT PRIMARY KEY AUTO_INCREMENT, v INT)");
    round(server, schema);
    Leaks before = Leaks.now();
    round(server, schema);
    round(server, schema);
    assertThat(Leaks.now().beyond(before)).isEmpty();
  }
}
