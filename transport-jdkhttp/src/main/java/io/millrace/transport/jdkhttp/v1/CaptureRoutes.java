package io.millrace.transport.jdkhttp.v1;

import io.millrace.core.CdcService;
import io.millrace.transport.jdkhttp.route.Request;
import io.millrace.transport.jdkhttp.route.Response;
import io.millrace.transport.jdkhttp.route.Role;
import io.millrace.transport.jdkhttp.route.Route;
import java.util.List;

/** The live captures and the owner among them (API v1, 1.12, 1.13, 1.17). */
record CaptureRoutes(CdcService service) {
  List<Route> routes() {
    return List.of(
        Route.of("GET", "/api/v1/captures", Role.READ, this::list),
        Route.of("PUT", "/api/v1/captures/drain", Role.OPERATE, this::drain),
        Route.of("POST", "/api/v1/owner/resign", Role.OPERATE, this::resign));
  }

  private Response list(Request request) {
    return Json.response(
        200,
        service.captures().stream()
            .map(each -> new Wire.Capture(each.id().value(), each.owner(), each.address()))
            .toList());
  }

  private Response drain(Request request) {
    return Json.response(202, new Wire.Drain(service.drain(Bodies.drained(request.body()))));
  }

  private Response resign(Request request) {
    service.resignOwner();
    return Response.empty(202);
  }
}
