package io.millrace.core.verify;

import io.millrace.api.CaptureId;
import io.millrace.api.CdcException;
import io.millrace.api.ChangefeedId;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.changefeed.ChangefeedState;
import io.millrace.api.changefeed.Verification;
import io.millrace.api.changefeed.Verification.State;
import io.millrace.api.sink.SinkProvider;
import io.millrace.api.sink.SinkRequest;
import io.millrace.api.snapshot.SqlSnapshot;
import io.millrace.api.source.ChangeSource;
import io.millrace.api.store.Commit;
import io.millrace.api.store.Guard;
import io.millrace.api.store.MetaStore;
import io.millrace.api.store.Op;
import io.millrace.api.store.Txn;
import io.millrace.core.changefeed.LifeCycle;
import io.millrace.core.changefeed.SinkRequests;
import io.millrace.core.connector.Schemes;
import io.millrace.core.meta.CaptureRecord;
import io.millrace.core.meta.ClusterState;
import io.millrace.core.meta.ClusterState.Feed;
import io.millrace.core.meta.Keys;
import io.millrace.core.meta.StateTracker;
import io.millrace.core.meta.StoredJson;
import io.millrace.core.meta.VerificationRecord;
import io.millrace.core.meta.Versioned;
import io.millrace.core.worker.Runtime;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Begins verifications on this capture, and shows those of any.
 *
 * <p><i>Threads:</i> any.
 *
 * @param keys where the cluster is stored
 * @param store the store
 * @param source the upstream
 * @param sinks the sinks by scheme
 * @param zone the node's zone
 * @param runtime who does the work, and when
 */
public record Verifications(
    Keys keys,
    MetaStore store,
    ChangeSource source,
    Schemes<SinkProvider> sinks,
    ZoneId zone,
    Runtime runtime) {

  /** Returns how a changefeed's last verification goes. */
  public static Verification last(ClusterState state, Feed feed) {
    return feed.verification()
        .map(Versioned::value)
        .map(
            record ->
                isRunning(state, record) || record.verification().state() != State.RUNNING
                    ? record.verification()
                    : record
                        .verification()
                        .failed(Optional.empty(), "the capture that ran it is gone"))
        .orElse(Verification.NONE);
  }

  private static boolean isRunning(ClusterState state, VerificationRecord record) {
    return record.verification().state() == State.RUNNING
        && state.captures().containsKey(record.capture());
  }

  /**
   * Begins a verification; what was known of the last one is forgotten.
   *
   * @throws CdcException {@link StandardErrorCode#CHANGEFEED_ABNORMAL_STATE}; {@link
   *     StandardErrorCode#VERIFY_UNSUPPORTED}; {@link StandardErrorCode#VERIFY_RUNNING}
   */
  public void start(CaptureId self, ClusterState state, Feed feed) {
    ChangefeedState shown = LifeCycle.shown(feed);
    if (shown != ChangefeedState.NORMAL) {
      throw new CdcException(
          StandardErrorCode.CHANGEFEED_ABNORMAL_STATE,
          "changefeed in abnormal state: %s, %s can be verified while it is normal"
              .formatted(shown.wireName(), feed.id()));
    }
    SinkRequest request = SinkRequests.of(feed.id(), feed.spec().value(), self, Set.of(), 0, zone);
    Supplier<SqlSnapshot> upstream =
        source.snapshots().orElseThrow(() -> unsupported("this upstream"));
    Supplier<SqlSnapshot> downstream =
        sinks
            .of(request.uri())
            .snapshots(request)
            .orElseThrow(
                () -> unsupported("a sink of the scheme '" + request.uri().scheme() + "'"));
    if (feed.verification().filter(it -> isRunning(state, it.value())).isPresent()) {
      throw running(feed.id());
    }
    Versioned<CaptureRecord> capture =
        Optional.ofNullable(state.captures().get(self))
            .orElseThrow(
                () ->
                    new CdcException(
                        StandardErrorCode.SERVER_IS_NOT_READY, "cdc server is not ready"));
    Verification begun = begun();
    Entry entry =
        new Entry(
            feed.id(),
            runtime.ids().get().toString(),
            self,
            new Guard.Held(capture.key(), capture.createRevision()));
    Guard old =
        feed.verification()
            .map(Versioned::unchanged)
            .orElse(new Guard.Absent(keys.verification(feed.id())));
    if (!entry.write(begun, List.of(old, feed.spec().unchanged()))) {
      throw running(feed.id());
    }
    String name = feed.id() + "-verification-" + entry.run;
    runtime
        .crew()
        .hire(
            name,
            () ->
                new VerificationRun(
                    feed,
                    begun,
                    runtime.crew().patience(),
                    runtime.ticker(),
                    runtime.clock()::instant,
                    upstream,
                    downstream,
                    () -> new SinkHold(store, keys, feed.id(), entry.run, runtime.ticker()),
                    new StateTracker(store, keys),
                    entry::write,
                    () -> runtime.crew().dismiss(name)));
  }

  private Verification begun() {
    return new Verification(
        State.RUNNING,
        Optional.of(runtime.clock().instant()),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        0,
        0,
        0,
        0,
        List.of(),
        List.of(),
        Optional.empty());
  }

  private static CdcException unsupported(String what) {
    return new CdcException(
        StandardErrorCode.VERIFY_UNSUPPORTED,
        what
            + " cannot be verified, only MySQL and MariaDB upstream with a sink mysql, mariadb or"
            + " tidb can");
  }

  private static CdcException running(ChangefeedId id) {
    return new CdcException(
        StandardErrorCode.VERIFY_RUNNING,
        "changefeed " + id + " is being verified, wait until that has ended");
  }

  /** The record of one run. */
  private final class Entry {
    private final ChangefeedId id;
    private final String run;
    private final CaptureId self;
    private final Guard registered;
    private long revision;

    Entry(ChangefeedId id, String run, CaptureId self, Guard registered) {
      this.id = id;
      this.run = run;
      this.self = self;
      this.registered = registered;
    }

    /** Writes how it goes; false: it is not wanted any more. */
    boolean write(Verification verification) {
      return write(
          verification, List.of(new Guard.Unchanged(keys.verification(id), revision), registered));
    }

    private boolean write(Verification verification, List<Guard> guards) {
      String record = StoredJson.write(new VerificationRecord(run, self, verification));
      Commit commit =
          store.commit(new Txn(guards, List.of(new Op.Put(keys.verification(id), record))));
      revision = commit.revision();
      return commit.applied();
    }
  }
}
