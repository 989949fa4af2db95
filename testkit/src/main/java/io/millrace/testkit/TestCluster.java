package io.millrace.testkit;

import io.millrace.api.CaptureId;
import io.millrace.api.ChangefeedId;
import io.millrace.api.TableId;
import io.millrace.api.changefeed.ChangefeedSpec;
import io.millrace.api.event.Resolved;
import io.millrace.api.source.Head;
import io.millrace.api.store.Guard;
import io.millrace.api.store.MetaStore;
import io.millrace.api.store.Op;
import io.millrace.api.store.Snapshot;
import io.millrace.api.store.Txn;
import io.millrace.core.meta.ClusterState;
import io.millrace.core.meta.CommandRecord;
import io.millrace.core.meta.DrainRecord;
import io.millrace.core.meta.Keys;
import io.millrace.core.meta.SpecRecord;
import io.millrace.core.meta.StateTracker;
import io.millrace.core.meta.StoredJson;
import io.millrace.core.meta.Versioned;
import io.millrace.core.store.memory.MemoryStore;
import io.millrace.testkit.sink.RecordingSink;
import io.millrace.testkit.source.ScriptedSource;
import io.millrace.testkit.store.FaultyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A cluster in one thread: nodes over one store in memory, one scripted upstream and one recording
 * downstream. The test says who does a step, and when.
 *
 * <p>Each node has a clock of its own, and the store has one, by which leases lapse; {@link
 * #advance} moves them all. <i>Threads:</i> one.
 */
public final class TestCluster {
  /** The scheme of the recording downstream. */
  public static final String SINK = "recording";

  private static final Keys KEYS = new Keys("default");

  private final ManualClock clock = new ManualClock();
  private MemoryStore memory = new MemoryStore(clock);
  private MetaStore store = memory.open();
  private StateTracker tracker = new StateTracker(store, KEYS);
  private final ScriptedSource source;
  private final RecordingSink sink;
  private final List<TestNode> nodes = new ArrayList<>();
  private int registrations;
  private int commands;

  /** Creates a cluster without nodes, and an empty downstream. */
  public TestCluster(ScriptedSource source) {
    this(source, new RecordingSink());
  }

  /** Creates a cluster without nodes. */
  public TestCluster(ScriptedSource source, RecordingSink sink) {
    this.source = source;
    this.sink = sink;
  }

  /** Starts another node and returns its number, from 0. */
  public int start() {
    int number = nodes.size();
    nodes.add(
        new TestNode(
            KEYS,
            new FaultyStore(memory.open()),
            source,
            sink,
            number,
            () -> new CaptureId("n" + number + "r" + ++registrations)));
    return number;
  }

  /** Returns a node. */
  public TestNode node(int number) {
    return nodes.get(number);
  }

  /** Returns all nodes ever started. */
  public List<TestNode> nodes() {
    return List.copyOf(nodes);
  }

  /** Returns the upstream. */
  public ScriptedSource source() {
    return source;
  }

  /** Returns the downstream. */
  public RecordingSink sink() {
    return sink;
  }

  /** Returns a handle of the store. */
  public MetaStore store() {
    return store;
  }

  /** Returns where the cluster is stored. */
  public Keys keys() {
    return KEYS;
  }

  /** Returns the state as it is stored. */
  public ClusterState state() {
    return tracker.poll(Duration.ZERO);
  }

  /** Returns a changefeed as it is stored. */
  public ClusterState.Feed feed(ChangefeedId id) {
    return state().feed(id).orElseThrow();
  }

  /** Stores a changefeed that begins at the upstream's present end. */
  public void create(ChangefeedId id) {
    create(id, ChangefeedSpec.builder(SINK + "://").build(), "incarnation");
  }

  /** Stores a changefeed that begins at the upstream's present end; its incarnation is its id. */
  public void create(ChangefeedId id, ChangefeedSpec spec) {
    create(id, spec, id.value());
  }

  /** Stores a changefeed that begins at the upstream's present end. */
  public void create(ChangefeedId id, ChangefeedSpec spec, String incarnation) {
    Head head = source.now();
    SpecRecord record =
        new SpecRecord(
            spec.toBuilder().id(id.value()).startTs(head.ts()).build(),
            incarnation,
            SpecRecord.Wish.RUNNING,
            1,
            new Resolved(head.ts(), head.end()),
            clock.instant(),
            "v0.1.0");
    put(KEYS.spec(id), record);
  }

  /** Stores another wish for a changefeed, such as that it be removed. */
  public void wish(ChangefeedId id, SpecRecord.Wish wish) {
    Versioned<SpecRecord> stored = feed(id).spec();
    store.commit(
        new Txn(
            List.of(stored.unchanged()),
            List.of(new Op.Put(stored.key(), StoredJson.write(stored.value().wishing(wish))))));
  }

  /** Stores that a changefeed is to be removed. */
  public void remove(ChangefeedId id) {
    wish(id, SpecRecord.Wish.REMOVED);
  }

  /** Returns all that is stored and does not end with a lease. */
  public Snapshot copy() {
    Set<String> leased = new HashSet<>();
    for (CaptureId capture : state().captures().keySet()) {
      leased.add(KEYS.capture(capture));
      leased.add(KEYS.owner(capture));
    }
    Snapshot all = store.read("");
    return new Snapshot(
        all.revision(),
        all.entries().stream().filter(entry -> !leased.contains(entry.key())).toList());
  }

  /**
   * Kills all nodes and has the cluster stored as in a copy, in a new store whose revisions go on
   * from that of the copy. The caller starts new nodes.
   */
  public void restore(Snapshot copy) {
    for (int i = 0; i < nodes.size(); i++) {
      if (!nodes.get(i).isKilled()) {
        kill(i);
      }
    }
    tracker.close();
    memory = new MemoryStore(clock);
    store = memory.open();
    while (store.read("").revision() < copy.revision()) {
      store.commit(new Txn(List.of(), List.of(new Op.Put("passed", "{}", Optional.empty()))));
    }
    List<Op> ops = new ArrayList<>();
    copy.entries().forEach(entry -> ops.add(new Op.Put(entry.key(), entry.value())));
    store.commit(new Txn(List.of(), ops));
    tracker = new StateTracker(store, KEYS);
  }

  private void put(String key, Object record) {
    store.commit(
        new Txn(
            List.of(new Guard.Absent(key)), List.of(new Op.Put(key, StoredJson.write(record)))));
  }

  /** Commands that a table go to a capture. */
  public void move(ChangefeedId id, TableId table, CaptureId target) {
    put(KEYS.command(id, ++commands), CommandRecord.move(table, target));
  }

  /** Commands that tables be spread evenly. */
  public void rebalance(ChangefeedId id) {
    put(KEYS.command(id, ++commands), CommandRecord.rebalance());
  }

  /** Commands that a capture be emptied of tables. */
  public void drain(CaptureId capture) {
    put(KEYS.drain(capture), new DrainRecord());
  }

  /** Deletes the owner's key: the next candidate is the owner. Does nothing without an owner. */
  public void resign() {
    state()
        .owner()
        .ifPresent(
            owner ->
                store.commit(
                    new Txn(
                        List.of(owner.record().unchanged()),
                        List.of(new Op.Delete(owner.record().key())))));
  }

  /** Kills a node; its lease goes on until it lapses or is ended. */
  public void kill(int number) {
    nodes.get(number).kill();
    sink.killed(nodes.get(number).id());
  }

  /** Has a worker of a node do a step; returns whether anything moved. */
  public boolean step(int number, String worker) {
    TestNode node = nodes.get(number);
    return node.runs() && node.crew().step(worker);
  }

  /** Moves all clocks. */
  public void advance(Duration by) {
    clock.advance(by);
    nodes.forEach(node -> node.clock().advance(by));
  }

  /** Has all workers of all running nodes do a step; returns whether anything moved. */
  public boolean stepAll() {
    boolean moved = false;
    for (TestNode node : nodes) {
      moved |= node.runs() && node.crew().stepAll();
    }
    return moved;
  }

  /**
   * Lets time pass in steps of 200 ms, all running nodes working until nothing moves in each.
   *
   * @throws IllegalStateException if things do not come to rest
   */
  public void run(Duration time) {
    for (Duration left = time; left.toMillis() > 0; left = left.minusMillis(200)) {
      advance(Duration.ofMillis(200));
      int rounds = 0;
      while (stepAll()) {
        if (++rounds > 10_000) {
          throw new IllegalStateException("the cluster does not come to rest");
        }
      }
    }
  }
}
