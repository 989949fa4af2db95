package io.millrace.transport.jdkhttp.server;

import io.millrace.transport.jdkhttp.JdkHttpTransport;
import io.millrace.transport.jdkhttp.guard.TlsFiles;
import java.util.Optional;
import java.util.Set;

/**
 * Whom a server answers.
 *
 * @param tls empty: it speaks plain HTTP
 * @param credentials empty: callers need none
 * @param hosts names by which clients reach it, besides the advertised one
 * @param warning what is dangerous about it, said at each start
 */
record Security(
    Optional<TlsFiles> tls,
    Optional<AuthStore> credentials,
    Set<String> hosts,
    Optional<String> warning) {
  /** Copies the set. */
  Security {
    hosts = Set.copyOf(hosts);
  }

  /** Tells a transport. */
  void applyTo(JdkHttpTransport.Builder http) {
    tls.ifPresent(http::tls);
    credentials.ifPresent(http::credentials);
    hosts.forEach(http::name);
  }

  String scheme() {
    return tls.isPresent() ? "https" : "http";
  }
}
