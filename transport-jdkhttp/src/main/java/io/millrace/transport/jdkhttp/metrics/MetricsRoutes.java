package io.millrace.transport.jdkhttp.metrics;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.cluster.Metric;
import io.millrace.core.CdcService;
import io.millrace.transport.jdkhttp.route.Request;
import io.millrace.transport.jdkhttp.route.Response;
import io.millrace.transport.jdkhttp.route.Role;
import io.millrace.transport.jdkhttp.route.Route;
import java.util.List;

/**
 * {@code GET /metrics} (API v1, 1.18).
 *
 * @param service what is measured
 */
public record MetricsRoutes(CdcService service) {
  private static final System.Logger LOG = System.getLogger(MetricsRoutes.class.getName());
  private static final String LIBRARY =
      "io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter";

  /**
   * Returns if the library of the format is there.
   *
   * @throws CdcException {@link StandardErrorCode#CONNECTOR_MISSING}
   */
  public static void requireLibrary() {
    try {
      Class.forName(LIBRARY, false, MetricsRoutes.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new CdcException(
          StandardErrorCode.CONNECTOR_MISSING,
          "metrics need io.prometheus:prometheus-metrics-exposition-textformats on the class path",
          e);
    }
  }

  /** Returns the one route. */
  public List<Route> routes() {
    return List.of(Route.of("GET", "/metrics", Role.READ, this::metrics));
  }

  /** Returns what is measured of the process at least, also while the node does not answer. */
  private Response metrics(Request request) {
    List<Metric> measured = List.of();
    boolean answers = service.ready();
    try {
      measured = answers ? service.metrics() : measured;
    } catch (CdcException e) {
      LOG.log(System.Logger.Level.WARNING, "only the process is measured: " + e.bracketed());
      answers = false;
    }
    return Response.text(200, Exposition.CONTENT_TYPE, Exposition.text(measured, answers));
  }
}
