package io.millrace.core.owner;

import io.millrace.api.CaptureId;
import io.millrace.api.ChangefeedId;
import io.millrace.api.TableId;
import io.millrace.core.meta.ClusterState.Feed;
import io.millrace.testkit.ClusterInvariants;
import io.millrace.testkit.TestCluster;
import io.millrace.testkit.TestNode;
import io.millrace.testkit.sink.RecordingSink.Break;
import io.millrace.testkit.source.ScriptedSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A cluster of a few nodes and two tables, in the state to which a list of steps leads. */
final class BarrierModel {
  static final ChangefeedId ID = new ChangefeedId("f");
  private static final String HERALD = "f-herald";
  private static final String INTAKE = "f-intake";
  private static final String OUTLET = "f-outlet";
  private static final Duration ROUND = Duration.ofMillis(200);

  private final TestCluster cluster;
  private final ClusterInvariants invariants;
  private final boolean[] cut;
  private int moves;
  private int deaths;
  private int resignations;

  /** How many steps that are no work one path may have. */
  record Limits(int moves, int deaths, int resignations, boolean fine) {}

  /** What can happen. */
  enum Kind {
    /** A control loop's round; its upstream watch looks first. */
    CONTROL,
    /** An intake reads one log entry. */
    INTAKE,
    /** An outlet writes and flushes what it has. */
    OUTLET,
    /** Both, in turn: one log entry goes through a node. */
    DATA,
    /** A herald does its next order. */
    HERALD,
    /** Table 1 is ordered to the other node. */
    MOVE,
    /** A node is killed and its lease ends. */
    KILL,
    /** A node is killed in its herald's next order, before a schema change takes effect. */
    KILL_BEFORE_EFFECT,
    /** A node is killed in its herald's next order, after a schema change took effect. */
    KILL_AFTER_EFFECT,
    /** A node's lease ends; of what it does only the control loop stops. */
    CUT,
    /** The owner's key is deleted. */
    RESIGN;

    boolean isWork() {
      return switch (this) {
        case CONTROL, INTAKE, OUTLET, DATA, HERALD -> true;
        default -> false;
      };
    }
  }

  /** One step. */
  record Step(Kind kind, int node) {
    @Override
    public String toString() {
      return kind + " " + node;
    }
  }

  BarrierModel(Scripts script, int nodes) {
    ScriptedSource source = new ScriptedSource(1);
    Scripts.begin(source);
    cluster = new TestCluster(source);
    for (int i = 0; i < nodes; i++) {
      cluster.start();
    }
    invariants = new ClusterInvariants(cluster, ID);
    cut = new boolean[cluster.nodes().size()];
    cluster.create(ID);
    for (int i = 0; !isAtWork(); i++) {
      if (i > 20) {
        throw new IllegalStateException("not every node is at work: " + cluster.feed(ID).tasks());
      }
      for (int node = 0; node < cut.length; node++) {
        apply(new Step(Kind.CONTROL, node));
      }
    }
    script.write(source);
  }

  private boolean isAtWork() {
    Feed feed = cluster.feed(ID);
    return !feed.tasks().isEmpty()
        && feed.tasks().keySet().stream().allMatch(id -> feed.current(id).isPresent());
  }

  String fingerprint() {
    return Fingerprint.of(cluster) + moves + deaths + resignations;
  }

  /** Returns all steps that can be done now, work first. */
  List<Step> steps(Limits limits) {
    List<Step> steps = new ArrayList<>();
    int alive = 0;
    for (int node = 0; node < cut.length; node++) {
      if (!cluster.node(node).isKilled()) {
        alive += cut[node] ? 0 : 1;
        if (!cut[node]) {
          steps.add(new Step(Kind.CONTROL, node));
        }
        if (limits.fine()) {
          steps.add(new Step(Kind.OUTLET, node));
          steps.add(new Step(Kind.INTAKE, node));
        } else {
          steps.add(new Step(Kind.DATA, node));
        }
        steps.add(new Step(Kind.HERALD, node));
      }
    }
    if (moves < limits.moves()) {
      steps.add(new Step(Kind.MOVE, 0));
    }
    if (resignations < limits.resignations()) {
      steps.add(new Step(Kind.RESIGN, 0));
    }
    for (int node = 0; deaths < limits.deaths() && alive > 1 && node < cut.length; node++) {
      if (!cluster.node(node).isKilled() && !cut[node]) {
        steps.add(new Step(Kind.KILL, node));
        steps.add(new Step(Kind.CUT, node));
        if (cluster.node(node).crew().workers().contains(HERALD)) {
          steps.add(new Step(Kind.KILL_BEFORE_EFFECT, node));
          steps.add(new Step(Kind.KILL_AFTER_EFFECT, node));
        }
      }
    }
    return steps;
  }

  void apply(Step step) {
    TestNode node = cluster.node(step.node());
    Optional<CaptureId> by = step.kind().isWork() ? Optional.of(node.id()) : Optional.empty();
    switch (step.kind()) {
      case CONTROL -> {
        node.clock().advance(ROUND);
        cluster.step(step.node(), "upstream-watch");
        cluster.step(step.node(), "control");
      }
      case INTAKE -> cluster.step(step.node(), INTAKE);
      case OUTLET -> drain(step.node());
      case DATA -> {
        drain(step.node());
        cluster.step(step.node(), INTAKE);
        drain(step.node());
      }
      case HERALD -> cluster.step(step.node(), HERALD);
      case MOVE -> move();
      case KILL -> kill(step.node());
      case KILL_BEFORE_EFFECT -> killInOrder(step.node(), Break.BEFORE_EFFECT);
      case KILL_AFTER_EFFECT -> killInOrder(step.node(), Break.AFTER_EFFECT);
      case CUT -> {
        deaths++;
        cut[step.node()] = true;
        node.endLease();
      }
      case RESIGN -> {
        resignations++;
        cluster.resign();
      }
    }
    invariants.check(by);
  }

  private void drain(int node) {
    while (cluster.step(node, OUTLET)) {
      // on with the next event
    }
  }

  private void move() {
    moves++;
    TableId table = new TableId(1);
    Feed feed = cluster.feed(ID);
    for (TestNode node : cluster.nodes()) {
      boolean holds =
          Optional.ofNullable(feed.tasks().get(node.id()))
              .map(task -> task.value().tables().containsKey(table))
              .orElse(false);
      if (!holds) {
        cluster.move(ID, table, node.id());
        return;
      }
    }
  }

  private void kill(int node) {
    deaths++;
    cluster.kill(node);
    cluster.node(node).endLease();
  }

  private void killInOrder(int node, Break at) {
    cluster.sink().breakNextSchemaChange(at);
    cluster.step(node, HERALD);
    cluster.sink().mendSchemaChanges();
    kill(node);
  }

  /** Lets all go on until nothing is left to do, and checks that everything arrived. */
  void finish() {
    AssertionError last = new AssertionError("nothing ran");
    for (int i = 0; i < 300; i++) {
      try {
        invariants.checkComplete();
        return;
      } catch (AssertionError e) {
        last = e;
      }
      for (int node = 0; node < cut.length; node++) {
        if (!cluster.node(node).isKilled()) {
          if (!cut[node]) {
            apply(new Step(Kind.CONTROL, node));
          }
          apply(new Step(Kind.DATA, node));
          apply(new Step(Kind.HERALD, node));
        }
      }
    }
    throw last;
  }
}
