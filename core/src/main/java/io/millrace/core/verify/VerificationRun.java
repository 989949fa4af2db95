package io.millrace.core.verify;

import com.google.common.base.Ticker;
import io.millrace.api.CdcException;
import io.millrace.api.ChangefeedId;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.TableName;
import io.millrace.api.Tso;
import io.millrace.api.changefeed.ChangefeedSpec;
import io.millrace.api.changefeed.ChangefeedState;
import io.millrace.api.changefeed.Verification;
import io.millrace.api.changefeed.Verification.State;
import io.millrace.api.event.SourcePosition;
import io.millrace.api.snapshot.SqlSnapshot;
import io.millrace.core.changefeed.LifeCycle;
import io.millrace.core.changefeed.SpecValidator;
import io.millrace.core.filter.ChangefeedFilter;
import io.millrace.core.meta.ClusterState;
import io.millrace.core.meta.ClusterState.Feed;
import io.millrace.core.meta.PositionRecord;
import io.millrace.core.meta.StateTracker;
import io.millrace.core.worker.Worker;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One verification: holds the sink at one position, opens a snapshot on both sides, lets go of the
 * sink, and compares table by table.
 *
 * <p><i>Threads:</i> its worker; {@link #close} from any.
 */
final class VerificationRun implements Worker {
  private static final Logger LOG = System.getLogger(VerificationRun.class.getName());

  /** For how long rows wait at most before the upstream's snapshot is open. */
  private static final Duration STOP_LIMIT = Duration.ofSeconds(15);

  /** How long the sink may take to deliver what lies before the position. */
  private static final Duration REACH_LIMIT = Duration.ofMinutes(10);

  private static final Duration WRITE_EVERY = Duration.ofSeconds(1);

  private final ChangefeedId id;
  private final String incarnation;
  private final Duration patience;
  private final Ticker ticker;
  private final Supplier<Instant> clock;
  private final Supplier<SqlSnapshot> openUpstream;
  private final Supplier<SqlSnapshot> openDownstream;
  private final Supplier<SinkHold> openHold;
  private final StateTracker tracker;
  private final Predicate<Verification> journal;
  private final Runnable onEnd;

  private final Findings findings = new Findings();
  private final Deque<TableName> tables = new ArrayDeque<>();
  private Phase phase = Phase.STOPPING;
  private Verification told;
  private Optional<Tso> comparedTs = Optional.empty();
  private Optional<SourcePosition> position = Optional.empty();
  private int tableCount;
  private int tablesDone;
  private long phaseBegan;
  private long writtenAt;
  private boolean wished;
  private @Nullable Side upstreamSide;
  private @Nullable Side downstreamSide;
  private @Nullable TableComparison comparison;
  private volatile @Nullable SinkHold hold;
  private volatile @Nullable SqlSnapshot upstream;
  private volatile @Nullable SqlSnapshot downstream;
  private volatile boolean closed;

  private enum Phase {
    STOPPING,
    REACHING,
    COMPARING,
    OVER
  }

  /**
   * Creates a run.
   *
   * @param feed the changefeed
   * @param started what was written down of it
   * @param patience how long a step may wait
   * @param ticker measures limits
   * @param clock tells when it ended
   * @param openUpstream opens the upstream's snapshot
   * @param openDownstream opens the downstream's
   * @param openHold begins to hold the sink
   * @param tracker follows the cluster; closed with the run
   * @param journal writes down how it goes; false: it is not wanted any more
   * @param onEnd told when it is over
   */
  VerificationRun(
      Feed feed,
      Verification started,
      Duration patience,
      Ticker ticker,
      Supplier<Instant> clock,
      Supplier<SqlSnapshot> openUpstream,
      Supplier<SqlSnapshot> openDownstream,
      Supplier<SinkHold> openHold,
      StateTracker tracker,
      Predicate<Verification> journal,
      Runnable onEnd) {
    this.id = feed.id();
    this.incarnation = feed.spec().value().incarnation();
    this.told = started;
    this.patience = patience;
    this.ticker = ticker;
    this.clock = clock;
    this.openUpstream = openUpstream;
    this.openDownstream = openDownstream;
    this.openHold = openHold;
    this.tracker = tracker;
    this.journal = journal;
    this.onEnd = onEnd;
    this.phaseBegan = ticker.read();
    this.writtenAt = ticker.read();
  }

  @Override
  public boolean work() {
    if (closed || phase == Phase.OVER) {
      return false;
    }
    try {
      return step();
    } catch (SQLException | RuntimeException e) {
      if (!closed) {
        fail(e);
      }
      return true;
    }
  }

  private boolean step() throws SQLException {
    ClusterState state = tracker.poll(phase == Phase.COMPARING ? Duration.ZERO : patience);
    Feed feed = state.feed(id).filter(this::isNormal).orElseThrow(VerificationRun::notNormal);
    return switch (phase) {
      case STOPPING -> stop(state, feed);
      case REACHING -> reach(state, feed);
      case COMPARING -> compare();
      case OVER -> false;
    };
  }

  private boolean isNormal(Feed feed) {
    return feed.spec().value().incarnation().equals(incarnation)
        && LifeCycle.shown(feed) == ChangefeedState.NORMAL;
  }

  private static CdcException notNormal() {
    return failed("the changefeed is no longer in state normal");
  }

  private static CdcException failed(String why) {
    return new CdcException(StandardErrorCode.VERIFY_FAILED, why);
  }

  /** Has rows wait where they are, and opens the upstream's snapshot behind them. */
  private boolean stop(ClusterState state, Feed feed) throws SQLException {
    SinkHold held = hold();
    held.renew();
    if (!wished) {
      wished = held.begin();
      return limited(STOP_LIMIT, "another verification still holds the sink");
    }
    Optional<List<PositionRecord>> waiting = held.waiting(state, feed);
    if (waiting.isPresent()) {
      SqlSnapshot opened = kept(openUpstream.get(), true);
      SourcePosition at = opened.position().orElseThrow();
      if (SinkHold.isBefore(waiting.get(), at)) {
        position = Optional.of(at);
        upstreamSide = Side.of(opened);
        held.until(at);
        enter(Phase.REACHING);
        return true;
      }
      opened.close();
    }
    return limited(STOP_LIMIT, "the changefeed's processors did not stop");
  }

  private SinkHold hold() {
    SinkHold held = hold;
    if (held == null) {
      held = openHold.get();
      hold = held;
      if (closed) {
        held.close();
      }
    }
    return held;
  }

  private SqlSnapshot kept(SqlSnapshot opened, boolean up) {
    if (up) {
      upstream = opened;
    } else {
      downstream = opened;
    }
    if (closed) {
      opened.close();
    }
    return opened;
  }

  private boolean limited(Duration limit, String what) {
    if (ticker.read() - phaseBegan > limit.toNanos()) {
      throw failed(what + " within " + limit.toSeconds() + " s, try again");
    }
    return false;
  }

  private void enter(Phase next) {
    phase = next;
    phaseBegan = ticker.read();
  }

  /** Waits until all before the position is durable, and opens the downstream's snapshot. */
  private boolean reach(ClusterState state, Feed feed) throws SQLException {
    SinkHold held = hold();
    held.renew();
    SourcePosition at = position.orElseThrow();
    Optional<Tso> ts = reached(held, state, feed, at);
    if (ts.isEmpty()) {
      return limited(REACH_LIMIT, "the sink did not reach the position of the snapshot");
    }
    SqlSnapshot there = kept(openDownstream.get(), false);
    ClusterState after = tracker.poll(Duration.ZERO);
    Feed feedAfter = after.feed(id).filter(this::isNormal).orElseThrow(VerificationRun::notNormal);
    if (reached(held, after, feedAfter, at).isEmpty()) {
      throw failed("the sink was let go of too early, try again");
    }
    held.close();
    comparedTs = ts;
    downstreamSide = Side.of(there);
    gather(feedAfter);
    enter(Phase.COMPARING);
    LOG.log(
        Level.INFO,
        "verification compares changefeed={0} position={1} tables={2}",
        id,
        at,
        tableCount);
    return true;
  }

  private static Optional<Tso> reached(
      SinkHold held, ClusterState state, Feed feed, SourcePosition at) {
    Optional<List<PositionRecord>> waiting = held.waiting(state, feed);
    if (waiting.isPresent() && !SinkHold.isBefore(waiting.get(), at)) {
      throw failed("a processor went on while the sink was held, try again");
    }
    return waiting.flatMap(it -> SinkHold.durable(it, at));
  }

  private void gather(Feed feed) {
    ChangefeedSpec spec = feed.spec().value().spec();
    feed.tableNames().stream()
        .sorted(Comparator.comparing(TableName::toString))
        .forEach(tables::add);
    tableCount = tables.size();
    if (!spec.ignoreTxnStartTs().isEmpty()) {
      for (TableName table : tables) {
        findings.leaveOut(table, "the changefeed leaves transactions out (ignore_txn_start_ts)");
      }
      tablesDone = tableCount;
      tables.clear();
    }
    ChangefeedFilter filter = SpecValidator.filter(spec);
    for (TableName table : List.copyOf(tables)) {
      if (!filter.ignoredRows(table).isEmpty()) {
        findings.leaveOut(table, "the changefeed leaves rows out (event_filters)");
        tables.remove(table);
        tablesDone++;
      }
    }
  }

  /** Compares a chunk. */
  private boolean compare() throws SQLException {
    TableName table = tables.peek();
    if (table == null) {
      finish();
      return true;
    }
    if (chunk(table)) {
      comparison = null;
      tables.remove();
      tablesDone++;
    }
    if (ticker.read() - writtenAt >= WRITE_EVERY.toNanos()) {
      write(now(State.RUNNING, Optional.empty()));
    }
    return true;
  }

  private boolean chunk(TableName table) throws SQLException {
    TableComparison going = comparison;
    if (going == null) {
      Side one = upstreamSide;
      Side other = downstreamSide;
      if (one == null || other == null) {
        throw new IllegalStateException("the snapshots are not open");
      }
      going = new TableComparison(one, other, table, findings);
      comparison = going;
    }
    try {
      return going.step();
    } catch (SQLException e) {
      if (e.getSQLState() == null || e.getSQLState().startsWith("08")) {
        throw e;
      }
      findings.leaveOut(table, "a server refused to read it: " + masked(e));
      return true;
    }
  }

  /** Returns number and text of an error, with all that stands in quotes left out. */
  private static String masked(SQLException e) {
    String text = String.valueOf(e.getMessage()).replaceAll("'(?:[^'\\\\]|\\\\.)*'", "'?'");
    return "error " + e.getErrorCode() + ": " + text.lines().findFirst().orElse("");
  }

  private Verification now(State state, Optional<Instant> finished) {
    return new Verification(
        state,
        told.started(),
        finished,
        comparedTs,
        position.map(SourcePosition::toString),
        tableCount,
        tablesDone,
        findings.rows(),
        findings.differences(),
        findings.examples(),
        findings.leftOut(),
        Optional.empty());
  }

  private void write(Verification verification) {
    told = verification;
    writtenAt = ticker.read();
    if (!journal.test(verification)) {
      throw failed("the verification is not wanted any more");
    }
  }

  private void finish() {
    phase = Phase.OVER;
    write(now(State.FINISHED, Optional.of(clock.get())));
    LOG.log(
        Level.INFO,
        "verification finished changefeed={0} rows={1} differences={2} leftOut={3}",
        id,
        findings.rows(),
        findings.differences(),
        findings.leftOut().size());
    onEnd.run();
  }

  private void fail(Exception error) {
    phase = Phase.OVER;
    String why =
        error instanceof SQLException sql ? masked(sql) : String.valueOf(error.getMessage());
    LOG.log(Level.WARNING, "verification failed changefeed=" + id, error);
    try {
      Verification last = now(State.RUNNING, Optional.empty());
      if (!journal.test(last.failed(Optional.of(clock.get()), why))) {
        LOG.log(Level.DEBUG, "verification not written down changefeed={0}", id);
      }
    } catch (CdcException e) {
      LOG.log(Level.WARNING, "verification not written down changefeed=" + id, e);
    } finally {
      onEnd.run();
    }
  }

  @Override
  public void close() {
    closed = true;
    for (AutoCloseable each : new AutoCloseable[] {hold, upstream, downstream, tracker}) {
      try {
        if (each != null) {
          each.close();
        }
      } catch (Exception e) {
        LOG.log(Level.DEBUG, "closing a verification failed changefeed=" + id, e);
      }
    }
  }
}
