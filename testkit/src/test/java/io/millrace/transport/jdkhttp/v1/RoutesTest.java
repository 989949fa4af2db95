package io.millrace.transport.jdkhttp.v1;

import static io.millrace.transport.jdkhttp.LiveServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.transport.jdkhttp.LiveServer;
import io.millrace.transport.jdkhttp.metrics.MetricsRoutes;
import io.millrace.transport.jdkhttp.page.PageRoutes;
import io.millrace.transport.jdkhttp.route.Role;
import io.millrace.transport.jdkhttp.route.Route;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** All that is routed: who may call it, and how it is described. */
class RoutesTest {
  /** Every route has been given a role on purpose. */
  private static final List<String> ROLES =
      List.of(
          "ANYONE GET /api/v1/health",
          "ANYONE GET /ready",
          "READ GET /api/v1/status",
          "READ GET /api/v1/openapi.json",
          "READ GET /status",
          "READ GET /debug/info",
          "READ GET /metrics",
          "READ GET /",
          "READ GET /page.js",
          "READ GET /page.css",
          "READ GET /api/v1/captures",
          "READ GET /api/v1/changefeeds",
          "READ GET /api/v1/changefeeds/{changefeed_id}",
          "READ GET /api/v1/changefeeds/{changefeed_id}/verify",
          "READ GET /api/v1/processors",
          "READ GET /api/v1/processors/{changefeed_id}/{capture_id}",
          "READ POST /capture/owner/changefeed/query",
          "OPERATE POST /admin/log",
          "OPERATE POST /capture/owner/resign",
          "OPERATE POST /capture/owner/rebalance_trigger",
          "OPERATE POST /capture/owner/move_table",
          "ADMIN POST /capture/owner/admin",
          "OPERATE POST /api/v1/log",
          "OPERATE POST /api/v1/changefeeds/{changefeed_id}/pause",
          "OPERATE POST /api/v1/changefeeds/{changefeed_id}/resume",
          "OPERATE POST /api/v1/changefeeds/{changefeed_id}/tables/rebalance_table",
          "OPERATE POST /api/v1/changefeeds/{changefeed_id}/tables/move_table",
          "OPERATE POST /api/v1/changefeeds/{changefeed_id}/verify",
          "OPERATE PUT /api/v1/captures/drain",
          "OPERATE POST /api/v1/owner/resign",
          "ADMIN POST /api/v1/changefeeds",
          "ADMIN PUT /api/v1/changefeeds/{changefeed_id}",
          "ADMIN DELETE /api/v1/changefeeds/{changefeed_id}");

  private static LiveServer server;
  private static JsonNode document;

  @BeforeAll
  static void start() {
    server = LiveServer.start();
    document = json(server.get("/openapi.json"));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static List<Route> routes() {
    return new ApiV1(server.service()).routes();
  }

  private static List<Route> all() {
    List<Route> beside = new ArrayList<>(new MetricsRoutes(server.service()).routes());
    beside.addAll(PageRoutes.routes());
    return new ApiV1(server.service(), beside).routes();
  }

  @Test
  void everyRouteHasTheRoleThatWasDecidedFor() {
    assertThat(all().stream().map(each -> each.role() + " " + each.method() + " " + each.pattern()))
        .containsExactlyInAnyOrderElementsOf(ROLES);
  }

  /** An old query is a POST all the same. */
  @Test
  void onlyReadingChangesNothing() {
    assertThat(all())
        .allMatch(
            each ->
                (each.method().equals("GET") || each.pattern().endsWith("/query"))
                    == Role.READ.includes(each.role()));
  }

  @Test
  void theDocumentHasTheRoutesAndNoOthers() {
    List<String> described = new ArrayList<>();
    document
        .path("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .fieldNames()
                    .forEachRemaining(
                        method ->
                            described.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey())));
    assertThat(described)
        .containsExactlyInAnyOrderElementsOf(
            routes().stream().map(each -> each.method() + " " + each.pattern()).toList());
  }

  @Test
  void theDocumentSaysWhatNeedsNoCredentials() {
    for (Route route : routes()) {
      JsonNode operation = operation(route.method(), route.pattern());
      assertThat(operation.has("security"))
          .as(route.pattern())
          .isEqualTo(route.role() == Role.ANYONE);
      route.segments().stream()
          .filter(each -> each.startsWith("{"))
          .forEach(
              each ->
                  assertThat(operation.path("parameters").findValuesAsText("name"))
                      .contains(each.substring(1, each.length() - 1)));
    }
  }

  private static JsonNode operation(String method, String pattern) {
    return document.path("paths").path(pattern).path(method.toLowerCase(Locale.ROOT));
  }

  /** Sends a request and returns its answer, which must be as the document says. */
  private static HttpResponse<String> checked(
      String method, String pattern, String path, String body) {
    HttpResponse<String> answer = server.send(method, path, body);
    JsonNode response =
        operation(method, pattern).path("responses").path(String.valueOf(answer.statusCode()));
    assertThat(response.isMissingNode()).as("%s %s: %s", method, path, answer).isFalse();
    JsonNode content = response.path("content");
    if (content.isMissingNode()) {
      assertThat(answer.body()).isEmpty();
    } else if (content.has("application/json")) {
      List<String> faults = new ArrayList<>();
      new SchemaCheck(document, faults)
          .check("$", content.path("application/json").path("schema"), json(answer));
      assertThat(faults).as("%s %s: %s", method, path, answer.body()).isEmpty();
    } else {
      assertThat(answer.headers().firstValue("content-type").orElse("")).startsWith("text/plain");
    }
    return answer;
  }

  @Test
  void realAnswersAreAsTheDocumentSays() {
    String all = "/api/v1/changefeeds";
    String one = all + "/{changefeed_id}";
    String feed = all + "/described";
    checked("POST", all, all, "{\"changefeed_id\":\"described\",\"sink_uri\":\"blackhole://\"}");
    server.until(() -> server.get("/processors"), answer -> json(answer).size() == 1);
    String capture = json(server.get("/processors")).get(0).get("capture_id").textValue();
    checked("GET", all, all + "?state=all", "");
    checked("GET", one, feed, "");
    checked("GET", "/api/v1/processors", "/api/v1/processors", "");
    checked(
        "GET",
        "/api/v1/processors/{changefeed_id}/{capture_id}",
        "/api/v1/processors/described/" + capture,
        "");
    for (String path :
        List.of("/api/v1/status", "/api/v1/health", "/api/v1/captures", "/api/v1/openapi.json")) {
      checked("GET", path, path, "");
    }
    for (String path : List.of("/status", "/ready", "/debug/info")) {
      checked("GET", path, path, "");
    }
    checked("POST", "/api/v1/log", "/api/v1/log", "{\"log_level\":\"info\"}");
    checked("POST", "/api/v1/log", "/api/v1/log", "{\"log_level\":\"loud\"}");
    checked("PUT", one, feed, "{\"mounter_worker_num\":8}");
    checked("POST", one + "/tables/rebalance_table", feed + "/tables/rebalance_table", "");
    checked(
        "POST",
        one + "/tables/move_table",
        feed + "/tables/move_table",
        "{\"capture_id\":\"" + capture + "\",\"table_id\":1}");
    checked("POST", one + "/tables/move_table", feed + "/tables/move_table", "{}");
    checked("POST", one + "/verify", feed + "/verify", "");
    checked("GET", one + "/verify", feed + "/verify", "");
    checked("PUT", "/api/v1/captures/drain", "/api/v1/captures/drain", "{\"capture_id\":\"x\"}");
    checked("POST", "/api/v1/owner/resign", "/api/v1/owner/resign", "");
    String old = "/capture/owner/";
    for (String id : List.of("described", "none", "a_b")) {
      checked("POST", old + "changefeed/query", old + "changefeed/query", "cf-id=" + id);
      checked("POST", old + "rebalance_trigger", old + "rebalance_trigger", "cf-id=" + id);
    }
    checked("POST", old + "admin", old + "admin", "cf-id=described&admin-job=2");
    checked("POST", old + "admin", old + "admin", "cf-id=described&admin-job=x");
    checked("POST", old + "move_table", old + "move_table", "cf-id=described&table-id=x");
    checked("POST", old + "resign", old + "resign", "");
    checked("POST", "/admin/log", "/admin/log", "\"info\"");
    checked("POST", "/admin/log", "/admin/log", "\"loud\"");
    checked("POST", one + "/pause", feed + "/pause", "");
    server.untilState("described", "stopped");
    checked("GET", one, feed, "");
    checked("PUT", one, feed, "{\"mounter_worker_num\":8}");
    checked("POST", one + "/resume", feed + "/resume", "");
    checked("DELETE", one, feed, "");
    checked("DELETE", one, feed, "");
  }

  @Test
  void theCheckOfAnswersFindsFaults() {
    List<String> faults = new ArrayList<>();
    SchemaCheck check = new SchemaCheck(document, faults);
    JsonNode status = document.path("components").path("schemas").path("Status");
    check.check("$", status, json(server.get("/captures")).get(0));
    assertThat(faults)
        .containsExactly(
            "$ has no version",
            "$ has no git_hash",
            "$ has no pid",
            "$ has no liveness",
            "$ has address, which is not described");
  }
}
