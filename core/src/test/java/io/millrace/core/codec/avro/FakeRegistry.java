package io.millrace.core.codec.avro;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.millrace.core.codec.Vectors;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A schema registry on loopback that numbers what it is given and notes every request. */
public final class FakeRegistry implements AutoCloseable {
  /** One request to register a schema. */
  record Request(String path, String contentType, JsonNode schema, Optional<String> user) {}

  private final HttpServer server;
  private final List<Request> requests = new ArrayList<>();
  private int status = 200;
  private String root = "{}";

  /** Starts one on a free port. */
  public FakeRegistry() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.start();
  }

  private synchronized void handle(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    String answer = root;
    if (exchange.getRequestMethod().equals("POST")) {
      requests.add(
          new Request(
              exchange.getRequestURI().getRawPath(),
              exchange.getRequestHeaders().getFirst("Content-Type"),
              Vectors.parse(Vectors.parse(body).get("schema").asText()),
              Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"))));
      answer = "{\"id\":" + requests.size() + "}";
    }
    byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  /** Returns its address. */
  public String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  int port() {
    return server.getAddress().getPort();
  }

  synchronized void answerWith(int newStatus, String newRoot) {
    status = newStatus;
    root = newRoot;
  }

  synchronized List<Request> requests() {
    return List.copyOf(requests);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
