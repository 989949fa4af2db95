package io.millrace.transport.jdkhttp.v1;

import io.millrace.api.CaptureId;
import io.millrace.api.ChangefeedId;
import io.millrace.core.CdcService;
import io.millrace.transport.jdkhttp.route.Request;
import io.millrace.transport.jdkhttp.route.Response;
import io.millrace.transport.jdkhttp.route.Role;
import io.millrace.transport.jdkhttp.route.Route;
import java.util.List;

/** The work of changefeeds on captures (API v1, 1.10 and 1.11). */
record ProcessorRoutes(CdcService service, V1Mapper mapper) {
  List<Route> routes() {
    return List.of(
        Route.of("GET", "/api/v1/processors", Role.READ, this::list),
        Route.of(
            "GET", "/api/v1/processors/{changefeed_id}/{capture_id}", Role.READ, this::detail));
  }

  private Response list(Request request) {
    return Json.response(
        200,
        service.processors().stream()
            .map(each -> new Wire.Processor(each.changefeed().value(), each.capture().value()))
            .toList());
  }

  private Response detail(Request request) {
    ChangefeedId changefeed = new ChangefeedId(request.pathParam("changefeed_id"));
    CaptureId capture = new CaptureId(request.pathParam("capture_id"));
    return Json.response(200, mapper.processor(service.processor(changefeed, capture)));
  }
}
