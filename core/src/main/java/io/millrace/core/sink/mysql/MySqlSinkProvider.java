package io.millrace.core.sink.mysql;

import io.millrace.api.CaptureId;
import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.sink.Sink;
import io.millrace.api.sink.SinkProvider;
import io.millrace.api.sink.SinkRequest;
import io.millrace.api.snapshot.SqlSnapshot;
import io.millrace.core.connector.Artifacts;
import io.millrace.core.connector.CertificateFiles;
import io.millrace.core.metrics.Meters;
import io.millrace.core.worker.Threads;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Opens MySQL, MariaDB and TiDB servers as downstreams: {@code
 * mysql://user:password@host:port/?worker-count=16}. Each scheme writes any of the servers. {@code
 * mysql+ssl} and the like, and {@code ssl-ca}, encrypt; the server's certificate is looked at where
 * {@code ssl-ca} is given.
 *
 * <p>By default each row change is applied exactly once, through crashes, cuts and writers that
 * wake up late; for that the sink keeps notes in the schema {@code millrace} downstream, and
 * refuses tables of engines without transactions. With {@code exactly-once=false} rows may be
 * written again after a crash, and are written so that repeating is harmless where the table has a
 * key.
 *
 * <p><i>Source:</i> MySQL sink specification; API v1, 4.2.1.
 */
public final class MySqlSinkProvider implements SinkProvider {
  private static final Duration LAST_WORDS = Duration.ofSeconds(10);

  private final CertificateFiles files;
  private final Threads threads;
  private final Meters meters;

  /**
   * Creates a provider.
   *
   * @param files the certificates that URIs may name
   * @param threads gives each sink as many as it has connections for rows
   * @param meters are told of rows that are not there
   */
  public MySqlSinkProvider(CertificateFiles files, Threads threads, Meters meters) {
    this.files = files;
    this.threads = threads;
    this.meters = meters;
  }

  @Override
  public void validate(SinkRequest request) {
    MySqlOptions.of(request)
        .ca()
        .ifPresent(file -> files.path("ssl-ca", file, StandardErrorCode.MYSQL_INVALID_CONFIG));
  }

  @Override
  public void dial(SinkRequest request, Duration limit) {
    downstream(request).dial(limit);
  }

  private Downstream downstream(SinkRequest request) {
    MySqlOptions options = MySqlOptions.of(request);
    Artifacts.require(
        "sink scheme '" + request.uri().scheme() + "'",
        "org.mariadb.jdbc.Driver",
        "org.mariadb.jdbc:mariadb-java-client");
    return new Downstream(options, files);
  }

  @Override
  public Sink open(SinkRequest request) {
    Downstream downstream = downstream(request);
    MySqlOptions options = MySqlOptions.of(request);
    Cutter cutter = Cutter.of(request.changefeed().value(), threads);
    SchemaWriter schema =
        new SchemaWriter(downstream, options, new Ledger(request, options), cutter);
    MySqlSink sink =
        new MySqlSink(
            options,
            () -> Writing.open(request, options, downstream, threads, cutter, missed(request)),
            schema);
    if (!request.tables().isEmpty()) {
      sink.start();
    }
    return sink;
  }

  private MissedRows missed(SinkRequest request) {
    return new MissedRows(request.changefeed(), meters.of(request.changefeed()));
  }

  @Override
  public Optional<Supplier<SqlSnapshot>> snapshots(SinkRequest request) {
    return Optional.of(() -> DownstreamSnapshot.open(downstream(request)));
  }

  /**
   * {@inheritDoc}
   *
   * @throws CdcException {@link StandardErrorCode#MYSQL_CONNECTION_ERROR}
   */
  @Override
  public void fence(SinkRequest request, CaptureId gone) {
    MySqlOptions options = MySqlOptions.of(request);
    if (!options.exactlyOnce()) {
      return;
    }
    Downstream downstream = downstream(request);
    try (Session session = downstream.rows()) {
      new Ledger(request, options).fence(session, gone);
    } catch (SQLException e) {
      throw downstream.unreachable(e);
    }
  }

  /**
   * {@inheritDoc}
   *
   * @throws CdcException {@link StandardErrorCode#MYSQL_CONNECTION_ERROR}
   */
  @Override
  public void forget(SinkRequest request) {
    MySqlOptions options = MySqlOptions.of(request);
    if (!options.noteSchemaChanges()) {
      return;
    }
    Downstream downstream = downstream(request);
    try (Session session = downstream.rows(LAST_WORDS)) {
      new Ledger(request, options).forget(session);
    } catch (SQLException e) {
      throw downstream.unreachable(e);
    }
  }
}
