package io.millrace.core.source.mysql;

import io.millrace.api.source.ChangeSource;
import io.millrace.api.source.SourceProvider;
import io.millrace.api.source.SourceRequest;
import io.millrace.core.connector.Artifacts;
import io.millrace.core.worker.Threads;

/**
 * Opens MySQL and MariaDB servers. Either scheme reads either server.
 *
 * <p><i>Threads:</i> any.
 */
public final class MySqlSourceProvider implements SourceProvider {
  private final Threads threads;

  /** Creates a provider whose streams read on daemon threads. */
  public MySqlSourceProvider() {
    this(new Threads());
  }

  /**
   * Creates a provider.
   *
   * @param threads gives each stream one
   */
  public MySqlSourceProvider(Threads threads) {
    this.threads = threads;
  }

  @Override
  public ChangeSource open(SourceRequest request) {
    String what = "source scheme '" + request.uri().scheme() + "'";
    Artifacts.require(
        what,
        "com.github.shyiko.mysql.binlog.network.Authenticator",
        "com.zendesk:mysql-binlog-connector-java");
    Artifacts.require(what, "com.github.luben.zstd.ZstdInputStream", "com.github.luben:zstd-jni");
    return new MySqlSource(UpstreamAddress.of(request), request.cluster(), threads);
  }
}
