package io.millrace.transport.jdkhttp;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.CdcService;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The API is the same whatever serves HTTP. */
class MicrohttpAdapterTest {
  private final HttpClient client = HttpClient.newHttpClient();

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  @Test
  void servesTheApi() throws Exception {
    try (CdcService service = CdcService.builder().upstream("datagen:").build();
        MicrohttpAdapter http = new MicrohttpAdapter(service)) {
      URI base = URI.create("http://127.0.0.1:" + http.port() + "/api/v1/");
      HttpRequest.Builder create =
          HttpRequest.newBuilder(base.resolve("changefeeds"))
              .POST(
                  BodyPublishers.ofString(
                      "{\"changefeed_id\":\"one\",\"sink_uri\":\"blackhole://\"}"));
      assertThat(send(create).statusCode()).isEqualTo(503);
      service.start();
      assertThat(send(create).statusCode()).isEqualTo(202);
      HttpResponse<String> twice = send(create);
      assertThat(twice.statusCode()).isEqualTo(400);
      assertThat(twice.headers().firstValue("Content-Type"))
          .hasValueSatisfying(type -> assertThat(type).startsWith("application/json"));
      assertThat(twice.body()).contains("CDC:ErrChangeFeedAlreadyExists");
      HttpResponse<String> detail =
          send(HttpRequest.newBuilder(base.resolve("changefeeds/one?pretty=a%20b")).GET());
      assertThat(detail.statusCode()).isEqualTo(200);
      assertThat(detail.body()).contains("\"sink_uri\"");
    }
  }

  @Test
  void theAdapterIsShort() throws IOException {
    Path source = Path.of("src/test/java/io/millrace/transport/jdkhttp/MicrohttpAdapter.java");
    long lines =
        Files.readAllLines(source).stream()
            .filter(line -> !line.isBlank() && !line.startsWith("import "))
            .count();
    assertThat(lines).isLessThan(60);
  }
}
