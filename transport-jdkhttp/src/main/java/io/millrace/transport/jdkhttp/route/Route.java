package io.millrace.transport.jdkhttp.route;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * One call of an API.
 *
 * @param method the method, in upper case
 * @param segments the path's segments; {@code {name}} takes any that is not empty
 * @param role what a caller must be allowed to do
 * @param handler what answers
 */
public record Route(
    String method, List<String> segments, Role role, Function<Request, Response> handler) {
  /** Copies the list. */
  public Route {
    segments = List.copyOf(segments);
  }

  /**
   * Returns a route.
   *
   * @param pattern a path such as {@code /api/v1/changefeeds/{changefeed_id}}
   */
  public static Route of(
      String method, String pattern, Role role, Function<Request, Response> handler) {
    return new Route(method, List.of(pattern.substring(1).split("/", -1)), role, handler);
  }

  /** Returns the path as {@link #of} takes it. */
  public String pattern() {
    return "/" + String.join("/", segments);
  }

  /** Returns this route with what another handler answers. */
  public Route handledBy(Function<Request, Response> other) {
    return new Route(method, segments, role, other);
  }

  /** Returns the variable segments by name if a path fits. */
  Optional<Map<String, String>> match(List<String> path) {
    if (path.size() != segments.size()) {
      return Optional.empty();
    }
    Map<String, String> params = new HashMap<>();
    for (int i = 0; i < path.size(); i++) {
      String wanted = segments.get(i);
      if (wanted.startsWith("{") && !path.get(i).isEmpty()) {
        params.put(wanted.substring(1, wanted.length() - 1), path.get(i));
      } else if (!wanted.equals(path.get(i))) {
        return Optional.empty();
      }
    }
    return Optional.of(params);
  }
}
