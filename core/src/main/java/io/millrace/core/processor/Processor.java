package io.millrace.core.processor;

import com.google.common.collect.ImmutableMap;
import io.millrace.api.CaptureId;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.TableId;
import io.millrace.api.TableName;
import io.millrace.api.Tso;
import io.millrace.api.changefeed.ChangefeedSpec;
import io.millrace.api.event.Resolved;
import io.millrace.api.event.Restart;
import io.millrace.api.event.SourcePosition;
import io.millrace.api.sink.Sink;
import io.millrace.api.sink.SinkRequest;
import io.millrace.api.source.ChangeStream;
import io.millrace.api.source.KnownTable;
import io.millrace.api.source.StreamOptions;
import io.millrace.core.changefeed.Failures;
import io.millrace.core.changefeed.SinkRequests;
import io.millrace.core.filter.ChangefeedFilter;
import io.millrace.core.filter.TableFilter;
import io.millrace.core.meta.ClusterState.Feed;
import io.millrace.core.meta.PositionRecord.Failure;
import io.millrace.core.meta.PositionRecord.Held;
import io.millrace.core.meta.SchemaRecord;
import io.millrace.core.meta.SchemaTurn;
import io.millrace.core.meta.StatusRecord;
import io.millrace.core.meta.Versioned;
import io.millrace.core.schedule.Points;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One changefeed's work on this capture under one revision of its task: an intake and an outlet. A
 * task that changes is another processor's.
 *
 * <p><i>Threads:</i> the control loop; its workers publish through {@link #progress()}.
 */
final class Processor {
  private final String incarnation;
  private final Resolved start;
  private final ImmutableMap<TableId, Resolved> starts;
  private final Handover handover;
  private final Outlet outlet;
  private final Intake intake;
  private final Tools tools;
  private final String name;
  private final AtomicReference<@Nullable Failure> failure = new AtomicReference<>();

  /**
   * Creates a processor; {@link #begin} sets it to work.
   *
   * @param feed the changefeed
   * @param status its status
   * @param task the task of this capture
   * @param capture this capture
   * @param starts where each of the task's tables begins
   * @param tools what all processors of this capture use
   */
  Processor(
      Feed feed,
      StatusRecord status,
      Versioned<?> task,
      CaptureId capture,
      Map<TableId, Resolved> starts,
      Tools tools) {
    this.tools = tools;
    this.name = feed.id().value();
    this.incarnation = feed.spec().value().incarnation();
    this.starts = ImmutableMap.copyOf(starts);
    this.start = starts.values().stream().reduce(Points::least).orElse(status.checkpoint());
    this.handover = new Handover(tools.bufferBytes());
    hold(feed);
    ChangefeedSpec spec = feed.spec().value().spec();
    ChangefeedFilter filter = ChangefeedFilter.of(spec, TableFilter.Imports.REFUSED);
    Optional<SourcePosition> done =
        status
            .turn()
            .filter(turn -> turn.phase() == SchemaTurn.Phase.APPLIED)
            .map(SchemaTurn::position);
    SinkRequest request =
        SinkRequests.of(
            feed.id(),
            feed.spec().value(),
            capture,
            this.starts.keySet(),
            task.modRevision(),
            tools.zone());
    Consumer<Throwable> onFailure = this::fail;
    this.outlet =
        new Outlet(
            () -> openSink(request),
            start,
            tools.mandate(),
            handover,
            tools.crew().patience(),
            tools.meters().of(feed.id()),
            onFailure);
    StreamOptions options = options(feed, filter);
    this.intake =
        new Intake(
            () -> openStream(options),
            filter,
            new RowFilter(name, filter, places(feed)),
            spec.targetTs(),
            start,
            done,
            handover,
            tools.crew().patience(),
            onFailure);
  }

  private StreamOptions options(Feed feed, ChangefeedFilter filter) {
    Map<TableName, KnownTable> known = new HashMap<>();
    for (Versioned<SchemaRecord> table : feed.tables()) {
      SchemaRecord record = table.value();
      known.put(record.name(), new KnownTable(record.schema(), record.asOf()));
    }
    return new StreamOptions(name + "@" + tools.self().address(), filter::matches, known);
  }

  private Map<TableName, SourcePosition> places(Feed feed) {
    Map<TableName, SourcePosition> places = new HashMap<>();
    for (Versioned<SchemaRecord> table : feed.tables()) {
      Resolved at = starts.get(table.value().id());
      if (at != null) {
        places.put(table.value().name(), at.position());
      }
    }
    return places;
  }

  private Sink openSink(SinkRequest request) {
    return tools.sinks().of(request.uri()).open(request);
  }

  private ChangeStream openStream(StreamOptions options) {
    // behind an open XA transaction it reads on from before the start, but no label is given twice
    Restart from = start.restart();
    return tools
        .source()
        .open(new Restart(from.position(), Tso.max(from.ts(), start.ts())), options);
  }

  private void fail(Throwable error) {
    Failure met =
        Failures.of(
            name,
            error,
            StandardErrorCode.PROCESSOR_UNKNOWN,
            tools.clock().instant(),
            tools.self().address());
    failure.compareAndSet(null, met);
  }

  /** Returns the names of its workers. */
  static String intakeName(String changefeed) {
    return changefeed + "-intake";
  }

  static String outletName(String changefeed) {
    return changefeed + "-outlet";
  }

  void begin() {
    tools.crew().hire(outletName(name), () -> outlet);
    tools.crew().hire(intakeName(name), () -> intake);
  }

  /** Has its workers stop; they are gone when {@link #isGone} says so. */
  void end() {
    tools.crew().dismiss(intakeName(name));
    tools.crew().dismiss(outletName(name));
  }

  boolean isGone() {
    return tools.crew().isGone(intakeName(name)) && tools.crew().isGone(outletName(name));
  }

  /** Returns whether it is of an incarnation of its changefeed. */
  boolean isOf(String other) {
    return incarnation.equals(other);
  }

  /** Returns how far it is. */
  Progress progress() {
    Progress now = outlet.progress();
    Failure met = failure.get();
    return met == null ? now : now.failed(met);
  }

  /** Returns how far a table is, where it is one of this processor's. */
  Optional<Resolved> point(TableId table) {
    Resolved from = starts.get(table);
    if (from == null) {
      return Optional.empty();
    }
    Resolved reached = outlet.progress().checkpoint();
    return Optional.of(reached.position().isBefore(from.position()) ? from : reached);
  }

  /** Has it keep back what a verification of the changefeed wants kept back. */
  void hold(Feed feed) {
    handover.hold(feed.hold().map(Versioned::value));
  }

  /** Returns that it keeps something back. */
  Optional<Held> held() {
    return handover.held();
  }

  /** Lets it pass schema changes up to a position. */
  void release(SourcePosition upTo) {
    handover.release(upTo);
  }
}
