package io.millrace.core;

import io.millrace.api.CdcException;
import io.millrace.api.ConnectorUri;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.changefeed.ChangefeedSummary;
import io.millrace.api.cluster.LogLevel;
import io.millrace.api.codec.EncoderProvider;
import io.millrace.api.consumer.ChangeConsumer;
import io.millrace.api.sink.SinkProvider;
import io.millrace.api.source.SourceProvider;
import io.millrace.api.store.StoreProvider;
import io.millrace.core.connector.Addresses;
import io.millrace.core.connector.SinkPolicy;
import io.millrace.core.meta.StateTracker;
import io.millrace.core.wiring.Setup;
import io.millrace.core.wiring.Wiring;
import io.millrace.core.worker.Runtime;
import io.millrace.core.worker.ThreadCrew;
import io.millrace.core.worker.Threads;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Puts a node together. <i>Threads:</i> one. */
public final class CdcServiceBuilder {
  private static final Pattern HOST_AND_PORT = Pattern.compile("\\S+:\\d{1,5}");
  private static final Pattern VERSION = Pattern.compile("v\\d+\\.\\d+\\.\\d+(?:[-+.]\\S*)?");
  private static final Pattern NAME = Pattern.compile("[\\w.-]+");
  private static final Pattern SCHEME = Pattern.compile("[a-z][a-z0-9+.-]*");

  private String upstream = "";
  private String store = "memory:";
  private String address = "127.0.0.1:8300";
  private ZoneId zone = ZoneId.systemDefault();
  private Optional<Path> certDir = Optional.empty();
  private Consumer<LogLevel> logLevels = RootLogger::setLevel;
  private String version = Setup.releaseVersion();
  private String gitHash = "";
  private final Map<String, SinkProvider> sinks = new HashMap<>();
  private final Map<String, SourceProvider> sources = new HashMap<>();
  private final Map<String, StoreProvider> stores = new HashMap<>();
  private final Map<String, EncoderProvider> encoders = new HashMap<>();
  private final Map<String, ChangeConsumer> consumers = new HashMap<>();
  private final List<String> allowedSinks = new ArrayList<>();
  private final List<String> deniedSinks = new ArrayList<>();
  private Duration stallAfter = Duration.ofMinutes(1);
  private final Map<String, DataSource> databases = new HashMap<>();
  private Optional<Consumer<ChangefeedSummary>> failureListener = Optional.empty();
  private Threads threads = new Threads();
  private @Nullable Runtime runtime;

  CdcServiceBuilder() {}

  /** Sets the server that is read, for instance {@code mysql://user:password@host:3306}. */
  public CdcServiceBuilder upstream(String uri) {
    upstream = uri;
    return this;
  }

  /** Sets the metadata store; default {@code memory:}, which forgets all when closed. */
  public CdcServiceBuilder store(String uri) {
    store = uri;
    return this;
  }

  /** Sets the advertised {@code host:port}; default {@code 127.0.0.1:8300}. */
  public CdcServiceBuilder address(String hostAndPort) {
    address = hostAndPort;
    return this;
  }

  /** Sets the node's time zone, in which TIMESTAMP values are rendered; default the system's. */
  public CdcServiceBuilder zone(ZoneId value) {
    zone = value;
    return this;
  }

  /**
   * Sets the only directory in which certificates that the URIs of upstream and sinks name may lie.
   */
  public CdcServiceBuilder certDir(Path directory) {
    certDir = Optional.of(directory);
    return this;
  }

  /** Sets what changes the log level; default the root logger of {@code java.util.logging}. */
  public CdcServiceBuilder logLevelHook(Consumer<LogLevel> hook) {
    logLevels = hook;
    return this;
  }

  /** Sets the version, {@code v} and a semantic one, and the build's commit or nothing. */
  public CdcServiceBuilder version(String version, String gitHash) {
    this.version = version;
    this.gitHash = gitHash;
    return this;
  }

  /** Adds a sink, or replaces a built-in one. */
  public CdcServiceBuilder sink(String scheme, SinkProvider provider) {
    sinks.put(scheme.toLowerCase(Locale.ROOT), provider);
    return this;
  }

  /** Adds an upstream, or replaces a built-in one. */
  public CdcServiceBuilder source(String scheme, SourceProvider provider) {
    sources.put(scheme.toLowerCase(Locale.ROOT), provider);
    return this;
  }

  /** Adds a metadata store, or replaces a built-in one. */
  public CdcServiceBuilder store(String scheme, StoreProvider provider) {
    stores.put(scheme.toLowerCase(Locale.ROOT), provider);
    return this;
  }

  /** Adds an encoder, or replaces a built-in one. */
  public CdcServiceBuilder encoder(String protocol, EncoderProvider provider) {
    encoders.put(protocol.toLowerCase(Locale.ROOT), provider);
    return this;
  }

  /** Adds a callback, the sink {@code consumer://name}, or replaces one. */
  public CdcServiceBuilder consumer(String name, ChangeConsumer consumer) {
    consumers.put(name, consumer);
    databases.remove(name);
    return this;
  }

  /**
   * Adds a callback as {@link #consumer(String, ChangeConsumer)}, which may acknowledge in its own
   * transactions of a database ({@link io.millrace.api.consumer.Changes#ackIn}). There the sink
   * keeps the table {@code millrace_progress}, which it makes if it is missing: a row for each
   * table of a changefeed, to be deleted with it.
   *
   * @param database gives connections to that database, in the schema where the callback works;
   *     best a pool
   */
  public CdcServiceBuilder consumer(String name, ChangeConsumer consumer, DataSource database) {
    consumer(name, consumer);
    databases.put(name, database);
    return this;
  }

  /**
   * Sets who is told what changefeeds of the whole cluster meet: each error once, when it is met
   * and again when another comes or the state changes; at the start, those that last. What is told
   * has state {@code error} or {@code failed} and the error; or state {@code normal} where a
   * changefeed stands still.
   *
   * <p><i>Threads:</i> one of its own, which it may block; it holds nothing up. What it throws is
   * logged.
   */
  public CdcServiceBuilder failureListener(Consumer<ChangefeedSummary> listener) {
    failureListener = Optional.of(listener);
    return this;
  }

  /**
   * Sets where the node's threads come from, those of the built-in connectors included; default
   * daemon threads. Each is named {@code millrace-<changefeed>-<role>}, or {@code millrace-<role>}
   * where it works for all. What client libraries start is theirs.
   */
  public CdcServiceBuilder threads(ThreadFactory factory) {
    threads = new Threads(factory);
    return this;
  }

  /**
   * Adds what sinks may be: schemes such as {@code kafka}, addresses, or networks such as {@code
   * 10.0.0.0/8}. Where schemes are allowed, no others are; with networks likewise, but for parts of
   * denied ones. Of the networks that an address is in, the smallest decides.
   */
  public CdcServiceBuilder allowSinks(Collection<String> rules) {
    allowedSinks.addAll(rules);
    return this;
  }

  /** Adds what sinks may not be, likewise; by default all is allowed. */
  public CdcServiceBuilder denySinks(Collection<String> rules) {
    deniedSinks.addAll(rules);
    return this;
  }

  /**
   * Sets for how long a changefeed's checkpoint may stand still, while the upstream goes on, before
   * its error says who holds it; default one minute.
   */
  public CdcServiceBuilder stallAfter(Duration limit) {
    stallAfter = limit;
    return this;
  }

  /** Sets time, chance and threads, for tests and simulations. */
  public CdcServiceBuilder runtime(Runtime value) {
    runtime = value;
    return this;
  }

  /**
   * Returns the node, with its store open and not yet at work.
   *
   * @throws CdcException naming every value that is wrong, with the code of the first: {@link
   *     StandardErrorCode#SOURCE_URI_INVALID}, {@link StandardErrorCode#STORE_URI_INVALID}, {@link
   *     StandardErrorCode#API_INVALID_PARAM}; {@link StandardErrorCode#STORE_LOCKED}, {@link
   *     StandardErrorCode#CONNECTOR_MISSING}
   */
  public CdcService build() {
    Runtime given = runtime;
    Optional<ThreadCrew> own =
        given == null ? Optional.of(new ThreadCrew(threads)) : Optional.empty();
    Runtime used = given == null ? Wiring.systemRuntime(own.orElseThrow()) : given;
    Faults faults = new Faults();
    Setup setup = setup(upstream, used, faults);
    Wiring parts = Wiring.of(setup);
    faults.note(() -> parts.sources().of(setup.upstream()));
    faults.note(() -> parts.stores().of(setup.store()));
    faults.raise();
    Node node =
        Node.open(
            parts,
            own,
            used.crew(),
            failureListener.map(
                listener ->
                    store ->
                        new FailureWatch(
                            new StateTracker(store, parts.keys()),
                            used.crew().patience(),
                            listener)));
    return new CdcService(parts, node, setup);
  }

  /**
   * Returns the changefeeds of the store, to be written out or read in while no node works on it.
   * All that is set but the store does not count.
   *
   * @throws CdcException {@link StandardErrorCode#STORE_URI_INVALID}, {@link
   *     StandardErrorCode#STORE_LOCKED} while a node does
   */
  public ChangefeedArchive archive() {
    Faults faults = new Faults();
    Setup setup = setup("datagen:", Wiring.systemRuntime(new ThreadCrew(threads)), faults);
    Wiring parts = Wiring.of(setup);
    faults.note(() -> parts.stores().of(setup.store()));
    faults.raise();
    return new ChangefeedArchive(parts.store(), parts.keys());
  }

  private Setup setup(String read, Runtime used, Faults faults) {
    StandardErrorCode wrong = StandardErrorCode.SOURCE_URI_INVALID;
    ConnectorUri from =
        faults
            .read(() -> Addresses.parse("upstream", read, wrong))
            .orElseGet(() -> ConnectorUri.parse("datagen:", wrong));
    ConnectorUri kept =
        faults
            .read(() -> Addresses.parse("store", store, StandardErrorCode.STORE_URI_INVALID))
            .orElseGet(() -> ConnectorUri.parse("memory:", wrong));
    faults.check(HOST_AND_PORT.matcher(address).matches(), "address", address, "host:port");
    faults.check(VERSION.matcher(version).matches(), "version", version, "such as v1.2.3");
    faults.check(
        stallAfter.compareTo(Duration.ZERO) > 0, "stallAfter", stallAfter, "more than zero");
    certDir.ifPresent(
        each -> faults.check(Files.isDirectory(each), "certDir", each, "a directory"));
    String named = "of letters, digits, dots, dashes and underscores";
    faults.checkAll(NAME, "consumer name", consumers.keySet(), named);
    faults.checkAll(NAME, "protocol", encoders.keySet(), named);
    for (Map<String, ?> given : List.of(sinks, sources, stores)) {
      faults.checkAll(SCHEME, "scheme", given.keySet(), "one of a URI, such as pulsar");
    }
    SinkPolicy policy =
        faults
            .read(() -> new SinkPolicy(allowedSinks, deniedSinks))
            .orElseGet(() -> new SinkPolicy(List.of(), List.of()));
    return new Setup(
        from,
        kept,
        Setup.CLUSTER,
        address,
        zone,
        certDir,
        version,
        gitHash,
        logLevels,
        sinks,
        sources,
        stores,
        encoders,
        consumers,
        databases,
        policy,
        stallAfter,
        threads,
        used);
  }
}
