package io.millrace.core.wiring;

import io.millrace.api.ConnectorUri;
import io.millrace.api.cluster.LogLevel;
import io.millrace.api.codec.EncoderProvider;
import io.millrace.api.consumer.ChangeConsumer;
import io.millrace.api.sink.SinkProvider;
import io.millrace.api.source.SourceProvider;
import io.millrace.api.store.StoreProvider;
import io.millrace.core.connector.SinkPolicy;
import io.millrace.core.worker.Runtime;
import io.millrace.core.worker.Threads;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import javax.sql.DataSource;

/**
 * What one node is built of.
 *
 * @param upstream the server that is read
 * @param store the metadata store
 * @param cluster the cluster's name
 * @param address the advertised {@code host:port}
 * @param zone the node's time zone
 * @param certDir the only directory in which certificates of upstream and sinks may lie
 * @param version this release
 * @param gitHash the commit it was built of; may be empty
 * @param logLevels changes how much the process logs
 * @param sinks sinks by scheme, besides the built-in ones; these win
 * @param sources upstreams by scheme, likewise
 * @param stores stores by scheme, likewise
 * @param encoders encoders by protocol, likewise
 * @param consumers the embedder's callbacks by name
 * @param databases where consumers acknowledge in transactions of their own, by their names
 * @param sinkPolicy where sinks may be
 * @param stallAfter for how long a checkpoint may stand still before that is shown
 * @param threads where the connectors' threads come from
 * @param runtime time, chance and threads
 */
public record Setup(
    ConnectorUri upstream,
    ConnectorUri store,
    String cluster,
    String address,
    ZoneId zone,
    Optional<Path> certDir,
    String version,
    String gitHash,
    Consumer<LogLevel> logLevels,
    Map<String, SinkProvider> sinks,
    Map<String, SourceProvider> sources,
    Map<String, StoreProvider> stores,
    Map<String, EncoderProvider> encoders,
    Map<String, ChangeConsumer> consumers,
    Map<String, DataSource> databases,
    SinkPolicy sinkPolicy,
    Duration stallAfter,
    Threads threads,
    Runtime runtime) {
  /** The cluster's name where the store's address gives none. */
  public static final String CLUSTER = "default";

  /** Copies the maps. */
  public Setup {
    sinks = Map.copyOf(sinks);
    sources = Map.copyOf(sources);
    stores = Map.copyOf(stores);
    encoders = Map.copyOf(encoders);
    consumers = Map.copyOf(consumers);
    databases = Map.copyOf(databases);
  }

  /** Returns {@code v} and this release's version; 0.0.0 outside of a jar. */
  public static String releaseVersion() {
    String version = Setup.class.getPackage().getImplementationVersion();
    return "v" + (version == null ? "0.0.0" : version);
  }
}
