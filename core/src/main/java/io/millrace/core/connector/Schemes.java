package io.millrace.core.connector;

import io.millrace.api.CdcException;
import io.millrace.api.ConnectorUri;
import io.millrace.api.ErrorCode;
import java.util.Map;
import java.util.TreeSet;

/**
 * Providers by URI scheme.
 *
 * @param what what they provide, for the error, for instance {@code sink}
 * @param wrong the code of an unknown scheme
 * @param providers by scheme, in lower case
 */
public record Schemes<P>(String what, ErrorCode wrong, Map<String, P> providers) {
  /** Copies the map. */
  public Schemes {
    providers = Map.copyOf(providers);
  }

  /**
   * Returns the provider of an address's scheme.
   *
   * @throws CdcException with {@code wrong}, naming the schemes there are
   */
  public P of(ConnectorUri uri) {
    P provider = providers.get(uri.scheme());
    if (provider == null) {
      throw new CdcException(
          wrong,
          what
              + " uri invalid 'unknown scheme "
              + uri.scheme()
              + ", known are "
              + String.join(", ", new TreeSet<>(providers.keySet()))
              + "'");
    }
    return provider;
  }
}
