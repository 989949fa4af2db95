package io.millrace.transport.jdkhttp.guard;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.transport.jdkhttp.route.Request;
import io.millrace.transport.jdkhttp.route.Role;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Refuses requests before anything is done for them: those that a browser sends on behalf of
 * another site, and those of callers who may not make them.
 *
 * <p><i>Threads:</i> any.
 */
public final class Guard {
  private final Origins origins;
  private final Optional<Supplier<Credentials>> credentials;

  /**
   * Creates a guard.
   *
   * @param names the host names by which clients reach the server, besides localhost and addresses
   * @param credentials who may do what, asked at each request; empty: whoever reaches the server
   *     may do everything
   */
  public Guard(Set<String> names, Optional<Supplier<Credentials>> credentials) {
    this.origins = new Origins(names);
    this.credentials = credentials;
  }

  /**
   * Returns if a request may be answered.
   *
   * @throws CdcException {@link StandardErrorCode#CROSS_SITE_REQUEST}, {@link
   *     StandardErrorCode#CREDENTIAL_NOT_FOUND}, {@link StandardErrorCode#UNAUTHORIZED}, {@link
   *     StandardErrorCode#PERMISSION_DENIED}
   */
  public void check(Request request, Role needed) {
    origins.check(request);
    if (credentials.isPresent() && needed != Role.ANYONE) {
      Role its = credentials.get().get().role(request.header("authorization"));
      if (!its.includes(needed)) {
        throw new CdcException(
            StandardErrorCode.PERMISSION_DENIED,
            "the call needs the role %s, these credentials have %s"
                .formatted(needed, its)
                .toLowerCase(Locale.ROOT));
      }
    }
  }
}
