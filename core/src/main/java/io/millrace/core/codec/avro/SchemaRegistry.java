package io.millrace.core.codec.avro;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.core.text.JsonText;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A schema registry, by its REST interface.
 *
 * <p>Nothing is tried again here: every error is one that the changefeed's backoff tries again.
 * <i>Threads:</i> any; blocks. <i>Source:</i> protocol specification, 7.5; Confluent Schema
 * Registry.
 */
final class SchemaRegistry {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final int MOST_KNOWN = 10_000;
  private static final String TYPE = "application/vnd.schemaregistry.v1+json";
  private static final String ACCEPTED =
      TYPE + ", application/vnd.schemaregistry+json, application/json";

  private record Registered(String subject, String schema) {}

  private final URI address;
  private final HttpClient client = HttpClient.newBuilder().connectTimeout(LIMIT).build();
  private final Map<Registered, Integer> ids = new ConcurrentHashMap<>();

  SchemaRegistry(URI address) {
    this.address = address;
  }

  /** Returns the id of a schema, which is registered unless it is known here already. */
  int register(String subject, String schema) {
    Registered key = new Registered(subject, schema);
    Integer known = ids.get(key);
    if (known != null) {
      return known;
    }
    int id = post(subject, schema);
    if (ids.size() >= MOST_KNOWN) {
      ids.clear();
    }
    ids.put(key, id);
    return id;
  }

  private int post(String subject, String schema) {
    String path = "/subjects/" + URLEncoder.encode(subject, StandardCharsets.UTF_8) + "/versions";
    HttpRequest request =
        to(path, LIMIT)
            .header("Content-Type", TYPE)
            .header("Accept", ACCEPTED)
            .POST(
                HttpRequest.BodyPublishers.ofString("{\"schema\":" + JsonText.string(schema) + "}"))
            .build();
    int id = parse(send(request, subject)).path("id").asInt();
    if (id == 0) {
      throw failed("it gave no id to subject " + subject);
    }
    return id;
  }

  /** Returns if the registry answers as one does. */
  void check(Duration limit) {
    HttpRequest request = to("/", limit).header("Accept", ACCEPTED).GET().build();
    JsonNode answer = parse(send(request, "/"));
    if (!answer.isObject() || !answer.isEmpty()) {
      throw failed("its answer to GET / is no registry's");
    }
  }

  private HttpRequest.Builder to(String path, Duration limit) {
    String base = address.toString();
    String user = address.getRawUserInfo();
    if (user != null) {
      base = base.replace(user + "@", "");
    }
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path)).timeout(limit);
    if (user != null) {
      byte[] plain = String.valueOf(address.getUserInfo()).getBytes(StandardCharsets.UTF_8);
      request.header("Authorization", "Basic " + Base64.getEncoder().encodeToString(plain));
    }
    return request;
  }

  private String send(HttpRequest request, String what) {
    try {
      HttpResponse<String> response =
          client.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
      if (response.statusCode() != 200) {
        String body = response.body();
        throw failed(
            "it answered "
                + response.statusCode()
                + " for "
                + what
                + ": "
                + body.substring(0, Math.min(body.length(), 300)));
      }
      return response.body();
    } catch (IOException e) {
      throw new CdcException(
          StandardErrorCode.AVRO_SCHEMA_API_ERROR, message("it cannot be reached: " + e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CdcException(
          StandardErrorCode.AVRO_SCHEMA_API_ERROR, message("the request was broken off"), e);
    }
  }

  private JsonNode parse(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new CdcException(
          StandardErrorCode.AVRO_SCHEMA_API_ERROR, message("its answer is no JSON"), e);
    }
  }

  private CdcException failed(String reason) {
    return new CdcException(StandardErrorCode.AVRO_SCHEMA_API_ERROR, message(reason));
  }

  private String message(String reason) {
    int port = address.getPort();
    String place = address.getHost() + (port < 0 ? "" : ":" + port);
    return "schema manager API error, registry " + place + ": " + reason;
  }
}
