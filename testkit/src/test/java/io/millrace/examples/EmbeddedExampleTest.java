package io.millrace.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.ChangefeedId;
import io.millrace.api.changefeed.ChangefeedSpec;
import io.millrace.core.CdcService;
import io.millrace.transport.jdkhttp.JdkHttpTransport;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples of the README. */
class EmbeddedExampleTest {
  @TempDir private Path data;

  @Test
  void callsBack() {
    Set<String> seen = ConcurrentHashMap.newKeySet();
    try (CdcService service =
        CdcService.builder()
            .upstream("datagen:?rate=100")
            .store("dir:" + data)
            .consumer(
                "audit",
                changes -> {
                  changes.rows().forEach(row -> seen.add(row.kind() + " " + row.table().name()));
                  changes.ack();
                })
            .build()) {
      service.start();
      ChangefeedId id =
          service.ensure(
              ChangefeedSpec.builder("consumer://audit")
                  .id("audit")
                  .filterRules(List.of("bank.transfers"))
                  .build());
      service.awaitCaughtUp(id, Duration.ofSeconds(30));
    }
    assertThat(seen).allMatch(change -> change.endsWith(" bank.transfers"));
  }

  @Test
  void servesTheApi() throws IOException {
    String answer;
    try (JdkHttpTransport http = JdkHttpTransport.builder().port(0).bind();
        CdcService service =
            CdcService.builder().upstream("datagen:").address(http.hostAndPort()).build()) {
      service.start();
      http.serve(service);
      answer = get("http://" + http.hostAndPort() + "/api/v1/status");
    }
    assertThat(answer).contains("\"is_owner\": ");
  }

  private static String get(String url) throws IOException {
    try (InputStream in = URI.create(url).toURL().openStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
