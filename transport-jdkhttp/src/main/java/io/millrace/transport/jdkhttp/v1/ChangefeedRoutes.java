package io.millrace.transport.jdkhttp.v1;

import io.millrace.api.ChangefeedId;
import io.millrace.api.changefeed.ChangefeedState;
import io.millrace.core.CdcService;
import io.millrace.transport.jdkhttp.route.Request;
import io.millrace.transport.jdkhttp.route.Response;
import io.millrace.transport.jdkhttp.route.Role;
import io.millrace.transport.jdkhttp.route.Route;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/** Changefeeds and where their tables are (API v1, 1.3 to 1.9, 1.14, 1.15). */
record ChangefeedRoutes(CdcService service, V1Mapper mapper) {
  private static final String ALL = "/api/v1/changefeeds";
  private static final String ONE = ALL + "/{changefeed_id}";
  private static final Set<ChangefeedState> SHOWN_BY_DEFAULT =
      Set.of(ChangefeedState.NORMAL, ChangefeedState.STOPPED, ChangefeedState.FAILED);

  List<Route> routes() {
    return List.of(
        Route.of("GET", ALL, Role.READ, this::list),
        Route.of("POST", ALL, Role.ADMIN, this::create),
        Route.of("GET", ONE, Role.READ, this::detail),
        Route.of("PUT", ONE, Role.ADMIN, this::update),
        Route.of("DELETE", ONE, Role.ADMIN, command(service::remove)),
        Route.of("POST", ONE + "/pause", Role.OPERATE, command(service::pause)),
        Route.of("POST", ONE + "/resume", Role.OPERATE, command(service::resume)),
        Route.of(
            "POST",
            ONE + "/tables/rebalance_table",
            Role.OPERATE,
            command(service::rebalanceTables)),
        Route.of("POST", ONE + "/tables/move_table", Role.OPERATE, this::move),
        Route.of("POST", ONE + "/verify", Role.OPERATE, command(service::verify)),
        Route.of("GET", ONE + "/verify", Role.READ, this::verification));
  }

  private static ChangefeedId id(Request request) {
    return new ChangefeedId(request.pathParam("changefeed_id"));
  }

  private static Function<Request, Response> command(Consumer<ChangefeedId> command) {
    return request -> {
      command.accept(id(request));
      return Response.empty(202);
    };
  }

  private Response list(Request request) {
    String wanted = request.queryParam("state").orElse("");
    return Json.response(
        200,
        service.changefeeds().stream()
            .filter(feed -> isWanted(feed.state(), wanted))
            .map(mapper::summary)
            .toList());
  }

  /** Returns whether a list shows a state; a name that no state has shows none. */
  static boolean isWanted(ChangefeedState state, String wanted) {
    return switch (wanted) {
      case "" -> SHOWN_BY_DEFAULT.contains(state);
      case "all" -> true;
      default -> state.wireName().equals(wanted);
    };
  }

  private Response create(Request request) {
    ChangefeedId id = service.create(Bodies.spec(request.body()));
    return Response.empty(202).with("Location", ALL + "/" + id);
  }

  private Response detail(Request request) {
    return Json.response(200, mapper.detail(service.changefeed(id(request))));
  }

  private Response update(Request request) {
    ChangefeedId id = id(request);
    service.checkUpdatable(id);
    service.update(id, Bodies.update(request.body()));
    return Response.empty(202);
  }

  private Response verification(Request request) {
    return Json.response(200, mapper.verification(service.verification(id(request))));
  }

  private Response move(Request request) {
    ChangefeedId id = id(request);
    service.changefeed(id);
    Bodies.Move move = Bodies.move(request.body());
    service.moveTable(id, move.table(), move.target());
    return Response.empty(202);
  }
}
