package io.millrace.transport.jdkhttp.route;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * Hands a request to the one route that fits its method and path.
 *
 * <p>Segments are compared exactly, after percent escapes are resolved, so that {@code %2F} parts
 * segments. One slash at the end is as good as none. A method that a path does not have is answered
 * like a path that does not exist, HEAD without a body.
 *
 * <p><i>Threads:</i> any. <i>Source:</i> API v1, 1.0.3 and 1.0.5.
 */
public final class Router {
  private final List<Route> routes;
  private final Function<Request, Response> otherwise;

  /**
   * Creates a router.
   *
   * @param routes all routes; the first that fits is taken
   * @param otherwise answers what no route takes
   */
  public Router(List<Route> routes, Function<Request, Response> otherwise) {
    this.routes = List.copyOf(routes);
    this.otherwise = otherwise;
  }

  /**
   * Returns the answer to a request.
   *
   * @param guard is told of a request that a route takes, and the role it needs, before the route
   *     answers; it refuses by throwing
   * @throws io.millrace.api.CdcException {@link
   *     io.millrace.api.StandardErrorCode#API_INVALID_PARAM} for a broken percent escape; else what
   *     the guard or the route's handler throws
   */
  public Response handle(Request request, BiConsumer<Request, Role> guard) {
    List<String> path = segments(Percent.decode(request.path()));
    for (Route route : routes) {
      Optional<Map<String, String>> params =
          route.method().equals(request.method()) ? route.match(path) : Optional.empty();
      if (params.isPresent()) {
        guard.accept(request, route.role());
        return route.handler().apply(request.with(params.get()));
      }
    }
    Response none = otherwise.apply(request);
    return request.method().equals("HEAD") ? none.withoutBody() : none;
  }

  private static List<String> segments(String path) {
    String from = path.startsWith("/") ? path.substring(1) : "/" + path;
    String trimmed = from.endsWith("/") ? from.substring(0, from.length() - 1) : from;
    return List.of(trimmed.split("/", -1));
  }
}
