package io.millrace.core.meta;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.store.Delta;
import io.millrace.api.store.Entry;
import io.millrace.api.store.MetaStore;
import io.millrace.api.store.Snapshot;
import io.millrace.api.store.Watch;
import java.time.Duration;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Follows a cluster's keys and puts its present state together.
 *
 * <p><i>Threads:</i> one; {@link #close} any. <i>Errors:</i> those of the store; the next call
 * reads everything anew.
 */
public final class StateTracker implements AutoCloseable {
  private final MetaStore store;
  private final Keys keys;
  private final TreeMap<String, ClusterState.Parsed> entries = new TreeMap<>();
  private volatile @Nullable Watch watch;
  private @Nullable ClusterState state;
  private long revision;
  private volatile boolean closed;

  /** Creates a tracker that has read nothing. */
  public StateTracker(MetaStore store, Keys keys) {
    this.store = store;
    this.keys = keys;
  }

  /** Returns the state of a cluster as it is stored now. */
  public static ClusterState read(MetaStore store, Keys keys) {
    try (StateTracker tracker = new StateTracker(store, keys)) {
      tracker.load();
      return tracker.state();
    }
  }

  /**
   * Returns the state after all changes that are there, having waited for the first if there is
   * none.
   *
   * @param wait how long to wait for a change
   */
  public ClusterState poll(Duration wait) {
    try {
      Watch open = watch;
      if (open == null) {
        load();
        watch = store.watch(keys.prefix(), revision);
        return state();
      }
      Optional<Delta> next = open.poll(wait);
      while (next.isPresent()) {
        apply(next.get());
        next = open.poll(Duration.ZERO);
      }
      return state();
    } catch (CdcException e) {
      forget();
      if (e.code() == StandardErrorCode.STORE_COMPACTED && !closed) {
        load();
        return state();
      }
      throw e;
    }
  }

  private ClusterState state() {
    ClusterState built = state;
    if (built == null) {
      built = ClusterState.of(keys, revision, entries.values());
      state = built;
    }
    return built;
  }

  private void load() {
    Snapshot snapshot = store.read(keys.prefix());
    entries.clear();
    snapshot.entries().forEach(this::put);
    revision = snapshot.revision();
    state = null;
  }

  private void apply(Delta delta) {
    for (Delta.Change change : delta.changes()) {
      if (change instanceof Delta.Written written) {
        put(written.entry());
      } else {
        entries.remove(change.key());
      }
    }
    revision = delta.revision();
    state = null;
  }

  private void put(Entry entry) {
    String path = entry.key().substring(keys.prefix().length());
    Class<?> type = StateBuilder.typeAt(path);
    if (type != null) {
      Object value = StoredJson.read(entry.key(), entry.value(), type);
      entries.put(
          entry.key(),
          new ClusterState.Parsed(
              path,
              new Versioned<>(value, entry.key(), entry.createRevision(), entry.modRevision())));
    }
  }

  private void forget() {
    Watch open = watch;
    watch = null;
    if (open != null) {
      open.close();
    }
  }

  @Override
  public void close() {
    closed = true;
    forget();
  }
}
