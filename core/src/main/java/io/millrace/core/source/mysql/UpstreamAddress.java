package io.millrace.core.source.mysql;

import io.millrace.api.CdcException;
import io.millrace.api.ConnectorUri;
import io.millrace.api.Secret;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.source.SourceRequest;
import io.millrace.core.connector.Params;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * Where the upstream is and how it is reached: the checked contents of its URI.
 *
 * @param host the host's name or address
 * @param port the TCP port
 * @param user the user; may be empty
 * @param password the password; may be empty. Never log it
 * @param tls whether and how connections are encrypted
 * @param connectTimeout how long a connection may take to be made
 * @param readTimeout how long the server may stay silent; it sends a heartbeat twice a second
 * @param catalogSchemas whether tables whose log has no full metadata are looked up in
 *     information_schema
 */
record UpstreamAddress(
    String host,
    int port,
    String user,
    String password,
    TlsSettings tls,
    Duration connectTimeout,
    Duration readTimeout,
    boolean catalogSchemas) {
  private static final Logger LOG = System.getLogger(UpstreamAddress.class.getName());
  private static final int DEFAULT_PORT = 3306;
  private static final Set<String> KNOWN =
      Set.of(
          "ssl-ca", "ssl-cert", "ssl-key", "ssl-mode", "schema", "connect-timeout", "read-timeout");

  /**
   * Reads a request's URI.
   *
   * @throws CdcException {@link StandardErrorCode#SOURCE_URI_INVALID} naming the parameter
   */
  static UpstreamAddress of(SourceRequest request) {
    ConnectorUri uri = request.uri();
    if (uri.host().isEmpty()) {
      throw new CdcException(
          StandardErrorCode.SOURCE_URI_INVALID,
          "the upstream URI '"
              + uri.masked()
              + "' names no host, write "
              + uri.scheme()
              + "://user:password@host:port/");
    }
    if (uri.hosts().size() > 1) {
      throw new CdcException(
          StandardErrorCode.SOURCE_URI_INVALID,
          "the upstream URI '" + uri.masked() + "' names several hosts, it must name one");
    }
    for (String name : uri.params().keySet()) {
      if (!KNOWN.contains(name)) {
        LOG.log(Level.WARNING, "unknown parameter of the upstream URI ignored parameter={0}", name);
      }
    }
    Params params = new Params(uri.params(), StandardErrorCode.SOURCE_URI_INVALID);
    return new UpstreamAddress(
        uri.host(),
        uri.port(DEFAULT_PORT),
        uri.user().orElse(""),
        uri.password().map(Secret::reveal).orElse(""),
        tls(params, request.certDir()),
        timeout(params, "connect-timeout", Duration.ofSeconds(10)),
        timeout(params, "read-timeout", Duration.ofSeconds(15)),
        params
            .word("schema", "log", Set.of("log", "information_schema"))
            .equals("information_schema"));
  }

  private static Duration timeout(Params params, String name, Duration otherwise) {
    Duration value = params.duration(name, otherwise);
    if (value.compareTo(Duration.ofSeconds(1)) < 0 || value.compareTo(Duration.ofHours(1)) > 0) {
      throw params.bad(name, params.text(name).orElse(""), "a duration from 1s to 1h");
    }
    return value;
  }

  private static TlsSettings tls(Params params, Optional<Path> certDir) {
    Optional<Path> ca = certificate(params, "ssl-ca", certDir);
    Optional<Path> cert = certificate(params, "ssl-cert", certDir);
    Optional<Path> key = certificate(params, "ssl-key", certDir);
    if (cert.isPresent() != key.isPresent()) {
      throw new CdcException(
          StandardErrorCode.SOURCE_URI_INVALID,
          "ssl-cert and ssl-key belong together, give both or none");
    }
    String word =
        params.word(
            "ssl-mode",
            ca.isPresent() ? "verify-ca" : "preferred",
            Set.of("disabled", "preferred", "required", "verify-ca", "verify-identity"));
    return new TlsSettings(TlsSettings.Mode.of(word), ca, cert, key);
  }

  private static Optional<Path> certificate(Params params, String name, Optional<Path> certDir) {
    return params
        .text(name)
        .map(
            text -> {
              Path path = certDir.isEmpty() ? Path.of(text) : certDir.get().resolve(text);
              if (certDir.isPresent() && !path.normalize().startsWith(certDir.get().normalize())) {
                throw params.bad(name, text, "a path inside the certificate directory");
              }
              return path.normalize();
            });
  }

  /** Returns {@code host:port}, as messages name the server. */
  String hostAndPort() {
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }

  /** Returns the address without its password. */
  @Override
  public String toString() {
    return user + "@" + hostAndPort();
  }
}
