package io.millrace.core.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.millrace.rig.NodeProcess;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Verifications asked for over HTTP. */
public final class VerifyRig {
  private static final JsonMapper JSON = new JsonMapper();

  private VerifyRig() {}

  /** Returns the answer of the query for a changefeed's last verification. */
  public static JsonNode seen(NodeProcess node, String id) {
    HttpResponse<String> answer = node.get("/changefeeds/" + id + "/verify");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    try {
      return JSON.readTree(answer.body());
    } catch (JsonProcessingException e) {
      throw new AssertionError(answer.body(), e);
    }
  }

  /** Asks for a verification and returns it when it has ended. */
  public static JsonNode verify(NodeProcess node, String id, Duration limit) {
    HttpResponse<String> answer = node.post("/changefeeds/" + id + "/verify", "");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    return awaitEnd(node, id, limit);
  }

  /** Returns a changefeed's last verification when it has ended. */
  public static JsonNode awaitEnd(NodeProcess node, String id, Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    JsonNode seen = seen(node, id);
    while (seen.get("state").asText().equals("running")) {
      assertThat(System.nanoTime()).as("still %s", seen).isLessThan(end);
      seen = seen(node, id);
    }
    return seen;
  }

  /** Returns the differences, each as kind, table, key and columns, in order. */
  public static List<String> differences(JsonNode verification) {
    List<String> all = new ArrayList<>();
    for (JsonNode each : verification.get("differences")) {
      TreeMap<String, String> key = new TreeMap<>();
      each.get("key").properties().forEach(p -> key.put(p.getKey(), p.getValue().asText()));
      List<String> columns = new ArrayList<>();
      each.get("columns").forEach(column -> columns.add(column.asText()));
      all.add(each.get("kind").asText() + " " + each.get("table").asText() + " " + key + columns);
    }
    return all.stream().sorted().toList();
  }
}
