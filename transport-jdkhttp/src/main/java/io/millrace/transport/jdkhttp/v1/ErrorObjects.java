package io.millrace.transport.jdkhttp.v1;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.api.CdcException;
import io.millrace.api.ErrorCode;
import io.millrace.transport.jdkhttp.route.Response;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;

/**
 * The one form of every error (API v1, 1.0.1), and the status that goes with its kind. It is
 * written token by token: a node that starts answers with it, and introspection takes long to load.
 */
final class ErrorObjects {
  private static final JsonFactory JSON = new JsonFactory();

  private ErrorObjects() {}

  static Response of(CdcException e) {
    Response response = body(status(e), e);
    return e.code().kind() == ErrorCode.Kind.UNAUTHENTICATED
        ? response.with("WWW-Authenticate", "Basic realm=\"millrace\", charset=\"UTF-8\"")
        : response;
  }

  static int status(CdcException e) {
    return switch (e.code().kind()) {
      case INVALID, MISSING, CONFLICT -> 400;
      case UNAUTHENTICATED -> 401;
      case FORBIDDEN -> 403;
      case UNAVAILABLE -> 503;
      case INTERNAL -> 500;
    };
  }

  static Response of(int status, ErrorCode code, String message) {
    return body(status, new CdcException(code, message));
  }

  private static Response body(int status, CdcException e) {
    StringWriter text = new StringWriter();
    try (JsonGenerator out = JSON.createGenerator(text).setPrettyPrinter(Layout.printer())) {
      out.writeStartObject();
      out.writeStringField("error_msg", e.bracketed());
      out.writeStringField("error_code", e.code().code());
      out.writeEndObject();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return Response.json(status, text.toString());
  }
}
