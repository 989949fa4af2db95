package io.millrace.core;

import io.millrace.api.CaptureId;
import io.millrace.api.CdcException;
import io.millrace.api.ChangefeedId;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.changefeed.ChangefeedSpec;
import io.millrace.api.changefeed.ChangefeedState;
import io.millrace.api.changefeed.ChangefeedUpdate;
import io.millrace.api.event.Resolved;
import io.millrace.api.source.Head;
import io.millrace.api.store.Guard;
import io.millrace.api.store.MetaStore;
import io.millrace.api.store.Op;
import io.millrace.api.store.Txn;
import io.millrace.core.changefeed.LifeCycle;
import io.millrace.core.changefeed.SpecValidator;
import io.millrace.core.changefeed.UpdateMerge;
import io.millrace.core.meta.ClusterState.Feed;
import io.millrace.core.meta.Keys;
import io.millrace.core.meta.SpecRecord;
import io.millrace.core.meta.SpecRecord.Wish;
import io.millrace.core.meta.StoredJson;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Writes what is wanted of changefeeds. Each command returns when that is committed; the owner sees
 * to the rest.
 *
 * <p><i>Source:</i> API v1, 1.3 to 1.5, 1.8, 2.2.
 *
 * @param keys where the cluster is stored
 * @param store the store
 * @param queries sees what is there
 * @param waits waits for the owner
 * @param trial tries specifications out
 * @param clock tells when a changefeed is created
 * @param ids makes names and incarnations
 * @param version this release
 */
record Commands(
    Keys keys,
    MetaStore store,
    Queries queries,
    Waits waits,
    Trial trial,
    InstantSource clock,
    Supplier<UUID> ids,
    String version) {
  private static final Duration REMOVAL_LIMIT = Duration.ofSeconds(5);
  private static final int ATTEMPTS = 20;
  private static final Set<ChangefeedState> PAUSABLE =
      Set.of(ChangefeedState.NORMAL, ChangefeedState.ERROR);

  /**
   * Creates a changefeed.
   *
   * @param self the capture that tries its sink out
   */
  ChangefeedId create(ChangefeedSpec asked, CaptureId self) {
    SpecValidator.checkForm(asked);
    ChangefeedId id = asked.id().orElseGet(() -> new ChangefeedId(ids.get().toString()));
    checkFree(id);
    Head head = trial.now();
    Resolved start = trial.start(asked.startTs(), head);
    SpecValidator.checkTarget(start.ts(), asked.targetTs());
    ChangefeedSpec spec = asked.toBuilder().id(id.value()).startTs(start.ts()).build();
    trial.checkTables(spec);
    SpecRecord record =
        new SpecRecord(
            spec, ids.get().toString(), Wish.RUNNING, 1, start, clock.instant(), version);
    trial.checkSink(id, record, self);
    Guard noSpec = new Guard.Absent(keys.spec(id));
    Guard noStatus = new Guard.Absent(keys.status(id));
    if (!commit(record, id, List.of(noSpec, noStatus))) {
      throw exists(id);
    }
    return id;
  }

  /** Checks that an id is not in use; one that is being taken down gets a while to go. */
  private void checkFree(ChangefeedId id) {
    Optional<Feed> present = queries.state().feed(id);
    if (present.isEmpty()) {
      return;
    }
    if (present.get().spec().value().wish() != Wish.REMOVED || !waits.gone(id, REMOVAL_LIMIT)) {
      throw exists(id);
    }
  }

  private static CdcException exists(ChangefeedId id) {
    return new CdcException(
        StandardErrorCode.CHANGEFEED_ALREADY_EXISTS, "changefeed already exists, key: " + id);
  }

  /** Creates a changefeed, or accepts the one that has its name if it was asked for alike. */
  ChangefeedId ensure(ChangefeedSpec asked, CaptureId self) {
    Optional<ChangefeedId> present = asked.id().filter(id -> isPresent(id, asked));
    if (present.isPresent()) {
      return present.get();
    }
    try {
      return create(asked, self);
    } catch (CdcException e) {
      if (e.code() == StandardErrorCode.CHANGEFEED_ALREADY_EXISTS
          && asked.id().filter(id -> isPresent(id, asked)).isPresent()) {
        return asked.id().get();
      }
      throw e;
    }
  }

  private boolean isPresent(ChangefeedId id, ChangefeedSpec asked) {
    return queries
        .state()
        .feed(id)
        .map(feed -> feed.spec().value())
        .filter(record -> record.wish() != Wish.REMOVED)
        .map(record -> isAlike(record.spec(), asked))
        .orElse(false);
  }

  /** Returns whether a stored specification is what is asked for; start ts 0 asks for any. */
  private static boolean isAlike(ChangefeedSpec stored, ChangefeedSpec asked) {
    return stored.equals(
        asked.startTs().isZero() ? asked.toBuilder().startTs(stored.startTs()).build() : asked);
  }

  /** Changes the configuration of a changefeed that rests. */
  void update(ChangefeedId id, ChangefeedUpdate update, CaptureId self) {
    change(
        id,
        feed -> {
          UpdateMerge.checkState(LifeCycle.shown(feed));
          ChangefeedSpec old = feed.spec().value().spec();
          ChangefeedSpec next = UpdateMerge.merge(old, update);
          SpecRecord record = feed.spec().value().with(next);
          try {
            SpecValidator.filter(next);
            if (UpdateMerge.changesSink(old, next)) {
              trial.checkSink(id, record, self);
            }
          } catch (CdcException e) {
            throw UpdateMerge.refused(e);
          }
          return Optional.of(record);
        });
  }

  /** Checks that a changefeed exists and that its state allows an update. */
  void checkUpdatable(ChangefeedId id) {
    UpdateMerge.checkState(LifeCycle.shown(Queries.feed(queries.state(), id)));
  }

  /** Wishes a changefeed to rest; one that does not run is left as it is. */
  void pause(ChangefeedId id) {
    wish(id, Wish.STOPPED, PAUSABLE::contains);
  }

  /** Wishes a changefeed to work again; a normal one is left as it is. */
  void resume(ChangefeedId id) {
    wish(id, Wish.RUNNING, shown -> shown != ChangefeedState.NORMAL);
  }

  /** Wishes a changefeed to be taken down. */
  void remove(ChangefeedId id) {
    wish(id, Wish.REMOVED, shown -> true);
  }

  private void wish(ChangefeedId id, Wish wish, Predicate<ChangefeedState> fits) {
    change(
        id,
        feed ->
            fits.test(LifeCycle.shown(feed))
                ? Optional.of(feed.spec().value().wishing(wish))
                : Optional.empty());
  }

  /**
   * Rewrites a specification, again from what is there now where another command was faster.
   *
   * @param next what is to be written; empty: nothing
   */
  private void change(ChangefeedId id, Function<Feed, Optional<SpecRecord>> next) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Feed feed = Queries.feed(queries.state(), id);
      Optional<SpecRecord> record = next.apply(feed);
      if (record.isEmpty() || commit(record.get(), id, List.of(feed.spec().unchanged()))) {
        return;
      }
    }
    throw new CdcException(
        StandardErrorCode.STORE_FAILED,
        "changefeed "
            + id
            + " was changed by others "
            + ATTEMPTS
            + " times in a row, repeat the request");
  }

  private boolean commit(SpecRecord record, ChangefeedId id, List<Guard> guards) {
    String key = keys.spec(id);
    return store
        .commit(new Txn(guards, List.of(new Op.Put(key, StoredJson.write(record)))))
        .applied();
  }
}
