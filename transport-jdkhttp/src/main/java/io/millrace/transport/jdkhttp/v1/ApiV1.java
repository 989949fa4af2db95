package io.millrace.transport.jdkhttp.v1;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.core.CdcService;
import io.millrace.transport.jdkhttp.route.Request;
import io.millrace.transport.jdkhttp.route.Response;
import io.millrace.transport.jdkhttp.route.Role;
import io.millrace.transport.jdkhttp.route.Route;
import io.millrace.transport.jdkhttp.route.Router;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * TiCDC's OpenAPI v1 over a {@link CdcService}, for any HTTP server.
 *
 * <p><i>Threads:</i> any; a call blocks as long as the service does. <i>Source:</i> TiCDC OpenAPI
 * v1.
 */
public final class ApiV1 {
  private static final System.Logger LOG = System.getLogger(ApiV1.class.getName());
  private static final int SHOWN_PATH = 200;

  private final CdcService service;
  private final List<Route> routes;
  private final Router router;

  /** Creates the API of a service, which may be started later. */
  public ApiV1(CdcService service) {
    this(service, List.of());
  }

  /**
   * Creates the API of a service, which may be started later.
   *
   * @param beside what else is served; these routes answer also while the service is not ready
   */
  public ApiV1(CdcService service, List<Route> beside) {
    this.service = service;
    V1Mapper mapper = new V1Mapper(service.zone());
    List<Route> own = new ArrayList<>();
    own.addAll(new StatusRoutes(service, mapper).routes());
    own.addAll(new ChangefeedRoutes(service, mapper).routes());
    own.addAll(new ProcessorRoutes(service, mapper).routes());
    own.addAll(new CaptureRoutes(service).routes());
    own.addAll(new OldRoutes(service, mapper).routes());
    List<Route> all = new ArrayList<>(beside);
    own.forEach(route -> all.add(route.handledBy(ifReady(route.handler()))));
    routes = List.copyOf(all);
    router = new Router(routes, ifReady(ApiV1::unknown));
  }

  private Function<Request, Response> ifReady(Function<Request, Response> handler) {
    return request -> service.ready() ? handler.apply(request) : notReady();
  }

  /** Returns all routes, in the order in which they are tried. */
  public List<Route> routes() {
    return routes;
  }

  /** Returns as {@link #handle(Request, BiConsumer)} where everyone may do everything. */
  public Response handle(Request request) {
    return handle(request, (taken, role) -> {});
  }

  /**
   * Returns the answer to a request, whatever it is; every error is the API's error object, and 503
   * while the service is not ready.
   *
   * @param guard is told of each request that a route takes, and which role it needs; it refuses by
   *     throwing {@link CdcException}
   */
  public Response handle(Request request, BiConsumer<Request, Role> guard) {
    try {
      return router.handle(request, guard);
    } catch (CdcException e) {
      return ErrorObjects.of(e);
    } catch (RuntimeException e) {
      LOG.log(
          System.Logger.Level.ERROR,
          "request failed method=" + request.method() + " path=" + shown(request.path()),
          e);
      return internalError();
    }
  }

  private static Response unknown(Request request) {
    return ErrorObjects.of(
        404,
        StandardErrorCode.API_INVALID_PARAM,
        "no such call: " + request.method() + " " + shown(request.path()));
  }

  private static String shown(String path) {
    return path.length() > SHOWN_PATH ? path.substring(0, SHOWN_PATH) + "..." : path;
  }

  /** Returns what is answered while there is no service, or one that starts or stops. */
  public static Response notReady() {
    return ErrorObjects.of(503, StandardErrorCode.SERVER_IS_NOT_READY, "cdc server is not ready");
  }

  /** Returns what is answered where all threads are at work and none becomes free. */
  public static Response busy() {
    return ErrorObjects.of(
        503,
        StandardErrorCode.SERVER_IS_NOT_READY,
        "cdc server is not ready: too many requests at once, try again later");
  }

  /** Returns what is answered to a request of which some part is larger than the server takes. */
  public static Response tooLarge(int status, String what, int mostBytes) {
    return ErrorObjects.of(
        status,
        StandardErrorCode.API_INVALID_PARAM,
        "invalid api parameter: " + what + " may not be larger than " + mostBytes + " bytes");
  }

  /** Returns what is answered where the code failed; the log says how. */
  public static Response internalError() {
    return ErrorObjects.of(
        500,
        StandardErrorCode.INTERNAL_SERVER_ERROR,
        "internal server error, see the server's log");
  }
}
