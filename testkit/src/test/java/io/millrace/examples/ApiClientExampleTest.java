package io.millrace.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.ChangefeedId;
import io.millrace.testkit.CdcFixture;
import io.millrace.testkit.CdcServerExtension;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A unit test of a client of API v1, against a real server in this JVM. */
class ApiClientExampleTest {
  @RegisterExtension final CdcServerExtension server = new CdcServerExtension();

  /** The client that is tested: it has a changefeed rest and work again. */
  record Operator(HttpClient http, URI base) {
    int pause(String changefeed) throws IOException, InterruptedException {
      return post("/api/v1/changefeeds/" + changefeed + "/pause", "");
    }

    int post(String path, String body) throws IOException, InterruptedException {
      HttpResponse<String> answer =
          http.send(
              HttpRequest.newBuilder(base.resolve(path))
                  .POST(BodyPublishers.ofString(body))
                  .build(),
              BodyHandlers.ofString());
      return answer.statusCode();
    }
  }

  @Test
  void pausesAChangefeed() throws IOException, InterruptedException {
    Operator operator = new Operator(HttpClient.newHttpClient(), server.uri());
    String asked =
        "{\"changefeed_id\": \"orders\", \"sink_uri\": \"%s://x\"}".formatted(CdcFixture.SINK);
    assertThat(operator.post("/api/v1/changefeeds", asked)).isEqualTo(202);
    assertThat(operator.pause("orders")).isEqualTo(202);
    assertThat(server.service().changefeed(new ChangefeedId("orders")).state().wireName())
        .isEqualTo("stopped");
    assertThat(operator.pause("invoices")).isEqualTo(400);
  }
}
