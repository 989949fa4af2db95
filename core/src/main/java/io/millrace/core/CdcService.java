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
import io.millrace.api.source.ChangeSource;
import io.millrace.api.source.Requirement;
import io.millrace.core.meta.ClusterState;
import io.millrace.core.metrics.Meters;
import io.millrace.core.verify.Verifications;
import io.millrace.core.wiring.Setup;
import io.millrace.core.wiring.Wiring;
import io.millrace.core.worker.Runtime;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;

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
  private final Setup setup;
  private final ChangeSource source;
  private final Trial trial;
  private final Meters meters;
  private final Queries queries;
  private final Waits waits;
  private final Commands commands;
  private final TableCommands tableCommands;
  private final Verifications verifications;

  CdcService(Wiring parts, Node node, Setup setup) {
    this.node = node;
    this.setup = setup;
    source = parts.source();
    meters = parts.node().meters();
    Runtime runtime = setup.runtime();
    trial = new Trial(setup.upstream(), source, parts.sinks(), setup.zone());
    queries = new Queries(parts.keys(), parts.store(), runtime.clock());
    waits = new Waits(parts.keys(), parts.store(), runtime.ticker());
    tableCommands = new TableCommands(parts.keys(), parts.store(), queries);
    verifications =
        new Verifications(
            parts.keys(), parts.store(), source, parts.sinks(), setup.zone(), runtime);
    commands =
        new Commands(
            parts.keys(),
            parts.store(),
            queries,
            waits,
            trial,
            runtime.clock(),
            runtime.ids(),
            setup.version());
  }

  /** Returns a builder. */
  public static CdcServiceBuilder builder() {
    return new CdcServiceBuilder();
  }

  /**
   * Registers the node, begins to work and returns its registration; does so only once. Whether the
   * upstream answers is not waited for: what changefeeds meet there is their own error, also {@link
   * StandardErrorCode#SOURCE_CHANGED} where it is another server than before.
   *
   * @throws CdcException {@link StandardErrorCode#SERVER_IS_NOT_READY} after {@link #close()};
   *     {@link StandardErrorCode#STORE_FAILED} if the store does not answer: it may be called again
   */
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
              setup.version(),
              setup.gitHash(),
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
    node.act(self -> setup.logLevels().accept(level));
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
   *     {@link StandardErrorCode#AWAIT_TIMEOUT}, also, at once, if the thread is interrupted, which
   *     it then still is
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
    return setup.zone();
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
}
