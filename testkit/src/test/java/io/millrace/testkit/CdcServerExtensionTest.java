package io.millrace.testkit;

import static io.millrace.api.event.ColumnType.BIGINT;
import static io.millrace.testkit.event.TableBuilder.table;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.ChangefeedId;
import io.millrace.api.TableName;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(60)
class CdcServerExtensionTest {
  private static final String FEED = "{\"changefeed_id\":\"f\",\"sink_uri\":\"recording://\"}";

  @RegisterExtension final CdcServerExtension server = new CdcServerExtension();

  private final HttpClient client = HttpClient.newHttpClient();

  private String send(URI server, String method, String path, String body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(server.resolve(path))
            .method(method, BodyPublishers.ofString(body))
            .build();
    var answer = client.send(request, BodyHandlers.ofString());
    return answer.statusCode() + answer.body();
  }

  @Test
  void itWorksByItself() throws Exception {
    TableName orders =
        server.source().add(table("shop.orders").column("id", BIGINT).primaryKey("id"));
    assertThat(send(server.uri(), "POST", "/api/v1/changefeeds", FEED)).isEqualTo("202");
    server.source().transaction().insert(orders, 5).commit();
    server.sink().await(1, Duration.ofSeconds(30));
    assertThat(server.sink().take().after().longAt(0)).isEqualTo(5);
    server.service().awaitCaughtUp(new ChangefeedId("f"), Duration.ofSeconds(30));
    assertThat(send(server.uri(), "GET", "/api/v1/health", "")).isEqualTo("200");
  }

  @Test
  void aBlockedWriteGoesOnWhenReleased() throws Exception {
    TableName orders =
        server.source().add(table("shop.orders").column("id", BIGINT).primaryKey("id"));
    assertThat(send(server.uri(), "POST", "/api/v1/changefeeds", FEED)).isEqualTo("202");
    server.sink().block();
    server.source().transaction().insert(orders, 5).commit();
    assertThat(send(server.uri(), "GET", "/api/v1/changefeeds/f", "")).contains("\"normal\"");
    assertThat(server.sink().rows()).isEmpty();
    server.sink().release();
    server.sink().await(1, Duration.ofSeconds(30));
  }

  @Test
  void aNodeThatIsStartedAgainServesAtTheSameAddress() throws Exception {
    URI before = server.uri();
    assertThat(send(before, "POST", "/api/v1/changefeeds", FEED)).isEqualTo("202");
    server.restart();
    assertThat(server.uri()).isEqualTo(before);
    assertThat(send(before, "GET", "/api/v1/changefeeds", "")).contains("\"id\": \"f\"");
  }

  @Test
  void inManualModeOnlyTheTestDoesSteps() throws Exception {
    try (CdcServerExtension manual = new CdcServerExtension().manual()) {
      TableName orders =
          manual.source().add(table("shop.orders").column("id", BIGINT).primaryKey("id"));
      assertThat(send(manual.uri(), "POST", "/api/v1/changefeeds", FEED)).isEqualTo("202");
      manual.source().transaction().insert(orders, 5).commit();
      assertThat(manual.sink().rows()).isEmpty();
      manual.runUntilIdle();
      assertThat(manual.sink().rows()).hasSize(1);
    }
  }

  @Test
  void nothingIsLeftOfIt() {
    Set<String> before = threads();
    List<URI> served = new ArrayList<>();
    try (CdcServerExtension own = CdcServerExtension.open()) {
      served.add(own.uri());
    }
    assertThat(served).hasSize(1);
    assertThat(threads()).isEqualTo(before);
  }

  private static Set<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("millrace") && !name.contains("HTTP"))
        .collect(Collectors.toSet());
  }
}
