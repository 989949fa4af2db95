package io.millrace.testkit;

import io.millrace.api.CaptureId;
import io.millrace.api.sink.SinkProvider;
import io.millrace.api.source.ChangeSource;
import io.millrace.api.store.MetaStore;
import io.millrace.core.CdcService;
import io.millrace.core.CdcServiceBuilder;
import io.millrace.core.worker.Runtime;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;

/**
 * A node from its start to its end: a service whose workers are stepped, behind a {@link Border}.
 *
 * <p><i>Threads:</i> one at a time; its service any.
 */
final class NodeLife {
  private final SteppedCrew crew = new SteppedCrew();
  private final Border border;
  private final MetaStore store;
  private final ChangeSource source;
  private final List<CaptureId> ids = new ArrayList<>();
  private final SplittableRandom random;
  private final CdcService service;

  /**
   * Builds a node; {@link #start} has it begin.
   *
   * @param parts what it is built of, but store, upstream, sinks, time and threads
   * @param border its border
   * @param store its handle of the store
   * @param source its connection to the upstream
   * @param clock its clock
   * @param seed where its chance and its names come from
   */
  NodeLife(
      CdcServiceBuilder parts,
      Border border,
      MetaStore store,
      ChangeSource source,
      ManualClock clock,
      long seed) {
    this.border = border;
    this.store = store;
    this.source = source;
    this.random = new SplittableRandom(seed);
    this.service =
        parts
            .upstream("scripted:")
            .source(
                "scripted", request -> border.opened(ChangeSource.class, source, "ChangeSource"))
            .store("kept:")
            .store("kept", uri -> border.opened(MetaStore.class, store, "MetaStore"))
            .runtime(new Runtime(crew, clock, clock, random, this::name))
            .build();
  }

  /** Returns a sink whose calls pass the border of a node. */
  static SinkProvider guarded(Border border, SinkProvider sinks) {
    return border.guard(SinkProvider.class, sinks);
  }

  private UUID name() {
    UUID name = new UUID(random.nextLong(), random.nextLong());
    ids.add(new CaptureId(name.toString()));
    return name;
  }

  /** Has the node register. */
  void start() {
    service.start();
  }

  CdcService service() {
    return service;
  }

  Border border() {
    return border;
  }

  /** Returns all names it has drawn, its registrations among them. */
  List<CaptureId> ids() {
    return List.copyOf(ids);
  }

  /** Has each worker do a step; returns whether anything moved. Nothing of a killed node moves. */
  boolean step() {
    boolean moved = false;
    for (String worker : crew.workers()) {
      if (border.isDead()) {
        return false;
      }
      try {
        moved |= crew.step(worker);
      } catch (NodeCrash e) {
        return false;
      }
    }
    return moved;
  }

  /** Lets all go that a process holds: its leases end, what it had not flushed is gone. */
  void kill() {
    border.kill();
    crew.abandon();
    source.close();
    store.close();
  }
}
