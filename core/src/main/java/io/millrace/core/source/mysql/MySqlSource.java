package io.millrace.core.source.mysql;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.TableName;
import io.millrace.api.Tso;
import io.millrace.api.event.Restart;
import io.millrace.api.event.SourcePosition;
import io.millrace.api.event.TableSchema;
import io.millrace.api.snapshot.SqlSnapshot;
import io.millrace.api.source.ChangeSource;
import io.millrace.api.source.ChangeStream;
import io.millrace.api.source.Head;
import io.millrace.api.source.Requirement;
import io.millrace.api.source.StreamOptions;
import io.millrace.core.source.mysql.ServerFacts.LogFile;
import io.millrace.core.worker.Threads;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * One MySQL or MariaDB server. Questions go over one connection, each stream has its own.
 *
 * <p><i>Threads:</i> any.
 */
final class MySqlSource implements ChangeSource {
  private final LinkPool pool;
  private final String cluster;
  private final Threads threads;
  private final Set<MySqlStream> streams = ConcurrentHashMap.newKeySet();

  /** Creates a source; connects on first use. */
  MySqlSource(UpstreamAddress address, String cluster, Threads threads) {
    this.pool = new LinkPool(address);
    this.cluster = cluster;
    this.threads = threads;
  }

  @Override
  public Head now() {
    return pool.ask(
        link -> {
          ServerFacts facts = ServerFacts.of(link);
          LogPlace end = ServerFacts.end(link);
          if (end.offset() == 0) {
            throw noLog();
          }
          return new Head(end.position(facts.identity(), 0), Tso.ofMillis(facts.clockMillis(), 0));
        });
  }

  private static CdcException noLog() {
    return new CdcException(
        StandardErrorCode.SOURCE_SETTINGS, "the upstream writes no log, start it with --log-bin");
  }

  @Override
  public SourcePosition locate(Tso ts) {
    ServerFacts facts = pool.ask(ServerFacts::of);
    List<LogFile> files = pool.ask(ServerFacts::logFiles);
    try (LinkPool own = new LinkPool(pool.address())) {
      return new LogScan(own).locate(ts, files, facts.identity()).position(facts.identity(), 0);
    } catch (IOException e) {
      throw LinkPool.unavailable(pool.address(), e);
    }
  }

  @Override
  public SourcePosition oldest() {
    return pool.ask(
        link -> {
          ServerFacts facts = ServerFacts.of(link);
          List<LogFile> files = ServerFacts.logFiles(link);
          if (files.isEmpty()) {
            throw noLog();
          }
          LogPlace first = files.get(0).start();
          return new LogPlace(
                  first.base(), first.file(), first.digits(), first.offset(), 0, facts.purged(), "")
              .position(facts.identity(), 0);
        });
  }

  @Override
  public Optional<Tso> oldestTs() {
    List<LogFile> files = pool.ask(ServerFacts::logFiles);
    try (LinkPool own = new LinkPool(pool.address())) {
      return new LogScan(own).begun(files);
    } catch (IOException e) {
      throw LinkPool.unavailable(pool.address(), e);
    }
  }

  /** Does nothing: neither server can be asked to keep its log for a time. */
  @Override
  public void retain(Tso ts, Duration ttl) {}

  @Override
  public List<TableSchema> tables() {
    return pool.ask(link -> new Catalog(link).tables());
  }

  @Override
  public List<Requirement> check() {
    return pool.ask(link -> new SettingsCheck(link, pool.address().catalogSchemas()).run());
  }

  @Override
  public Optional<Supplier<SqlSnapshot>> snapshots() {
    return Optional.of(() -> UpstreamSnapshot.open(new LinkPool(pool.address())));
  }

  @Override
  public ChangeStream open(Restart from, StreamOptions options) {
    LinkPool own = new LinkPool(pool.address());
    MySqlStream stream =
        new MySqlStream(
            own,
            ReaderIdentity.of(cluster, options.stream()),
            from,
            options,
            new ServerDefinitions(own),
            threads,
            streams::remove);
    try {
      stream.start();
    } catch (CdcException e) {
      stream.close();
      throw e;
    }
    streams.add(stream);
    return stream;
  }

  @Override
  public void close() {
    streams.forEach(MySqlStream::close);
    pool.close();
  }

  /** Asks the upstream for definitions. */
  private record ServerDefinitions(LinkPool pool) implements TableBook.Definitions {
    @Override
    public Optional<TableBook.Definition> now(TableName table) {
      return pool.ask(
          link -> {
            Optional<TableSchema> schema = new Catalog(link).table(table);
            SourcePosition end = ServerFacts.end(link).position(ServerFacts.of(link).identity(), 0);
            return schema.map(found -> new TableBook.Definition(found, end));
          });
    }

    @Override
    public Optional<SourcePosition> firstChange(TableName table, LogPlace from, SourcePosition to) {
      try {
        return new LogScan(pool).firstChange(table, from, to);
      } catch (IOException e) {
        throw LinkPool.unavailable(pool.address(), e);
      }
    }
  }
}
