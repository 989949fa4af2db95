package io.millrace.core.owner;

import com.google.common.base.Utf8;
import io.millrace.api.CaptureId;
import io.millrace.api.store.Guard;
import io.millrace.api.store.MetaStore;
import io.millrace.api.store.Op;
import io.millrace.api.store.Txn;
import io.millrace.core.meta.ClusterState.Feed;
import io.millrace.core.meta.Keys;
import io.millrace.core.meta.PositionRecord;
import io.millrace.core.meta.SchemaRecord;
import io.millrace.core.meta.StatusRecord;
import io.millrace.core.meta.StoredJson;
import io.millrace.core.meta.TaskRecord;
import io.millrace.core.meta.Versioned;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * One decision about a changefeed as it is put together: what it rests on, and what it changes.
 *
 * <p>Every key it rewrites or deletes is guarded to be as it was read. <i>Threads:</i> one.
 */
final class Patches {
  /** How many records are changed at once; leaves room for guards in a transaction of 100 parts. */
  static final int CHUNK = 40;

  private static final long CHUNK_BYTES = MetaStore.MAX_TXN_BYTES / 2;

  private final Keys keys;
  private final Feed feed;
  private final Map<String, Guard> guards = new LinkedHashMap<>();
  private final Map<String, Op> ops = new LinkedHashMap<>();
  private long bytes;

  /** Begins a decision; it rests on the specification and the status as read. */
  Patches(Keys keys, Feed feed) {
    this.keys = keys;
    this.feed = feed;
    restOn(feed.spec());
    feed.status()
        .ifPresentOrElse(
            this::restOn,
            () -> {
              String key = keys.status(feed.id());
              guards.put(key, new Guard.Absent(key));
            });
  }

  /** Lets the decision hold only while a record is as it was read. */
  Patches restOn(Versioned<?> record) {
    guards.put(record.key(), record.unchanged());
    return this;
  }

  /** Lets the decision hold only while all tasks and positions are as they were read. */
  Patches restOnWork() {
    feed.tasks().values().forEach(this::restOn);
    feed.positions().values().forEach(this::restOn);
    return this;
  }

  Patches put(StatusRecord status) {
    return put(keys.status(feed.id()), status);
  }

  Patches put(SchemaRecord table) {
    String key = keys.schema(feed.id(), table.id());
    feed.tables().stream().filter(t -> t.key().equals(key)).forEach(this::restOn);
    return put(key, table);
  }

  Patches delete(Versioned<?> record) {
    restOn(record);
    ops.put(record.key(), new Op.Delete(record.key()));
    return this;
  }

  /** Deletes what a capture has said of its work, if it has. */
  Patches deletePosition(CaptureId capture) {
    Versioned<PositionRecord> position = feed.positions().get(capture);
    return position == null ? this : delete(position);
  }

  /**
   * Writes those of some tasks that differ from the stored ones, and deletes those that are not.
   */
  Patches put(SortedMap<CaptureId, TaskRecord> tasks) {
    feed.tasks()
        .forEach(
            (capture, stored) -> {
              if (!tasks.containsKey(capture)) {
                delete(stored);
              } else if (!stored.value().equals(tasks.get(capture))) {
                restOn(stored);
              }
            });
    tasks.forEach(
        (capture, task) -> {
          Versioned<TaskRecord> stored = feed.tasks().get(capture);
          if (stored == null || !stored.value().equals(task)) {
            put(keys.task(feed.id(), capture), task);
          }
        });
    return this;
  }

  /** Writes a task again as it is: a capture then begins anew, with its tables' present names. */
  Patches rewrite(CaptureId capture, TaskRecord task) {
    return put(keys.task(feed.id(), capture), task);
  }

  private Patches put(String key, Object record) {
    String value = StoredJson.write(record);
    bytes += Utf8.encodedLength(value);
    ops.put(key, new Op.Put(key, value));
    return this;
  }

  /** Returns whether no more records should be changed with it. */
  boolean isFull() {
    return ops.size() >= CHUNK || bytes > CHUNK_BYTES;
  }

  /** Returns how many operations there are. */
  int size() {
    return ops.size();
  }

  /** Returns the decision. */
  Txn txn() {
    return new Txn(new ArrayList<>(guards.values()), List.copyOf(ops.values()));
  }
}
