package io.millrace.core.changefeed;

import io.millrace.api.CdcException;
import io.millrace.api.ConnectorUri;
import io.millrace.api.StandardErrorCode;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Where a server of the MySQL family listens.
 *
 * @param host its name or address in lower case; the names of this machine are one
 * @param port its port
 */
public record ServerAddress(String host, int port) {
  private static final Set<String> FAMILY =
      Set.of("mysql", "mysql+ssl", "mariadb", "mariadb+ssl", "tidb", "tidb+ssl");
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "::1");
  private static final int UPSTREAM_PORT = 3306;
  private static final int SINK_PORT = 4000;

  private static Optional<ServerAddress> of(ConnectorUri uri, int defaultPort) {
    if (!FAMILY.contains(uri.scheme())) {
      return Optional.empty();
    }
    String host = uri.host().toLowerCase(Locale.ROOT);
    return Optional.of(
        new ServerAddress(LOOPBACK.contains(host) ? "127.0.0.1" : host, uri.port(defaultPort)));
  }

  /**
   * Checks, as far as their addresses tell, that upstream and downstream are not one server.
   *
   * @throws CdcException {@link StandardErrorCode#SAME_UPSTREAM_DOWNSTREAM}
   */
  public static void checkDifferent(ConnectorUri upstream, ConnectorUri sink) {
    Optional<ServerAddress> from = of(upstream, UPSTREAM_PORT);
    if (from.isPresent() && from.equals(of(sink, SINK_PORT))) {
      throw new CdcException(
          StandardErrorCode.SAME_UPSTREAM_DOWNSTREAM,
          "upstream and downstream are the same, "
              + from.get().host()
              + ":"
              + from.get().port()
              + ": what a changefeed writes there it would read again");
    }
  }
}
