package io.millrace.transport.jdkhttp.v1;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.core.CdcService;
import io.millrace.transport.jdkhttp.route.Request;
import io.millrace.transport.jdkhttp.route.Response;
import io.millrace.transport.jdkhttp.route.Route;
import io.millrace.transport.jdkhttp.route.Router;
import java.util.ArrayList;
import java.util.List;

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
  private final Router router;

  /** Creates the API of a service, which may be started later. */
  public ApiV1(CdcService service) {
    this.service = service;
    V1Mapper mapper = new V1Mapper(service.zone());
    List<Route> routes = new ArrayList<>();
    routes.addAll(new StatusRoutes(service).routes());
    routes.addAll(new ChangefeedRoutes(service, mapper).routes());
    routes.addAll(new ProcessorRoutes(service, mapper).routes());
    routes.addAll(new CaptureRoutes(service).routes());
    router = new Router(routes, ApiV1::unknown);
  }

  /**
   * Returns the answer to a request, whatever it is; every error is the API's error object, and 503
   * while the service is not ready.
   */
  public Response handle(Request request) {
    try {
      return service.ready() ? router.handle(request) : notReady();
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

  /** Returns what is answered to a body that is larger than the server takes. */
  public static Response tooLarge(int mostBytes) {
    return ErrorObjects.of(
        413,
        StandardErrorCode.API_INVALID_PARAM,
        "invalid api parameter: the body is larger than " + mostBytes + " bytes");
  }

  /** Returns what is answered where the code failed; the log says how. */
  public static Response internalError() {
    return ErrorObjects.of(
        500,
        StandardErrorCode.INTERNAL_SERVER_ERROR,
        "internal server error, see the server's log");
  }
}
