package io.millrace.transport.jdkhttp.route;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An HTTP request as far as an API looks at it.
 *
 * @param method the method, in upper case
 * @param target path and query as they stand in the request line, still percent-encoded
 * @param pathParams the variable segments of the path, decoded, by name
 * @param headers the header fields by name in lower case; values of one name joined by a comma
 * @param body the body as text; empty where there is none
 */
public record Request(
    String method,
    String target,
    Map<String, String> pathParams,
    Map<String, String> headers,
    String body) {
  /** Copies the maps. */
  public Request {
    pathParams = Map.copyOf(pathParams);
    headers = Map.copyOf(headers);
  }

  /** Creates a request without headers that no route has taken yet. */
  public Request(String method, String target, String body) {
    this(method, target, Map.of(), body);
  }

  /** Creates a request that no route has taken yet. */
  public Request(String method, String target, Map<String, String> headers, String body) {
    this(method, target, Map.of(), headers, body);
  }

  /** Returns the path, still percent-encoded. */
  public String path() {
    int question = target.indexOf('?');
    return question < 0 ? target : target.substring(0, question);
  }

  /** Returns a header field. */
  public Optional<String> header(String lowerCaseName) {
    return Optional.ofNullable(headers.get(lowerCaseName));
  }

  /**
   * Returns a variable segment of the path, decoded.
   *
   * @throws IllegalArgumentException if the route's pattern has no such segment
   */
  public String pathParam(String name) {
    String value = pathParams.get(name);
    if (value == null) {
      throw new IllegalArgumentException("the route has no segment {" + name + "}");
    }
    return value;
  }

  /**
   * Returns a parameter of the query, decoded; the first where it is given more than once.
   *
   * @throws io.millrace.api.CdcException {@link
   *     io.millrace.api.StandardErrorCode#API_INVALID_PARAM} for a broken percent escape in it
   */
  public Optional<String> queryParam(String name) {
    int question = target.indexOf('?');
    return question < 0 ? Optional.empty() : param(target.substring(question + 1), name);
  }

  /**
   * Returns a parameter of a form, decoded: of the body, else of the query; the first where it is
   * given more than once. The body's content type does not matter.
   *
   * @throws io.millrace.api.CdcException as {@link #queryParam}
   */
  public Optional<String> formParam(String name) {
    return param(body, name).or(() -> queryParam(name));
  }

  private static Optional<String> param(String pairs, String name) {
    for (String pair : List.of(pairs.split("&", -1))) {
      int equals = pair.indexOf('=');
      String key = equals < 0 ? pair : pair.substring(0, equals);
      if (key.equals(name)) {
        return Optional.of(
            equals < 0 ? "" : Percent.decode(pair.substring(equals + 1).replace('+', ' ')));
      }
    }
    return Optional.empty();
  }

  Request with(Map<String, String> params) {
    return new Request(method, target, params, headers, body);
  }
}
