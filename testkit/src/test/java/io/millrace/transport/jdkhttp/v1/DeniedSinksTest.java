package io.millrace.transport.jdkhttp.v1;

import static io.millrace.transport.jdkhttp.LiveServer.assertEmpty;
import static io.millrace.transport.jdkhttp.LiveServer.assertError;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testkit.sink.RecordingSink;
import io.millrace.transport.jdkhttp.LiveServer;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that sends nothing to link-local addresses, nor to sinks of one scheme. */
class DeniedSinksTest {
  private static LiveServer server;

  @BeforeAll
  static void start() {
    server =
        LiveServer.start(
            http -> {},
            service ->
                service
                    .sink("kafka", new RecordingSink())
                    .denySinks(List.of("169.254.0.0/16", "fe80::/10", "file")));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static HttpResponse<String> create(String id, String uri) {
    return server.post(
        "/changefeeds", "{\"changefeed_id\":\"" + id + "\",\"sink_uri\":\"" + uri + "\"}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "kafka://169.254.169.254:9092/t",
        "kafka://u:p@127.0.0.1:9092,169.254.169.254:9092/t",
        "kafka://127.0.0.1:9092,[fe80::1]:9092/t",
        "kafka://[::ffff:169.254.169.254]:9092/t",
        "kafka://2852039166:9092/t",
        "kafka://127.0.0.1:9092/t?protocol=avro&schema-registry=http://169.254.169.254:8081",
        "kafka://127.0.0.1:9092/t?schema-registry=http%3A%2F%2Fu%3Ap%40[fe80::1]:8081",
        "blackhole:///?claim-check-storage-uri=s3://2852039166/x",
      })
  void createIsRefused(String uri) {
    HttpResponse<String> answer = create("refused", uri);
    assertError(answer, 400, "ErrSinkURIInvalid", "sink uri invalid 'host ");
    assertThat(answer.body()).contains("may not be sent to", "--allow-sink").doesNotContain("u:p");
    assertThat(server.get("/changefeeds/refused").body()).contains("ErrChangeFeedNotExists");
  }

  @Test
  void createIsRefusedWhereTheConfigurationNamesTheHost() {
    assertError(
        server.post(
            "/changefeeds",
            "{\"sink_uri\":\"kafka://127.0.0.1/t\",\"sink_config\":"
                + "{\"schema-registry\":\"http://169.254.169.254/\"}}"),
        400,
        "ErrSinkURIInvalid",
        "sink uri invalid 'host 169.254.169.254, in 169.254.0.0/16, may not be sent to");
  }

  @Test
  void createIsRefusedForADeniedScheme() {
    assertError(
        create("refused", "file:///tmp/x?protocol=csv"),
        400,
        "ErrSinkURIInvalid",
        "sink uri invalid 'sinks of the scheme file are not allowed here");
  }

  @Test
  void updateIsRefusedAndChangesNothing() {
    assertEmpty(create("updated", "kafka://127.0.0.1:9092/t"), 202);
    assertEmpty(server.post("/changefeeds/updated/pause", ""), 202);
    server.untilState("updated", "stopped");
    HttpResponse<String> answer =
        server.put("/changefeeds/updated", "{\"sink_uri\":\"kafka://169.254.169.254:9092/t\"}");
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("host 169.254.169.254, in 169.254.0.0/16");
    assertThat(server.get("/changefeeds/updated").body()).contains("kafka://127.0.0.1:9092/t");
  }

  @Test
  void othersAreSentTo() {
    assertEmpty(create("sent", "kafka://127.0.0.1:9092,[::1]:9092/t"), 202);
    assertEmpty(create("nowhere", "blackhole://169.254.169.254/"), 202);
  }
}
