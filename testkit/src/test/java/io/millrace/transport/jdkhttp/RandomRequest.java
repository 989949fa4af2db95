package io.millrace.transport.jdkhttp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Makes requests: a call of the API, of which something is changed. The owner is not asked to
 * resign: while there is none, health is 500 by contract.
 */
final class RandomRequest {
  private static final List<String> METHODS =
      List.of("GET", "POST", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS", "get", "POSTS");
  private static final List<String> CALLS =
      List.of(
          "GET /api/v1/status",
          "GET /api/v1/health",
          "GET /api/v1/captures",
          "GET /api/v1/changefeeds",
          "GET /api/v1/changefeeds?state=all",
          "POST /api/v1/changefeeds",
          "POST /api/v1/changefeeds",
          "POST /api/v1/changefeeds",
          "PUT /api/v1/changefeeds/a",
          "PUT /api/v1/changefeeds/a",
          "GET /api/v1/changefeeds/a",
          "DELETE /api/v1/changefeeds/a",
          "POST /api/v1/changefeeds/a/pause",
          "POST /api/v1/changefeeds/a/resume",
          "POST /api/v1/changefeeds/b/pause",
          "POST /api/v1/changefeeds/a/tables/rebalance_table",
          "POST /api/v1/changefeeds/a/tables/move_table",
          "POST /api/v1/changefeeds/a/verify",
          "GET /api/v1/changefeeds/a/verify",
          "PUT /api/v1/captures/drain",
          "GET /api/v1/processors",
          "GET /api/v1/processors/a/b",
          "POST /api/v1/log",
          "GET /api/v1/openapi.json",
          "GET /status",
          "GET /ready",
          "GET /metrics",
          "POST /admin/log",
          "POST /capture/owner/admin",
          "POST /capture/owner/move_table",
          "POST /capture/owner/rebalance_trigger",
          "POST /capture/owner/changefeed/query",
          "GET /debug/info",
          "GET /",
          "GET /page.js");
  private static final List<String> BODIES =
      List.of(
          "",
          "{}",
          "{\"changefeed_id\":\"a\",\"sink_uri\":\"blackhole://\"}",
          "{\"changefeed_id\":\"b\",\"sink_uri\":\"blackhole://\",\"start_ts\":0,\"target_ts\":1,"
              + "\"filter_rules\":[\"*.*\",\"!x.y\"],\"ignore_txn_start_ts\":[1,2],"
              + "\"event_filters\":[{\"matcher\":[\"*.*\"],\"ignore_event\":[\"delete\"],"
              + "\"ignore_sql\":[\"^drop\"]}],"
              + "\"mounter_worker_num\":4,\"timezone\":\"UTC\",\"sink_config\":{\"protocol\":"
              + "\"canal-json\",\"dispatchers\":[{\"matcher\":[\"a.*\"],\"dispatcher\":\"ts\"}]}}",
          "{\"target_ts\":18446744073709551615,\"mounter_worker_num\":32}",
          "{\"sink_uri\":\"mysql://u:p@127.0.0.1:1/?worker-count=4\",\"filter_rules\":[\"a\"]}",
          "{\"capture_id\":\"a\",\"target_capture_id\":\"b\",\"table_id\":1}",
          "{\"log_level\":\"info\"}",
          "cf-id=a&admin-job=1&force-remove=false&target-cp-id=b&table-id=1",
          "cf-id=a&admin-job=2");
  private static final List<String> HEADERS =
      List.of(
          "Content-Type: application/x-www-form-urlencoded",
          "'Content-type': 'application/json'",
          "Origin: http://evil.example",
          "Sec-Fetch-Site: cross-site",
          "TiCDC-ForwardFromCapture: x",
          "Authorization: Basic ////",
          "Accept: */*",
          "X: " + "y".repeat(5000));
  private static final List<String> TOKENS =
      List.of(
          "\0",
          "\"",
          "\\",
          "\\ud800",
          "%",
          "%00",
          "%2f",
          "%zz",
          "..",
          "//",
          "?",
          "&",
          "=",
          "+",
          "[[[[",
          "]]",
          "{{",
          "}",
          "null",
          "-1",
          "1e999",
          "18446744073709551616",
          "\u00ff",
          "'",
          ";",
          "#",
          ":",
          "/../",
          "*.*",
          "/(a+)+b/",
          "`",
          "!",
          "@",
          "xxxxx");

  private final RandomGenerator random;
  private boolean wellFramed;

  RandomRequest(RandomGenerator random) {
    this.random = random;
  }

  /** Returns whether the last request ends where its headers say. */
  boolean isWellFramed() {
    return wellFramed;
  }

  byte[] next() {
    wellFramed = random.nextInt(10) > 0;
    String[] call = pick(CALLS).split(" ", -1);
    String method = random.nextInt(8) == 0 ? pick(METHODS) : call[0];
    String target = random.nextInt(3) == 0 ? withoutSpace(sometimes(call[1])) : call[1];
    byte[] body = body();
    StringBuilder head = new StringBuilder();
    head.append(method).append(' ').append(target).append(" HTTP/1.1\r\n");
    head.append("Content-Length: ").append(body.length).append("\r\nHost: localhost\r\n");
    for (int i = random.nextInt(4) / 2; i > 0; i--) {
      head.append(withoutLines(sometimes(pick(HEADERS)))).append("\r\n");
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(head.append("\r\n").toString().getBytes(ISO_8859_1));
    all.writeBytes(body);
    return wellFramed ? all.toByteArray() : damaged(all.toByteArray());
  }

  private byte[] body() {
    if (random.nextInt(200) == 0) {
      return "[".repeat(random.nextInt(200_000)).getBytes(UTF_8);
    }
    return sometimes(pick(BODIES)).getBytes(UTF_8);
  }

  private String pick(List<String> all) {
    return all.get(random.nextInt(all.size()));
  }

  /** Returns a text, in half of the cases with some changes. */
  private String sometimes(String text) {
    StringBuilder changed = new StringBuilder(text);
    for (int i = random.nextBoolean() ? 0 : 1 + random.nextInt(3); i > 0; i--) {
      int at = random.nextInt(changed.length() + 1);
      int end = Math.min(changed.length(), at + 1 + random.nextInt(6));
      switch (random.nextInt(4)) {
        case 0 -> changed.insert(at, pick(TOKENS));
        case 1 -> changed.delete(at, end);
        case 2 -> changed.insert(at, changed.substring(at, end).repeat(1 + random.nextInt(3)));
        default -> changed.insert(at, (char) random.nextInt(256));
      }
    }
    return changed.toString();
  }

  private static String withoutSpace(String text) {
    return text.replaceAll("[\\s\\x00-\\x20]", "");
  }

  private static String withoutLines(String text) {
    return text.replaceAll("[\r\n]", "");
  }

  private byte[] damaged(byte[] request) {
    byte[] damaged = request.clone();
    for (int i = 1 + random.nextInt(8); i > 0; i--) {
      damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
    }
    return damaged;
  }
}
