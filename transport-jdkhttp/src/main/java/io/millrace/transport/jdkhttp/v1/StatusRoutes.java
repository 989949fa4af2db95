package io.millrace.transport.jdkhttp.v1;

import io.millrace.api.cluster.ServerStatus;
import io.millrace.core.CdcService;
import io.millrace.transport.jdkhttp.route.Request;
import io.millrace.transport.jdkhttp.route.Response;
import io.millrace.transport.jdkhttp.route.Route;
import java.util.List;

/** The node asked: status, health, log level (API v1, 1.1, 1.2 and 1.16). */
record StatusRoutes(CdcService service) {
  List<Route> routes() {
    return List.of(
        Route.of("GET", "/api/v1/status", this::status),
        Route.of("GET", "/api/v1/health", this::health),
        Route.of("POST", "/api/v1/log", this::log));
  }

  private Response status(Request request) {
    ServerStatus status = service.status();
    return Json.response(
        200,
        new Wire.Status(
            status.version(), status.gitHash(), status.id().value(), status.pid(), status.owner()));
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
