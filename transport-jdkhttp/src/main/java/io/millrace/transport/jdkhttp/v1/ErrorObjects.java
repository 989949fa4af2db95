package io.millrace.transport.jdkhttp.v1;

import io.millrace.api.CdcException;
import io.millrace.api.ErrorCode;
import io.millrace.transport.jdkhttp.route.Response;

/** The one form of every error (API v1, 1.0.1), and the status that goes with its kind. */
final class ErrorObjects {
  private ErrorObjects() {}

  static Response of(CdcException e) {
    int status =
        switch (e.code().kind()) {
          case INVALID, MISSING, CONFLICT -> 400;
          case UNAVAILABLE -> 503;
          case INTERNAL -> 500;
        };
    return body(status, e.code(), e.bracketed());
  }

  static Response of(int status, ErrorCode code, String message) {
    return body(status, code, new CdcException(code, message).bracketed());
  }

  private static Response body(int status, ErrorCode code, String bracketed) {
    return Json.response(status, new Wire.ErrorBody(bracketed, code.code()));
  }
}
