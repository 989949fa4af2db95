package io.millrace.core;

import io.millrace.api.CaptureId;
import io.millrace.api.CdcException;
import io.millrace.api.ChangefeedId;
import io.millrace.api.ConnectorUri;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.TableId;
import io.millrace.api.Tso;
import io.millrace.api.changefeed.ChangefeedDetail;
import io.millrace.api.changefeed.ChangefeedSpec;
import io.millrace.api.changefeed.ChangefeedSummary;
import io.millrace.api.changefeed.ChangefeedUpdate;
import io.millrace.api.changefeed.Verification;
import io.millrace.api.cluster.CaptureInfo;
import io.millrace.api.cluster.LogLevel;
import io.millrace.api.cluster.Metric;
import io.millrace.api.cluster.ProcessorDetail;
import io.millrace.api.cluster.ProcessorRef;
import io.millrace.api.cluster.ServerStatus;
import io.millrace.api.codec.EncoderProvider;
import io.millrace.api.consumer.ChangeConsumer;
import io.millrace.api.sink.SinkProvider;
import io.millrace.api.source.ChangeSource;
import io.millrace.api.source.Requirement;
import io.millrace.api.source.SourceProvider;
import io.millrace.api.store.StoreProvider;
import io.millrace.core.connector.Addresses;
import io.millrace.core.connector.SinkPolicy;
import io.millrace.core.meta.ClusterState;
import io.millrace.core.meta.StateTracker;
import io.millrace.core.metrics.Meters;
import io.millrace.core.verify.Verifications;
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

/**
 * One node of a cluster that replicates changes of an upstream to sinks: it works on changefeeds
 * together with the other nodes on the same metadata store, and answers for the cluster as a whole.
 *
 * <p>Commands return when what is wanted is stored; the cluster follows soon after. Queries read
 * the store, so a caller sees its own commands.
 *
 * <p><i>Threads:</i> any; every method but {@link #ready()} and {@link #zone()} may block for as
 * long as the store, the upstream or a sink takes. <i>Errors:</i> {@link CdcException} only; {@link
 * StandardErrorCode#SERVER_IS_NOT_READY} from every method but {@link #start()}, {@link #ready()},
 * {@link #zone()} and {@link #close()} while the node is not registered, and {@link
 * StandardErrorCode#STORE_FAILED} while the store does not answer. <i>Source:</i> API v1.
 */
public final class CdcService implements AutoCloseable {
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

  private final Node node;
  private final ZoneId zone;
  private final String version;
  private final String gitHash;
  private final Consumer<LogLevel> logLevels;
  private final ChangeSource source;
  private final Trial trial;
  private final Meters meters;
  private final Queries queries;
  private final Waits waits;
  private final Commands commands;
  private final TableCommands tableCommands;
  private final Verifications verifications;

  private CdcService(Wiring parts, Node node, Setup setup, Builder given) {
    this.node = node;
    zone = setup.zone();
    version = setup.version();
    gitHash = given.gitHash;
    logLevels = given.logLevels;
    source = parts.source();
    meters = parts.node().meters();
    Runtime runtime = setup.runtime();
    trial = new Trial(setup.upstream(), source, parts.sinks(), zone);
    queries = new Queries(parts.keys(), parts.store(), runtime.clock());
    waits = new Waits(parts.keys(), parts.store(), runtime.ticker());
    tableCommands = new TableCommands(parts.keys(), parts.store(), queries);
    verifications =
        new Verifications(parts.keys(), parts.store(), source, parts.sinks(), zone, runtime);
    commands =
        new Commands(
            parts.keys(),
            parts.store(),
            queries,
            waits,
            trial,
            runtime.clock(),
            runtime.ids(),
            version);
  }

  /** Returns a builder. */
  public static Builder builder() {
    return new Builder();
  }

  /** Registers the node, begins to work and returns its registration; does so only once. */
  public CaptureId start() {
    return node.start();
  }

  /** Returns whether the node is registered and answers. */
  public boolean ready() {
    return node.isReady();
  }

  /** Returns what this node says of itself. */
  public ServerStatus status() {
    return node.answer(
        self -> {
          ClusterState state = queries.state();
          return new ServerStatus(
              version,
              gitHash,
              self,
              ProcessHandle.current().pid(),
              state.isOwner(self),
              state.drains().containsKey(self));
        });
  }

  /**
   * Returns if the cluster is healthy: the store answers, and an owner has decided lately.
   *
   * @throws CdcException {@link StandardErrorCode#OWNER_NOT_FOUND}, {@link
   *     StandardErrorCode#CLUSTER_IS_UNHEALTHY}
   */
  public void checkHealth() {
    node.act(self -> queries.checkHealth());
  }

  /** Sets how much this process logs; it is effective on return. */
  public void setLogLevel(LogLevel level) {
    node.act(self -> logLevels.accept(level));
  }

  /**
   * Creates a changefeed, after its downstream has been reached.
   *
   * @return its name
   * @throws CdcException {@link StandardErrorCode#CHANGEFEED_ALREADY_EXISTS}, or naming the first
   *     part of the specification that is wrong
   */
  public ChangefeedId create(ChangefeedSpec spec) {
    return node.answer(self -> commands.create(spec, self));
  }

  /**
   * Creates a changefeed, or accepts one of its name that was asked for alike; a start ts of 0 is
   * alike to any.
   *
   * @throws CdcException {@link StandardErrorCode#CHANGEFEED_ALREADY_EXISTS} if there is another of
   *     its name; else as {@link #create}
   */
  public ChangefeedId ensure(ChangefeedSpec spec) {
    return node.answer(self -> commands.ensure(spec, self));
  }

  /**
   * Changes the configuration of a stopped or failed changefeed; all of it or nothing.
   *
   * @param update where its sink URI is masked as {@link ConnectorUri#masked()} does, the old
   *     secret stays
   * @throws CdcException {@link StandardErrorCode#CHANGEFEED_NOT_EXISTS}, {@link
   *     StandardErrorCode#CHANGEFEED_UPDATE_REFUSED}
   */
  public void update(ChangefeedId id, ChangefeedUpdate update) {
    node.act(self -> commands.update(id, update, self));
  }

  /** Returns if the changefeed may be updated in its present state; throws as {@link #update}. */
  public void checkUpdatable(ChangefeedId id) {
    node.act(self -> commands.checkUpdatable(id));
  }

  /**
   * Has a changefeed rest; one that is neither normal nor in error stays as it is.
   *
   * @throws CdcException {@link StandardErrorCode#CHANGEFEED_NOT_EXISTS}
   */
  public void pause(ChangefeedId id) {
    node.act(self -> commands.pause(id));
  }

  /**
   * Has a changefeed go on from its checkpoint, its errors forgotten; a normal one stays as it is.
   *
   * @throws CdcException {@link StandardErrorCode#CHANGEFEED_NOT_EXISTS}
   */
  public void resume(ChangefeedId id) {
    node.act(self -> commands.resume(id));
  }

  /**
   * Has a changefeed taken down; it is missing from now on.
   *
   * @throws CdcException {@link StandardErrorCode#CHANGEFEED_NOT_EXISTS}
   */
  public void remove(ChangefeedId id) {
    node.act(self -> commands.remove(id));
  }

  /** Returns all changefeeds, in every state, by id; may be empty. */
  public List<ChangefeedSummary> changefeeds() {
    return node.answer(self -> queries.changefeeds());
  }

  /**
   * Returns a changefeed in full. Its sink URI is as it was written, secrets included.
   *
   * @throws CdcException {@link StandardErrorCode#CHANGEFEED_NOT_EXISTS}
   */
  public ChangefeedDetail changefeed(ChangefeedId id) {
    return node.answer(self -> queries.changefeed(id));
  }

  /**
   * Returns when everything of a changefeed at or below a ts is durable downstream.
   *
   * @param limit how long to wait at most
   * @throws CdcException {@link StandardErrorCode#CHANGEFEED_NOT_EXISTS}; {@link
   *     StandardErrorCode#CHANGEFEED_ABNORMAL_STATE}, at once, if it does not run or ends before;
   *     {@link StandardErrorCode#AWAIT_TIMEOUT}
   */
  public void awaitCheckpoint(ChangefeedId id, Tso ts, Duration limit) {
    node.act(self -> waits.checkpoint(id, ts, limit));
  }

  /** Returns as {@link #awaitCheckpoint} for all that the upstream has committed by now. */
  public void awaitCaughtUp(ChangefeedId id, Duration limit) {
    node.act(self -> waits.checkpoint(id, trial.now().ts(), limit));
  }

  /** Returns every pair of changefeed in state normal and live capture, in this order. */
  public List<ProcessorRef> processors() {
    return node.answer(self -> queries.processors());
  }

  /**
   * Returns one capture's work for one changefeed.
   *
   * @throws CdcException {@link StandardErrorCode#CHANGEFEED_NOT_EXISTS}, {@link
   *     StandardErrorCode#CAPTURE_NOT_EXIST}; {@link StandardErrorCode#API_INVALID_PARAM} if the
   *     changefeed is not in state normal
   */
  public ProcessorDetail processor(ChangefeedId changefeed, CaptureId capture) {
    return node.answer(self -> queries.processor(changefeed, capture));
  }

  /**
   * Has a changefeed's tables spread evenly over the captures; without effect unless it is in state
   * normal.
   *
   * @throws CdcException {@link StandardErrorCode#CHANGEFEED_NOT_EXISTS}; {@link
   *     StandardErrorCode#SCHEDULER_BUSY} if too many such requests wait
   */
  public void rebalanceTables(ChangefeedId id) {
    node.act(self -> tableCommands.rebalance(id));
  }

  /**
   * Has a table of a changefeed go to a capture; without effect where there is no such table or
   * live capture, and unless the changefeed is in state normal.
   *
   * @throws CdcException as {@link #rebalanceTables}
   */
  public void moveTable(ChangefeedId id, TableId table, CaptureId target) {
    node.act(self -> tableCommands.move(id, table, target));
  }

  /**
   * Begins to compare upstream and downstream of a changefeed, as of one position, while it goes
   * on: rows wait for a moment. Works for MySQL and MariaDB upstream and the sinks {@code mysql},
   * {@code mariadb} and {@code tidb}. What {@link #verification} tells of an earlier comparison is
   * forgotten.
   *
   * @throws CdcException {@link StandardErrorCode#CHANGEFEED_NOT_EXISTS}; {@link
   *     StandardErrorCode#CHANGEFEED_ABNORMAL_STATE} unless it is in state normal; {@link
   *     StandardErrorCode#VERIFY_UNSUPPORTED} with another upstream or sink; {@link
   *     StandardErrorCode#VERIFY_RUNNING}
   */
  public void verify(ChangefeedId id) {
    node.act(
        self -> {
          ClusterState state = queries.state();
          verifications.start(self, state, Queries.feed(state, id));
        });
  }

  /**
   * Returns how the last verification of a changefeed goes or went, on whichever node; {@link
   * Verification#NONE} if there was none.
   *
   * @throws CdcException {@link StandardErrorCode#CHANGEFEED_NOT_EXISTS}
   */
  public Verification verification(ChangefeedId id) {
    return node.answer(
        self -> {
          ClusterState state = queries.state();
          return Verifications.last(state, Queries.feed(state, id));
        });
  }

  /**
   * Has the owner give its role up and stand behind the other captures; without effect while there
   * is none. With one capture the same one becomes owner again.
   */
  public void resignOwner() {
    node.act(self -> tableCommands.resign());
  }

  /**
   * Has a capture give all its tables to others, and take no new ones as long as it lives. Repeat
   * it until it returns 0.
   *
   * @return how many tables it still has
   * @throws CdcException {@link StandardErrorCode#CAPTURE_NOT_EXIST}; {@link
   *     StandardErrorCode#SCHEDULER_REQUEST_FAILED} if it is the owner or the only capture; {@link
   *     StandardErrorCode#SCHEDULER_BUSY} while another is being drained
   */
  public int drain(CaptureId capture) {
    return node.answer(self -> tableCommands.drain(capture));
  }

  /** Returns the live captures by id; at most one is the owner. */
  public List<CaptureInfo> captures() {
    return node.answer(self -> queries.captures());
  }

  /**
   * Returns what this node measures now: of its own work, and as owner of the changefeeds; by
   * TiCDC's names where it has them.
   */
  public List<Metric> metrics() {
    return node.answer(self -> queries.metrics(self, meters));
  }

  /** Returns every setting and grant that reading the upstream needs, whether met or not. */
  public List<Requirement> checkUpstream() {
    return node.answer(self -> source.check());
  }

  /** Returns the node's time zone. */
  public ZoneId zone() {
    return zone;
  }

  /** Closes as {@link #close(Duration)}, waiting 10 s. */
  @Override
  public void close() {
    close(CLOSE_LIMIT);
  }

  /**
   * Stops working, hands the registration back and lets go of upstream and store. Calling it again
   * does nothing.
   *
   * @param timeout how long to wait for the node's threads
   * @return whether they all ended in time; where the builder was given a runtime, its threads are
   *     not waited for
   */
  public boolean close(Duration timeout) {
    return node.close(timeout);
  }

  /** Puts a node together. <i>Threads:</i> one. */
  public static final class Builder {
    private static final Pattern HOST_AND_PORT = Pattern.compile("\\S+:\\d{1,5}");
    private static final Pattern VERSION = Pattern.compile("v\\d+\\.\\d+\\.\\d+(?:[-+.]\\S*)?");
    private static final Pattern CONSUMER = Pattern.compile("[\\w.-]+");
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
    private SinkPolicy sinkPolicy = new SinkPolicy(List.of(), List.of());
    private Duration stallAfter = Duration.ofMinutes(1);
    private final Map<String, DataSource> databases = new HashMap<>();
    private Optional<Consumer<ChangefeedSummary>> failureListener = Optional.empty();
    private Threads threads = new Threads();
    private @Nullable Runtime runtime;

    private Builder() {}

    /** Sets the server that is read, for instance {@code mysql://user:password@host:3306}. */
    public Builder upstream(String uri) {
      upstream = uri;
      return this;
    }

    /** Sets the metadata store; default {@code memory:}, which forgets all when closed. */
    public Builder store(String uri) {
      store = uri;
      return this;
    }

    /** Sets the advertised {@code host:port}; default {@code 127.0.0.1:8300}. */
    public Builder address(String hostAndPort) {
      address = hostAndPort;
      return this;
    }

    /** Sets the node's time zone, in which TIMESTAMP values are rendered; default the system's. */
    public Builder zone(ZoneId value) {
      zone = value;
      return this;
    }

    /**
     * Sets the only directory in which certificates that the URIs of upstream and sinks name may
     * lie.
     */
    public Builder certDir(Path directory) {
      certDir = Optional.of(directory);
      return this;
    }

    /** Sets what changes the log level; default the root logger of {@code java.util.logging}. */
    public Builder logLevelHook(Consumer<LogLevel> hook) {
      logLevels = hook;
      return this;
    }

    /** Sets the version, {@code v} and a semantic one, and the build's commit or nothing. */
    public Builder version(String version, String gitHash) {
      this.version = version;
      this.gitHash = gitHash;
      return this;
    }

    /** Adds a sink, or replaces a built-in one. */
    public Builder sink(String scheme, SinkProvider provider) {
      sinks.put(scheme.toLowerCase(Locale.ROOT), provider);
      return this;
    }

    /** Adds an upstream, or replaces a built-in one. */
    public Builder source(String scheme, SourceProvider provider) {
      sources.put(scheme.toLowerCase(Locale.ROOT), provider);
      return this;
    }

    /** Adds a metadata store, or replaces a built-in one. */
    public Builder store(String scheme, StoreProvider provider) {
      stores.put(scheme.toLowerCase(Locale.ROOT), provider);
      return this;
    }

    /** Adds an encoder, or replaces a built-in one. */
    public Builder encoder(String protocol, EncoderProvider provider) {
      encoders.put(protocol.toLowerCase(Locale.ROOT), provider);
      return this;
    }

    /** Adds a callback, the sink {@code consumer://name}. */
    public Builder consumer(String name, ChangeConsumer consumer) {
      consumers.put(name, consumer);
      return this;
    }

    /**
     * Adds a callback as {@link #consumer(String, ChangeConsumer)}, which may acknowledge in its
     * own transactions of a database ({@link io.millrace.api.consumer.Changes#ackIn}). There the
     * sink keeps the table {@code millrace_progress}, which it makes if it is missing: a row for
     * each table of a changefeed, to be deleted with it.
     *
     * @param database gives connections to that database, in the schema where the callback works;
     *     best a pool
     */
    public Builder consumer(String name, ChangeConsumer consumer, DataSource database) {
      databases.put(name, database);
      return consumer(name, consumer);
    }

    /**
     * Sets who is told what changefeeds of the whole cluster meet: each error once, when it is met
     * and again when another comes or the state changes; at the start, those that last. What is
     * told has state {@code error} or {@code failed} and the error; or state {@code normal} where a
     * changefeed stands still.
     *
     * <p><i>Threads:</i> one of its own, which it may block; it holds nothing up. What it throws is
     * logged.
     */
    public Builder failureListener(Consumer<ChangefeedSummary> listener) {
      failureListener = Optional.of(listener);
      return this;
    }

    /**
     * Sets where the node's threads come from, those of the built-in connectors included; default
     * daemon threads. Each is named {@code millrace-<changefeed>-<role>}, or {@code
     * millrace-<role>} where it works for all. What client libraries start is theirs.
     */
    public Builder threads(ThreadFactory factory) {
      threads = new Threads(factory);
      return this;
    }

    /**
     * Adds what sinks may be: schemes such as {@code kafka}, addresses, or networks such as {@code
     * 10.0.0.0/8}. Where schemes are allowed, no others are; with networks likewise, but for parts
     * of denied ones. Of the networks that an address is in, the smallest decides.
     *
     * @throws IllegalArgumentException naming the rule that is none of these
     */
    public Builder allowSinks(Collection<String> rules) {
      allowedSinks.addAll(rules);
      return checked();
    }

    /** Adds what sinks may not be, likewise; by default all is allowed. */
    public Builder denySinks(Collection<String> rules) {
      deniedSinks.addAll(rules);
      return checked();
    }

    private Builder checked() {
      sinkPolicy = new SinkPolicy(allowedSinks, deniedSinks);
      return this;
    }

    /**
     * Sets for how long a changefeed's checkpoint may stand still, while the upstream goes on,
     * before its error says who holds it; default one minute.
     */
    public Builder stallAfter(Duration limit) {
      stallAfter = limit;
      return this;
    }

    /** Sets time, chance and threads, for tests and simulations. */
    public Builder runtime(Runtime value) {
      runtime = value;
      return this;
    }

    /**
     * Returns the node, with its store open and not yet at work.
     *
     * @throws CdcException naming every value that is wrong, with the code of the first: {@link
     *     StandardErrorCode#SOURCE_URI_INVALID}, {@link StandardErrorCode#STORE_URI_INVALID},
     *     {@link StandardErrorCode#API_INVALID_PARAM}; {@link StandardErrorCode#STORE_LOCKED},
     *     {@link StandardErrorCode#CONNECTOR_MISSING}
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
      return new CdcService(parts, node, setup, this);
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
      for (String each : consumers.keySet()) {
        faults.check(
            CONSUMER.matcher(each).matches(),
            "consumer name",
            each,
            "of letters, digits, dots, dashes and underscores");
      }
      for (Map<String, ?> given : List.of(sinks, sources, stores)) {
        for (String each : given.keySet()) {
          faults.check(
              SCHEME.matcher(each).matches(), "scheme", each, "one of a URI, such as pulsar");
        }
      }
      return new Setup(
          from,
          kept,
          Setup.CLUSTER,
          address,
          zone,
          certDir,
          version,
          sinks,
          sources,
          stores,
          encoders,
          consumers,
          databases,
          sinkPolicy,
          stallAfter,
          threads,
          used);
    }
  }
}
