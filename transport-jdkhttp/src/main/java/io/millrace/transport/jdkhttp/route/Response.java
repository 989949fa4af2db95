package io.millrace.transport.jdkhttp.route;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An HTTP response.
 *
 * @param status the status
 * @param headers what the server does not set by itself, by name; each once
 * @param body the body, to be sent in UTF-8; empty where there is none
 */
public record Response(int status, Map<String, String> headers, String body) {
  private static final String CONTENT_TYPE = "Content-Type";

  /** Copies the map. */
  public Response {
    headers = Map.copyOf(headers);
  }

  /** Returns a response without a body. */
  public static Response empty(int status) {
    return new Response(status, Map.of(), "");
  }

  /** Returns a response whose body is a JSON text. */
  public static Response json(int status, String text) {
    return text(status, "application/json; charset=utf-8", text);
  }

  /** Returns a response whose body is a text of some type. */
  public static Response text(int status, String contentType, String text) {
    return new Response(status, Map.of(CONTENT_TYPE, contentType), text);
  }

  /** Returns this response with one more header. */
  public Response with(String header, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(header, value);
    return new Response(status, more, body);
  }

  /** Returns the head of this response, as HEAD wants it. */
  Response withoutBody() {
    Map<String, String> fewer = new LinkedHashMap<>(headers);
    fewer.remove(CONTENT_TYPE);
    return new Response(status, fewer, "");
  }
}
