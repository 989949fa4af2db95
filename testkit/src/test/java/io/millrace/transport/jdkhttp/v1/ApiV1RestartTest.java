package io.millrace.transport.jdkhttp.v1;

import static io.millrace.transport.jdkhttp.LiveServer.assertEmpty;
import static io.millrace.transport.jdkhttp.LiveServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.api.ChangefeedId;
import io.millrace.transport.jdkhttp.LiveServer;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a restart leaves as it was, the store being durable: API v1, 6.2 and 6.8. */
class ApiV1RestartTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  @TempDir private Path data;

  private LiveServer start() {
    return LiveServer.start(http -> {}, service -> service.store("dir:" + data));
  }

  @Test
  void c050And215AStoppedOneIsStillThereAndTheCaptureIsAnother() {
    String id;
    JsonNode before;
    try (LiveServer server = start()) {
      id = server.id();
      assertEmpty(server.create("a"), 202);
      assertEmpty(server.post("/changefeeds/a/pause", ""), 202);
      server.untilState("a", "stopped");
      // what was under way when it was paused may still be counted, until another has gone on
      assertEmpty(server.create("other"), 202);
      server.service().awaitCaughtUp(new ChangefeedId("other"), LIMIT);
      server.service().awaitCaughtUp(new ChangefeedId("other"), LIMIT);
      before = json(server.get("/changefeeds/a"));
    }
    try (LiveServer server = start()) {
      assertThat(server.id()).isNotEqualTo(id);
      assertThat(json(server.get("/captures")).findValuesAsText("id")).containsExactly(server.id());
      assertThat(json(server.get("/changefeeds/a"))).isEqualTo(before);
    }
  }
}
