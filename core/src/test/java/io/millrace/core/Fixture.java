package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.common.base.Ticker;
import io.millrace.api.CaptureId;
import io.millrace.api.CdcException;
import io.millrace.api.ChangefeedId;
import io.millrace.api.ConnectorUri;
import io.millrace.api.ErrorCode;
import io.millrace.api.RunningError;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.TableId;
import io.millrace.api.Tso;
import io.millrace.api.changefeed.ChangefeedSpec;
import io.millrace.api.changefeed.ChangefeedState;
import io.millrace.api.event.Resolved;
import io.millrace.api.store.MetaStore;
import io.millrace.api.store.Op;
import io.millrace.api.store.Txn;
import io.millrace.core.connector.Schemes;
import io.millrace.core.meta.CandidateRecord;
import io.millrace.core.meta.CaptureRecord;
import io.millrace.core.meta.Keys;
import io.millrace.core.meta.PositionRecord;
import io.millrace.core.meta.SpecRecord;
import io.millrace.core.meta.StatusRecord;
import io.millrace.core.meta.StoredJson;
import io.millrace.core.meta.TaskRecord;
import io.millrace.core.store.memory.MemoryStore;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * Commands and queries over a store in memory, in a cluster without an engine: what owner and
 * captures would write is written by hand.
 */
final class Fixture implements AutoCloseable {
  static final CaptureId SELF = new CaptureId("self");
  static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
  static final ZoneId ZONE = ZoneOffset.ofHours(3);
  static final RunningError ERROR = new RunningError(NOW, "h:1", "CDC:ErrX", "it broke");

  final Keys keys = new Keys("default");
  final MetaStore store = new MemoryStore(Ticker.systemTicker()).open();
  final FakeSource source = new FakeSource();
  final FakeSink sink = new FakeSink();
  final Queries queries = new Queries(keys, store, () -> NOW);
  final Waits waits = new Waits(keys, store, Ticker.systemTicker());
  final Commands commands =
      new Commands(
          keys,
          store,
          queries,
          waits,
          new Trial(
              ConnectorUri.parse("mysql://up:3306", StandardErrorCode.SOURCE_URI_INVALID),
              source,
              new Schemes<>(
                  "sink", StandardErrorCode.SINK_URI_INVALID, Map.of("fake", sink, "mysql", sink)),
              ZONE),
          () -> NOW,
          UUID::randomUUID,
          "v1.2.3");

  static ChangefeedSpec spec(String id) {
    return ChangefeedSpec.builder("fake://sink").id(id).build();
  }

  ChangefeedId create(String id) {
    return commands.create(spec(id), SELF);
  }

  SpecRecord stored(ChangefeedId id) {
    return queries.state().feed(id).orElseThrow().spec().value();
  }

  void put(String key, Object record) {
    store.commit(new Txn(List.of(), List.of(new Op.Put(key, StoredJson.write(record)))));
  }

  void delete(String... keys) {
    store.commit(
        new Txn(List.of(), List.<Op>copyOf(List.of(keys).stream().map(Op.Delete::new).toList())));
  }

  /** Does what the owner does of a state: it has met the latest generation. */
  void status(ChangefeedId id, ChangefeedState state, long checkpoint) {
    boolean runs = state == ChangefeedState.NORMAL;
    put(
        keys.status(id),
        new StatusRecord(
            stored(id).generation(),
            state,
            runs,
            resolved(checkpoint),
            Optional.empty(),
            runs ? Optional.empty() : Optional.of(ERROR),
            runs ? List.of() : List.of(NOW.minusSeconds(5), NOW),
            Optional.empty(),
            Optional.empty(),
            true,
            3));
  }

  static Resolved resolved(long ts) {
    return new Resolved(new Tso(ts), FakeSource.at(new Tso(ts)));
  }

  void capture(String id) {
    put(
        keys.capture(new CaptureId(id)),
        new CaptureRecord(id + ":8300", "v1", 1, Set.of("fake"), Set.of()));
  }

  void candidate(String id) {
    put(keys.owner(new CaptureId(id)), new CandidateRecord());
  }

  /** Gives a capture tables, and others that it shall stop; returns the task's revision. */
  long task(
      ChangefeedId id,
      String capture,
      List<Long> tables,
      Map<TableId, TaskRecord.Leaving> leaving) {
    put(
        keys.task(id, new CaptureId(capture)),
        new TaskRecord(
            true,
            tables.stream()
                .collect(Collectors.toMap(TableId::new, table -> Optional.<Resolved>empty())),
            leaving));
    return queries.state().feed(id).orElseThrow().tasks().get(new CaptureId(capture)).modRevision();
  }

  void position(
      ChangefeedId id,
      String capture,
      long revision,
      long checkpoint,
      long resolved,
      Map<TableId, Resolved> stopped) {
    put(
        keys.position(id, new CaptureId(capture)),
        new PositionRecord(
            revision,
            resolved(checkpoint),
            new Tso(resolved),
            stopped,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty()));
  }

  static List<TableId> tables(long... ids) {
    return LongStream.of(ids).mapToObj(TableId::new).toList();
  }

  static CdcException assertRefused(ErrorCode code, Runnable call) {
    CdcException e = catchThrowableOfType(CdcException.class, call::run);
    assertThat(e).as("nothing was refused").isNotNull();
    assertThat(e.code()).as(e.getMessage()).isEqualTo(code);
    return e;
  }

  @Override
  public void close() {
    store.close();
  }
}
