package io.millrace.transport.jdkhttp.v1;

import io.millrace.core.CdcService;
import io.millrace.transport.jdkhttp.route.Request;
import io.millrace.transport.jdkhttp.route.Response;
import io.millrace.transport.jdkhttp.route.Role;
import io.millrace.transport.jdkhttp.route.Route;
import java.util.List;

/** The live captures (API v1, 1.12). */
record CaptureRoutes(CdcService service) {
  List<Route> routes() {
    return List.of(Route.of("GET", "/api/v1/captures", Role.READ, this::list));
  }

  private Response list(Request request) {
    return Json.response(
        200,
        service.captures().stream()
            .map(each -> new Wire.Capture(each.id().value(), each.owner(), each.address()))
            .toList());
  }
}
