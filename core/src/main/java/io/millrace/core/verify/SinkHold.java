package io.millrace.core.verify;

import com.google.common.base.Ticker;
import io.millrace.api.CaptureId;
import io.millrace.api.CdcException;
import io.millrace.api.ChangefeedId;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.Tso;
import io.millrace.api.event.SourcePosition;
import io.millrace.api.store.Commit;
import io.millrace.api.store.Guard;
import io.millrace.api.store.Lease;
import io.millrace.api.store.MetaStore;
import io.millrace.api.store.Op;
import io.millrace.api.store.Txn;
import io.millrace.core.meta.ClusterState;
import io.millrace.core.meta.ClusterState.Feed;
import io.millrace.core.meta.HoldRecord;
import io.millrace.core.meta.Keys;
import io.millrace.core.meta.PositionRecord;
import io.millrace.core.meta.PositionRecord.Held;
import io.millrace.core.meta.SchemaRecord;
import io.millrace.core.meta.StoredJson;
import io.millrace.core.meta.TaskRecord;
import io.millrace.core.meta.Versioned;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The wish that all processors of a changefeed wait, first where they are, then at one position. It
 * stands in the store under a lease of its own, so that it goes with who wished it.
 *
 * <p><i>Threads:</i> one; {@link #close} from any.
 */
final class SinkHold implements AutoCloseable {
  private static final Duration TTL = Duration.ofSeconds(10);
  private static final Duration RENEW_EVERY = Duration.ofSeconds(2);

  private final MetaStore store;
  private final Keys keys;
  private final ChangefeedId id;
  private final String run;
  private final Ticker ticker;
  private final Lease lease;
  private long renewedAt;
  private long createRevision = -1;

  /** Creates a hold that nobody knows of yet. */
  SinkHold(MetaStore store, Keys keys, ChangefeedId id, String run, Ticker ticker) {
    this.store = store;
    this.keys = keys;
    this.id = id;
    this.run = run;
    this.ticker = ticker;
    this.renewedAt = ticker.read();
    this.lease = store.lease(TTL);
  }

  /** Wishes that nothing more passes; false: another hold still stands. */
  boolean begin() {
    Guard none = new Guard.Absent(keys.hold(id));
    Commit commit = store.commit(new Txn(List.of(none), List.of(put(Optional.empty()))));
    if (commit.applied()) {
      createRevision = commit.revision();
    }
    return commit.applied();
  }

  /**
   * Wishes that all before a position is delivered, and nothing behind it.
   *
   * @throws CdcException {@link StandardErrorCode#VERIFY_FAILED} if the hold does not stand any
   *     more
   */
  void until(SourcePosition position) {
    Guard own = new Guard.Held(keys.hold(id), createRevision);
    if (!store.commit(new Txn(List.of(own), List.of(put(Optional.of(position))))).applied()) {
      throw new CdcException(
          StandardErrorCode.VERIFY_FAILED, "the sink was let go of too early, try again");
    }
  }

  private Op put(Optional<SourcePosition> until) {
    String record = StoredJson.write(new HoldRecord(run, until));
    return new Op.Put(keys.hold(id), record, Optional.of(lease));
  }

  /** Keeps it standing. */
  void renew() {
    if (ticker.read() - renewedAt >= RENEW_EVERY.toNanos()) {
      lease.renew();
      renewedAt = ticker.read();
    }
  }

  /**
   * Returns what the processors report, all of which wait for this hold and have every table of the
   * changefeed among them; empty while that is not so.
   */
  Optional<List<PositionRecord>> waiting(ClusterState state, Feed feed) {
    if (feed.hold().filter(it -> it.createRevision() == createRevision).isEmpty()
        || feed.tasks().isEmpty()) {
      return Optional.empty();
    }
    List<PositionRecord> all = new ArrayList<>();
    Set<Long> placed = new HashSet<>();
    for (Map.Entry<CaptureId, Versioned<TaskRecord>> task : feed.tasks().entrySet()) {
      Optional<PositionRecord> position = feed.current(task.getKey()).map(Versioned::value);
      TaskRecord wanted = task.getValue().value();
      boolean waits =
          state.captures().containsKey(task.getKey())
              && wanted.run()
              && wanted.leaving().isEmpty()
              && position
                  .flatMap(PositionRecord::held)
                  .filter(it -> it.run().equals(run))
                  .isPresent();
      if (!waits) {
        return Optional.empty();
      }
      position.ifPresent(all::add);
      wanted.tables().keySet().forEach(table -> placed.add(table.value()));
    }
    boolean complete =
        feed.tables().stream()
            .map(Versioned::value)
            .map(SchemaRecord::id)
            .allMatch(table -> placed.contains(table.value()));
    return complete ? Optional.of(all) : Optional.empty();
  }

  /** Returns whether nothing has passed that lies behind a position. */
  static boolean isBefore(List<PositionRecord> waiting, SourcePosition position) {
    return waiting.stream()
        .flatMap(each -> each.held().stream())
        .map(Held::passed)
        .flatMap(Optional::stream)
        .allMatch(passed -> passed.isBefore(position));
  }

  /** Returns the ts up to which all is durable, once everything before a position is. */
  static Optional<Tso> durable(List<PositionRecord> waiting, SourcePosition position) {
    return waiting.stream().allMatch(each -> !each.checkpoint().position().isBefore(position))
        ? waiting.stream().map(each -> each.checkpoint().ts()).min(Tso::compareTo)
        : Optional.empty();
  }

  /** Lets the processors go on. Calling it again does nothing. */
  @Override
  public void close() {
    lease.close();
  }
}
