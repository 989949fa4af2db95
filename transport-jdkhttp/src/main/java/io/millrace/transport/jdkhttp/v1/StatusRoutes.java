package io.millrace.transport.jdkhttp.v1;

import io.millrace.api.cluster.ServerStatus;
import io.millrace.core.CdcService;
import io.millrace.transport.jdkhttp.route.Request;
import io.millrace.transport.jdkhttp.route.Response;
import io.millrace.transport.jdkhttp.route.Role;
import io.millrace.transport.jdkhttp.route.Route;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The node asked: status, health, log level (API v1, 1.1, 1.2, 1.16 and 1.18); for load balancers
 * whether it is ready; and how the API is described.
 */
record StatusRoutes(CdcService service, V1Mapper mapper) {
  private static final String OPEN_API = "openapi.json";

  List<Route> routes() {
    return List.of(
        Route.of("GET", "/api/v1/status", Role.READ, this::status),
        Route.of("GET", "/api/v1/openapi.json", Role.READ, request -> openApi()),
        Route.of("GET", "/status", Role.READ, this::status),
        Route.of("GET", "/ready", Role.ANYONE, request -> Response.empty(200)),
        Route.of("GET", "/debug/info", Role.READ, this::debugInfo),
        Route.of("GET", "/api/v1/health", Role.ANYONE, this::health),
        Route.of("POST", "/api/v1/log", Role.OPERATE, this::log));
  }

  private Response status(Request request) {
    ServerStatus status = service.status();
    return Json.response(
        200,
        new Wire.Status(
            status.version(),
            status.gitHash(),
            status.id().value(),
            status.pid(),
            status.owner(),
            status.drained() ? 1 : 0));
  }

  private static Response openApi() {
    try (InputStream document = StatusRoutes.class.getResourceAsStream(OPEN_API)) {
      if (document == null) {
        throw new IllegalStateException("the jar has no " + OPEN_API);
      }
      return Response.json(200, new String(document.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Response debugInfo(Request request) {
    return Response.text(200, "text/plain; charset=utf-8", new DebugInfo(service, mapper).text());
  }

  private Response health(Request request) {
    service.checkHealth();
    return Response.empty(200);
  }

  private Response log(Request request) {
    service.setLogLevel(Bodies.logLevel(request.body()));
    return Response.empty(200);
  }
}
