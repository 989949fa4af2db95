package io.millrace.transport.jdkhttp.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.rig.NodeProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The secret of a sink of the standalone server that is killed: on disk it stands in the store. */
class CanaryIT {
  private static final String CANARY = "canary-of-the-sink";

  @TempDir private Path work;

  private NodeProcess start() {
    return NodeProcess.keeping(work, List.of(), "datagen:?rate=50");
  }

  private boolean holds(Path file) {
    try {
      return Files.isRegularFile(file)
          && new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(CANARY);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aKilledServerLeavesTheSecretInItsStoreOnly() throws IOException {
    NodeProcess node = start();
    assertThat(node.post("/log", "{\"log_level\":\"debug\"}").statusCode()).isEqualTo(200);
    node.create(
        "{\"changefeed_id\":\"a\",\"sink_uri\":\"file://%s?secret-access-key=%s\"}"
            .formatted(work.resolve("out"), CANARY));
    assertThat(
            node.post("/changefeeds", "{\"sink_uri\":\"file:///proc/no?token=" + CANARY + "\"}")
                .body())
        .doesNotContain(CANARY);
    String detail = node.get("/changefeeds/a").body();
    assertThat(detail).contains("secret-access-key=xxxxx").doesNotContain(CANARY);
    node.kill();
    NodeProcess again = start();
    assertThat(again.get("/changefeeds/a").body()).contains("\"normal\"").doesNotContain(CANARY);
    again.close();
    try (Stream<Path> files = Files.walk(work)) {
      assertThat(files.filter(this::holds))
          .isNotEmpty()
          .allSatisfy(file -> assertThat(file).startsWith(work.resolve("data")));
    }
  }
}
