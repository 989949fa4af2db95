package io.millrace.transport.jdkhttp.v1;

import io.millrace.api.CaptureId;
import io.millrace.api.CdcException;
import io.millrace.api.ChangefeedId;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.TableId;
import io.millrace.api.Tso;
import io.millrace.core.CdcService;
import io.millrace.transport.jdkhttp.route.Request;
import io.millrace.transport.jdkhttp.route.Response;
import io.millrace.transport.jdkhttp.route.Role;
import io.millrace.transport.jdkhttp.route.Route;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The forms of the time before v1, which some tools still send: parameters in the body, or else in
 * the query; errors are a line of text. Every capture answers them, the owner or not (API v1,
 * 1.18).
 */
record OldRoutes(CdcService service, V1Mapper mapper) {
  private static final String OWNER = "/capture/owner/";
  private static final String CHANGEFEED = "cf-id";
  private static final int SHOWN = 160;
  private static final Set<String> FLAGS =
      Set.of("", "1", "t", "T", "true", "TRUE", "True", "0", "f", "F", "false", "FALSE", "False");

  List<Route> routes() {
    return List.of(
        route("/admin/log", Role.OPERATE, this::log),
        route(OWNER + "resign", Role.OPERATE, this::resign),
        route(OWNER + "admin", Role.ADMIN, this::admin),
        route(OWNER + "rebalance_trigger", Role.OPERATE, this::rebalance),
        route(OWNER + "move_table", Role.OPERATE, this::move),
        route(OWNER + "changefeed/query", Role.READ, this::query));
  }

  private static Route route(String path, Role role, Function<Request, Response> handler) {
    return Route.of("POST", path, role, request -> withPlainErrors(handler, request));
  }

  private static Response withPlainErrors(Function<Request, Response> handler, Request request) {
    try {
      return handler.apply(request);
    } catch (CdcException e) {
      return Response.text(ErrorObjects.status(e), "text/plain; charset=utf-8", e.bracketed());
    }
  }

  private static Response done() {
    return Json.oldResponse(new Wire.OldDone(true, ""));
  }

  private Response log(Request request) {
    service.setLogLevel(Bodies.logLevel(request.body()));
    return Response.json(200, "{}");
  }

  private Response resign(Request request) {
    service.resignOwner();
    return done();
  }

  private Response admin(Request request) {
    Consumer<ChangefeedId> job = job(request.formParam("admin-job").orElse(""));
    String force = request.formParam("force-remove").orElse("");
    if (!FLAGS.contains(force)) {
      throw invalid("force remove option", force);
    }
    ChangefeedId id;
    try {
      id = changefeed(request);
    } catch (CdcException e) {
      return done(); // this call checks no id: one that cannot be is as good as an unknown one
    }
    return forKnown(() -> job.accept(id));
  }

  private Consumer<ChangefeedId> job(String type) {
    return switch (type) {
      case "1" -> service::pause;
      case "2" -> service::resume;
      case "3" -> service::remove;
      default -> throw invalid("admin job type", type);
    };
  }

  private Response rebalance(Request request) {
    ChangefeedId id = changefeed(request);
    return forKnown(() -> service.rebalanceTables(id));
  }

  private Response move(Request request) {
    ChangefeedId id = changefeed(request);
    CaptureId target =
        parse("target capture id", request.formParam("target-cp-id").orElse(""), CaptureId::new);
    TableId table =
        parse(
            "tableID",
            request.formParam("table-id").orElse(""),
            number -> new TableId(Long.parseLong(number)));
    return forKnown(() -> service.moveTable(id, table, target));
  }

  private Response query(Request request) {
    ChangefeedId id = changefeed(request);
    Wire.OldChangefeed found;
    try {
      found = mapper.old(service.changefeed(id));
    } catch (CdcException e) {
      if (!isUnknown(e)) {
        throw e;
      }
      found = new Wire.OldChangefeed("", Tso.ZERO, "", null);
    }
    return Json.oldResponse(found);
  }

  /** Answers that a command is taken; it has no effect on a changefeed that does not exist. */
  private static Response forKnown(Runnable command) {
    try {
      command.run();
    } catch (CdcException e) {
      if (!isUnknown(e)) {
        throw e;
      }
    }
    return done();
  }

  private static boolean isUnknown(CdcException e) {
    return e.code() == StandardErrorCode.CHANGEFEED_NOT_EXISTS;
  }

  private static ChangefeedId changefeed(Request request) {
    return parse("changefeed id", request.formParam(CHANGEFEED).orElse(""), ChangefeedId::new);
  }

  private static <T> T parse(String what, String text, Function<String, T> parser) {
    try {
      return parser.apply(text);
    } catch (CdcException | NumberFormatException e) {
      throw new CdcException(StandardErrorCode.API_INVALID_PARAM, message(what, text), e);
    }
  }

  private static CdcException invalid(String what, String text) {
    return new CdcException(StandardErrorCode.API_INVALID_PARAM, message(what, text));
  }

  private static String message(String what, String text) {
    String shown = text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text;
    return "invalid %s: %s".formatted(what, shown);
  }
}
