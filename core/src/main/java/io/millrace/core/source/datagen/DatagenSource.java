package io.millrace.core.source.datagen;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.Tso;
import io.millrace.api.event.Restart;
import io.millrace.api.event.SourcePosition;
import io.millrace.api.event.TableSchema;
import io.millrace.api.source.ChangeSource;
import io.millrace.api.source.ChangeStream;
import io.millrace.api.source.Head;
import io.millrace.api.source.Requirement;
import io.millrace.api.source.StreamOptions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A made-up upstream.
 *
 * <p>The log begins when the URI says; else when this source is made, or earlier when a stream is
 * opened at a position of a log that began earlier. That moment is the detail of every position. A
 * log without a rate ends where it has been read to.
 */
final class DatagenSource implements ChangeSource {
  private static final int FILE = 1;

  /** How much later than ours the clock may be by which a position was made, in milliseconds. */
  private static final long CLOCK_TOLERANCE = 60_000;

  private final Workload workload;
  private final InstantSource clock;
  private final AtomicLong begin;
  private final AtomicLong readTo = new AtomicLong();
  private final Queue<DatagenStream> streams = new ConcurrentLinkedQueue<>();

  DatagenSource(Workload workload, InstantSource clock) {
    this.workload = workload;
    this.clock = clock;
    begin = new AtomicLong(workload.start().orElseGet(clock::millis));
  }

  @Override
  public Head now() {
    long millis = clock.millis();
    Timeline timeline = timeline(begin.get());
    return new Head(position(timeline, entries(timeline, millis)), Tso.ofMillis(millis, 0));
  }

  @Override
  public SourcePosition locate(Tso ts) {
    Timeline timeline = timeline(begin.get());
    long entry =
        workload.rate() == 0 ? 0 : timeline.firstAfter(ts, timeline.entriesAt(clock.millis()));
    return position(timeline, entry);
  }

  @Override
  public SourcePosition oldest() {
    return position(timeline(begin.get()), 0);
  }

  @Override
  public Optional<Tso> oldestTs() {
    return Optional.of(Tso.ofMillis(begin.get(), 0));
  }

  @Override
  public void retain(Tso ts, Duration ttl) {}

  @Override
  public List<TableSchema> tables() {
    return workload.tables(entries(timeline(begin.get()), clock.millis()));
  }

  @Override
  public List<Requirement> check() {
    return List.of();
  }

  @Override
  public ChangeStream open(Restart from, StreamOptions options) {
    SourcePosition at = from.position();
    if (!at.server().equals(workload.identity())) {
      throw new CdcException(
          StandardErrorCode.SOURCE_CHANGED,
          "position %s is of another upstream than %s; give the datagen: URI the parameters it had"
              .formatted(at, workload.identity()));
    }
    Timeline timeline = timeline(adopt(at));
    if (at.offset() > timeline.entriesAt(clock.millis() + CLOCK_TOLERANCE)) {
      throw new CdcException(
          StandardErrorCode.SOURCE_CHANGED,
          "position %s lies beyond the end of the log; raise limit in the datagen: URI"
              .formatted(at));
    }
    readTo.accumulateAndGet(at.offset(), Math::max);
    DatagenStream stream = new DatagenStream(this, timeline, from, options);
    streams.add(stream);
    return stream;
  }

  @Override
  public void close() {
    streams.forEach(DatagenStream::close);
  }

  Workload workload() {
    return workload;
  }

  InstantSource clock() {
    return clock;
  }

  /** Notes that a stream has read all before an entry. */
  void readTo(long entry) {
    readTo.accumulateAndGet(entry, Math::max);
  }

  void closed(DatagenStream stream) {
    streams.remove(stream);
  }

  /** Returns a position at which a stream can be opened. */
  SourcePosition position(Timeline timeline, long entry) {
    return new SourcePosition(workload.identity(), FILE, entry, 0, Long.toString(timeline.begin()));
  }

  /** Returns the position of a transaction or schema change, which is not opened. */
  SourcePosition place(long entry, int ordinal) {
    return new SourcePosition(workload.identity(), FILE, entry, ordinal, "");
  }

  private long entries(Timeline timeline, long millis) {
    return workload.rate() == 0 ? readTo.get() : timeline.entriesAt(millis);
  }

  private Timeline timeline(long beginMillis) {
    return new Timeline(beginMillis, workload.rate(), workload.limit());
  }

  /** Returns when the log of a position began, and counts this source's log from then on too. */
  private long adopt(SourcePosition at) {
    long began;
    try {
      began = Long.parseLong(at.detail());
    } catch (NumberFormatException e) {
      throw new CdcException(
          StandardErrorCode.SOURCE_CHANGED,
          "position %s with detail '%s' does not say when its log began".formatted(at, at.detail()),
          e);
    }
    begin.accumulateAndGet(began, Math::min);
    return began;
  }
}
