package io.millrace.core.capture;

import com.google.common.base.Ticker;
import io.millrace.api.CaptureId;
import io.millrace.api.CdcException;
import io.millrace.api.sink.SinkProvider;
import io.millrace.api.source.ChangeSource;
import io.millrace.api.store.MetaStore;
import io.millrace.core.connector.Schemes;
import io.millrace.core.meta.CaptureRecord;
import io.millrace.core.meta.Keys;
import io.millrace.core.metrics.Meters;
import io.millrace.core.owner.OwnerTools;
import io.millrace.core.processor.Tools;
import io.millrace.core.worker.Crew;
import io.millrace.core.worker.Mandate;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * One running node of a cluster.
 *
 * <p><i>Threads:</i> any.
 */
public final class CaptureNode implements AutoCloseable {
  private static final String CONTROL = "control";
  private static final long BUFFER_BYTES = 8L << 20;

  private final Crew crew;
  private final ControlLoop loop;
  private final Meters meters;

  /**
   * Creates a node; {@link #start} sets it to work.
   *
   * @param keys where the cluster is stored
   * @param self what it registers as
   * @param store the store
   * @param source the upstream
   * @param sinks the downstreams it can open
   * @param zone its zone
   * @param crew keeps its workers at work
   * @param ticker measures leases and intervals
   * @param clock the wall clock
   * @param meters measure its work
   * @param random spreads attempts
   * @param stallAfter for how long a checkpoint may stand still before that is shown
   * @param ids makes a new id for each registration
   */
  public CaptureNode(
      Keys keys,
      CaptureRecord self,
      MetaStore store,
      ChangeSource source,
      Schemes<SinkProvider> sinks,
      ZoneId zone,
      Crew crew,
      Ticker ticker,
      InstantSource clock,
      Meters meters,
      RandomGenerator random,
      Duration stallAfter,
      Supplier<CaptureId> ids) {
    Mandate mandate = new Mandate(ticker, clock);
    this.crew = crew;
    this.meters = meters;
    this.loop =
        new ControlLoop(
            new Registration(keys, self, store, mandate, ids),
            new OwnerTools(
                self, source, sinks, zone, crew, mandate, ticker, meters, random, stallAfter),
            new Tools(self, source, sinks, zone, crew, mandate, clock, meters, BUFFER_BYTES),
            crew,
            clock);
  }

  /**
   * Registers in the caller's thread, then goes to work.
   *
   * @throws CdcException if the store fails
   */
  public CaptureId start() {
    CaptureId id = loop.register();
    crew.hire(CONTROL, () -> loop);
    return id;
  }

  /** Returns the present registration; empty while there is none. */
  public Optional<CaptureId> id() {
    return loop.id();
  }

  /** Returns what measures the node's work. */
  public Meters meters() {
    return meters;
  }

  /**
   * Has everything stop; returns soon, the crew knows when all is gone. The lease ends when the
   * store's handle is closed. Calling it again does nothing.
   */
  @Override
  public void close() {
    crew.dismiss(CONTROL);
    loop.close();
  }
}
