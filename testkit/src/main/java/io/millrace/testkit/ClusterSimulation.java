package io.millrace.testkit;

import io.millrace.api.CaptureId;
import io.millrace.api.CdcException;
import io.millrace.api.ChangefeedId;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.TableId;
import io.millrace.api.TableName;
import io.millrace.api.changefeed.ChangefeedSpec;
import io.millrace.api.changefeed.ChangefeedState;
import io.millrace.api.store.Snapshot;
import io.millrace.core.meta.ClusterState.Feed;
import io.millrace.core.meta.SpecRecord.Wish;
import io.millrace.core.meta.StatusRecord;
import io.millrace.testkit.sink.Downstream;
import io.millrace.testkit.sink.RecordingSink;
import io.millrace.testkit.sink.RecordingSink.Break;
import io.millrace.testkit.source.ScriptedSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeSet;

/**
 * A cluster in one thread that a seed leads through work, rows and schema changes, commands of
 * users, and faults of everything there is. {@link ClusterInvariants} hold after every step; when
 * the storm is over, all is mended and everything must arrive.
 *
 * <p>Work is one worker's step on one node, in any order. Commands: move, rebalance, drain, resign,
 * pause, resume, remove and create again. Faults: nodes killed, killed inside a schema change,
 * stopped and woken, cut off from the store, started; leases that end; time that passes; a
 * downstream and an upstream that fail. At most one of the two that cannot be mended: the store put
 * back to an older copy, and an upstream that becomes a replica with another order. Those may leave
 * the changefeed failed with the error that names them, never with rows out of order or missing.
 *
 * <p>A sink of one's own can stand under it: then a row at or below a checkpoint must lie in that
 * {@link Downstream}, though its captures are killed at any time, and rows of a table in the order
 * of the log.
 *
 * <p><i>Threads:</i> one.
 */
public final class ClusterSimulation {
  private static final ChangefeedId ID = new ChangefeedId("f");
  private static final int MOST_NODES = 6;
  private static final int MOST_ENTRIES = 14;
  private static final int MOST_AT_ONCE = 3;
  private static final int WORK_PER_EVENT = 12;
  private static final Duration ROUND = Duration.ofMillis(200);

  private final long seed;
  private final SplittableRandom random;
  private final List<String> steps = new ArrayList<>();
  private final ScriptedSource source;
  private final TestCluster cluster;
  private final ClusterInvariants invariants;
  private final Map<Integer, Fault> faults = new HashMap<>();
  private final TreeSet<TableName> tables = new TreeSet<>();
  private Optional<Snapshot> copy = Optional.empty();
  private boolean restored;
  private boolean replaced;
  private int rows;
  private int entries;
  private int named;
  private int incarnations;

  /** What a node suffers; none: it is well. */
  private enum Fault {
    STOPPED,
    CUT_OFF
  }

  private ClusterSimulation(long seed, Optional<Downstream> own) {
    this.seed = seed;
    random = new SplittableRandom(seed);
    source = new ScriptedSource(1 + random.nextInt(3));
    cluster =
        new TestCluster(
            source, own.map(it -> new RecordingSink(it.sinks())).orElseGet(RecordingSink::new));
    if (random.nextBoolean() && own.isEmpty()) {
      cluster.sink().applyExactlyOnce();
    }
    for (int i = 0; i < 2; i++) {
      TableName table = name();
      source.add(table);
      tables.add(table);
    }
    invariants = new ClusterInvariants(cluster, ID, own);
  }

  /**
   * Runs a simulation.
   *
   * @param seed the same one does the same again
   * @param length how many steps the storm has
   * @throws AssertionError naming the seed and the steps
   */
  public static void run(long seed, int length) {
    new ClusterSimulation(seed, Optional.empty()).run(length);
  }

  /**
   * Runs a simulation on a downstream of one's own.
   *
   * @param seed the same one does the same again, as far as the downstream does
   * @param length how many steps the storm has
   * @param downstream an empty one
   * @throws AssertionError naming the seed and the steps
   */
  public static void run(long seed, int length, Downstream downstream) {
    new ClusterSimulation(seed, Optional.of(downstream)).run(length);
  }

  private void run(int length) {
    try {
      storm(length);
      settle();
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("seed " + seed + ": " + steps, e);
    }
  }

  private TableName name() {
    return new TableName("shop", "t" + ++named);
  }

  private void storm(int length) {
    for (int i = 2 + random.nextInt(2); i > 0; i--) {
      cluster.start();
    }
    create();
    for (int i = 0; i < length; i++) {
      if (random.nextInt(WORK_PER_EVENT) > 0) {
        work();
      } else {
        event();
      }
    }
  }

  private void create() {
    ChangefeedSpec spec = ChangefeedSpec.builder(TestCluster.SINK + "://").build();
    cluster.create(ID, spec, "incarnation" + ++incarnations);
    invariants.check(Optional.empty());
  }

  private void work() {
    List<TestNode> nodes = cluster.nodes().stream().filter(TestNode::runs).toList();
    if (nodes.isEmpty()) {
      return;
    }
    TestNode node = nodes.get(random.nextInt(nodes.size()));
    List<String> workers = node.crew().workers();
    if (workers.isEmpty()) {
      return;
    }
    String worker =
        random.nextInt(3) == 0 ? "control" : workers.get(random.nextInt(workers.size()));
    if (worker.equals("control")) {
      advance(Duration.ofMillis(50L * random.nextInt(5)));
    }
    work(node, worker);
  }

  private void advance(Duration time) {
    cluster.advance(time);
    // leases may have ended
    invariants.check(Optional.empty());
  }

  private void work(TestNode node, String worker) {
    CaptureId by = node.id();
    node.crew().step(worker);
    invariants.check(Optional.of(by));
  }

  // ---- what happens beside the work

  private void event() {
    switch (random.nextInt(12)) {
      case 0, 1, 2 -> upstream();
      case 3, 4 -> command();
      case 5, 6, 7 -> node();
      case 8 -> time();
      case 9 -> downstream();
      case 10 -> upstreamFault();
      default -> rare();
    }
    invariants.check(Optional.empty());
  }

  private void note(String what) {
    steps.add(what);
  }

  private TableName any() {
    return List.copyOf(tables).get(random.nextInt(tables.size()));
  }

  private void upstream() {
    if (entries >= MOST_ENTRIES || replaced) {
      return;
    }
    entries++;
    switch (random.nextInt(9)) {
      case 0 -> {
        note("alter");
        source.tellDefinitions(random.nextBoolean());
        source.alter(any());
      }
      case 1 -> {
        TableName table = name();
        note("create " + table);
        source.tellDefinitions(true);
        source.create(table);
        tables.add(table);
      }
      case 2 -> {
        if (tables.size() > 1) {
          TableName table = any();
          note("drop " + table);
          source.drop(table);
          tables.remove(table);
        }
      }
      case 3 -> {
        TableName from = any();
        TableName to = name();
        note("rename " + from + " to " + to);
        source.tellDefinitions(true);
        source.rename(from, to);
        tables.remove(from);
        tables.add(to);
      }
      case 4 -> {
        note("truncate");
        source.truncate(any());
      }
      default -> {
        TableName table = any();
        int transactions = 1 + random.nextInt(MOST_AT_ONCE);
        note("insert " + table + " x " + transactions);
        for (int i = 0; i < transactions; i++) {
          source.insert(++rows, table);
        }
      }
    }
  }

  private void command() {
    Optional<Feed> feed = cluster.state().feed(ID);
    if (feed.isEmpty()) {
      note("create the changefeed");
      create();
      return;
    }
    switch (random.nextInt(7)) {
      case 0, 1 -> {
        List<CaptureId> captures = List.copyOf(cluster.state().captures().keySet());
        if (!captures.isEmpty() && feed.get().spec().value().wish() != Wish.REMOVED) {
          note("move");
          cluster.move(
              ID,
              new TableId(1 + random.nextInt(4)),
              captures.get(random.nextInt(captures.size())));
        }
      }
      case 2 -> {
        note("rebalance");
        cluster.rebalance(ID);
      }
      case 3 -> {
        note("resign");
        cluster.resign();
      }
      case 4 -> wish(Wish.STOPPED);
      case 5 -> wish(Wish.RUNNING);
      default -> {
        if (random.nextInt(3) == 0) {
          wish(Wish.REMOVED);
        }
      }
    }
  }

  private void wish(Wish wish) {
    if (cluster.feed(ID).spec().value().wish() != Wish.REMOVED) {
      note("wish " + wish);
      cluster.wish(ID, wish);
    }
  }

  private void node() {
    int number = random.nextInt(cluster.nodes().size());
    TestNode node = cluster.node(number);
    if (node.isKilled()) {
      if (cluster.nodes().size() < MOST_NODES) {
        note("start");
        cluster.start();
      }
      return;
    }
    Fault fault = faults.remove(number);
    if (fault == Fault.STOPPED) {
      note("wake " + number);
      node.resume();
      return;
    }
    if (fault == Fault.CUT_OFF) {
      note("reconnect " + number);
      node.reconnect();
      return;
    }
    switch (random.nextInt(6)) {
      case 0 -> {
        note("stop " + number);
        faults.put(number, Fault.STOPPED);
        node.stop();
      }
      case 1 -> {
        note("cut off " + number);
        faults.put(number, Fault.CUT_OFF);
        node.cutOff();
      }
      case 2 -> kill(number);
      case 3 -> {
        note("start");
        if (cluster.nodes().size() < MOST_NODES) {
          cluster.start();
        }
      }
      default -> killInSchemaChange(number);
    }
  }

  private void kill(int number) {
    note("kill " + number);
    cluster.kill(number);
    if (random.nextBoolean()) {
      cluster.node(number).endLease();
    }
  }

  private void killInSchemaChange(int number) {
    List<String> workers = cluster.node(number).crew().workers();
    String herald = ID + "-herald";
    if (workers.contains(herald) && !source.schemaChanges().isEmpty()) {
      Break at = random.nextBoolean() ? Break.BEFORE_EFFECT : Break.AFTER_EFFECT;
      note("kill " + number + " " + at);
      cluster.sink().breakNextSchemaChange(at);
      work(cluster.node(number), herald);
      cluster.sink().mendSchemaChanges();
      cluster.kill(number);
    }
  }

  /** Lets time pass in which those that can renew their leases, and the others' run out. */
  private void time() {
    note("time");
    for (int i = 0; i < 7; i++) {
      advance(Duration.ofSeconds(2));
      for (TestNode node : cluster.nodes()) {
        if (node.runs()) {
          work(node, "control");
        }
      }
    }
  }

  private void downstream() {
    note("downstream fails");
    StandardErrorCode code = StandardErrorCode.CONSUMER_FAILED;
    cluster.sink().fail(new CdcException(code, "a fault of the simulation"));
    for (int i = random.nextInt(8); i > 0; i--) {
      work();
    }
    cluster.sink().mend();
  }

  private void upstreamFault() {
    note("upstream fails");
    source.fail(
        new CdcException(StandardErrorCode.SOURCE_UNAVAILABLE, "a fault of the simulation"));
    for (int i = random.nextInt(8); i > 0; i--) {
      work();
    }
    source.mend();
  }

  private void rare() {
    if (restored || replaced) {
      return;
    }
    if (copy.isEmpty()) {
      note("copy the store");
      copy = Optional.of(cluster.copy());
    } else if (random.nextInt(3) == 0) {
      note("restore the store");
      restored = true;
      cluster.restore(copy.get());
      cluster.start();
      cluster.start();
      faults.clear();
      invariants.restored();
    } else if (random.nextInt(8) == 0) {
      note("another upstream");
      replaced = true;
      source.becomeReorderedReplica();
    }
  }

  // ---- the calm after it

  private void settle() {
    note("calm");
    cluster.sink().mend();
    source.mend();
    faults.forEach(
        (number, fault) -> {
          cluster.node(number).resume();
          cluster.node(number).reconnect();
        });
    if (cluster.nodes().stream().noneMatch(TestNode::runs)) {
      cluster.start();
    }
    AssertionError last = new AssertionError("nothing ran");
    boolean asked = false;
    for (int i = 0; i < 2_000; i++) {
      Optional<Feed> feed = cluster.state().feed(ID);
      if (feed.isEmpty()) {
        create();
      } else if (!asked && feed.get().spec().value().wish() != Wish.REMOVED) {
        // forgets errors, and goes on where it was paused
        asked = true;
        cluster.wish(ID, Wish.RUNNING);
        if (!replaced) {
          source.insert(1000, any());
        }
        invariants.check(Optional.empty());
      }
      if (asked) {
        try {
          if (!mayHaveFailed()) {
            invariants.checkComplete();
          }
          return;
        } catch (AssertionError e) {
          last = e;
        }
      }
      calmRound();
    }
    throw last;
  }

  private void calmRound() {
    advance(ROUND);
    for (TestNode node : cluster.nodes()) {
      if (node.runs()) {
        for (String worker : node.crew().workers()) {
          work(node, worker);
        }
      }
    }
  }

  /** Returns whether the changefeed failed, and names what cannot be mended. */
  private boolean mayHaveFailed() {
    Optional<StatusRecord> status = cluster.feed(ID).status().map(it -> it.value());
    if (status.map(StatusRecord::state).equals(Optional.of(ChangefeedState.FAILED))) {
      String code = status.get().error().orElseThrow().code();
      if (replaced && code.equals(StandardErrorCode.SOURCE_CHANGED.code())) {
        return true;
      }
      if (restored && code.equals(StandardErrorCode.EPOCH_BEHIND.code())) {
        return true;
      }
      throw new AssertionError("failed with " + status.get().error());
    }
    return false;
  }

  @Override
  public String toString() {
    return "simulation of seed " + seed;
  }
}
