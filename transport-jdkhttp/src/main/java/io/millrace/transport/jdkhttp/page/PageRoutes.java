package io.millrace.transport.jdkhttp.page;

import io.millrace.transport.jdkhttp.route.Response;
import io.millrace.transport.jdkhttp.route.Role;
import io.millrace.transport.jdkhttp.route.Route;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The status page at {@code /}, and its script and style. */
public final class PageRoutes {
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private PageRoutes() {}

  /** Returns the routes; a file is read when it is asked for. */
  public static List<Route> routes() {
    return List.of(
        route("/", "index.html", "text/html; charset=utf-8"),
        route("/page.js", "page.js", "text/javascript; charset=utf-8"),
        route("/page.css", "page.css", "text/css; charset=utf-8"));
  }

  private static Route route(String path, String file, String contentType) {
    return Route.of(
        "GET",
        path,
        Role.READ,
        request ->
            Response.text(200, contentType, read(file))
                .with("Content-Security-Policy", POLICY)
                .with("X-Content-Type-Options", "nosniff")
                .with("Referrer-Policy", "no-referrer")
                .with("Cache-Control", "no-cache"));
  }

  private static String read(String file) {
    try (InputStream in = PageRoutes.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException("the jar has no " + file);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
