package io.millrace.core;

import io.millrace.api.CaptureId;
import io.millrace.api.CdcException;
import io.millrace.api.ChangefeedId;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.TableId;
import io.millrace.api.changefeed.ChangefeedState;
import io.millrace.api.store.Guard;
import io.millrace.api.store.MetaStore;
import io.millrace.api.store.Op;
import io.millrace.api.store.Txn;
import io.millrace.core.changefeed.LifeCycle;
import io.millrace.core.meta.ClusterState;
import io.millrace.core.meta.ClusterState.Feed;
import io.millrace.core.meta.CommandRecord;
import io.millrace.core.meta.DrainRecord;
import io.millrace.core.meta.Keys;
import io.millrace.core.meta.StatusRecord;
import io.millrace.core.meta.StoredJson;
import io.millrace.core.meta.TaskRecord;
import io.millrace.core.meta.Versioned;
import java.util.List;
import java.util.Optional;

/**
 * Writes what is wanted of the owner and of where tables are. Each command returns when that is
 * committed; the owner sees to the rest.
 *
 * <p><i>Source:</i> API v1, 1.13 to 1.15, 1.17, 3.3, 3.5, 3.6.
 *
 * @param keys where the cluster is stored
 * @param store the store
 * @param queries sees what is there
 */
record TableCommands(Keys keys, MetaStore store, Queries queries) {
  private static final int ATTEMPTS = 20;
  private static final int MOST_WAITING = 1_000;

  /** Has the owner, if there is one, stand for election again behind the others. */
  void resign() {
    queries
        .state()
        .owner()
        .ifPresent(
            owner ->
                store.commit(
                    new Txn(
                        List.of(owner.record().unchanged()),
                        List.of(new Op.Delete(owner.record().key())))));
  }

  /** Has a table go to a capture; without effect where either is unknown. */
  void move(ChangefeedId id, TableId table, CaptureId target) {
    command(id, CommandRecord.move(table, target));
  }

  /** Has a changefeed's tables spread evenly. */
  void rebalance(ChangefeedId id) {
    command(id, CommandRecord.rebalance());
  }

  private void command(ChangefeedId id, CommandRecord command) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Feed feed = Queries.feed(queries.state(), id);
      if (LifeCycle.shown(feed) != ChangefeedState.NORMAL) {
        return; // nothing runs that could be moved
      }
      List<Versioned<CommandRecord>> waiting = feed.commands();
      if (waiting.size() >= MOST_WAITING) {
        throw new CdcException(
            StandardErrorCode.SCHEDULER_BUSY,
            "scheduler request failed, %d requests of changefeed %s wait already, repeat it later"
                .formatted(waiting.size(), id));
      }
      long last = waiting.isEmpty() ? 0 : number(waiting.get(waiting.size() - 1).key());
      String key = keys.command(id, last + 1);
      Op put = new Op.Put(key, StoredJson.write(command));
      List<Guard> guards = List.of(feed.spec().unchanged(), new Guard.Absent(key));
      if (store.commit(new Txn(guards, List.of(put))).applied()) {
        return;
      }
    }
    throw new CdcException(
        StandardErrorCode.SCHEDULER_BUSY,
        "scheduler request failed, others were faster %d times in a row, repeat it"
            .formatted(ATTEMPTS));
  }

  private static long number(String key) {
    return Long.parseLong(key.substring(key.lastIndexOf('/') + 1));
  }

  /**
   * Has a capture emptied of tables.
   *
   * @return how many tables of changefeeds in state normal it still has; at least 1 while one of
   *     those does not have all its tables placed
   */
  int drain(CaptureId capture) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      ClusterState state = queries.state();
      if (state.captures().size() < 2) {
        throw refused("only one capture alive");
      }
      var record = state.captures().get(capture);
      if (record == null) {
        throw new CdcException(
            StandardErrorCode.CAPTURE_NOT_EXIST, "capture not exists, " + capture);
      }
      if (state.isOwner(capture)) {
        throw refused("cannot drain the owner");
      }
      boolean marked = state.drains().containsKey(capture);
      if (state.drains().keySet().stream()
          .anyMatch(other -> !other.equals(capture) && state.captures().containsKey(other))) {
        throw new CdcException(
            StandardErrorCode.SCHEDULER_BUSY,
            "scheduler request failed, another capture is being drained");
      }
      String key = keys.drain(capture);
      List<Guard> guards = List.of(record.unchanged(), new Guard.Absent(key));
      Op mark = new Op.Put(key, StoredJson.write(new DrainRecord()));
      if (marked || store.commit(new Txn(guards, List.of(mark))).applied()) {
        return left(state, capture);
      }
    }
    throw refused("the capture comes and goes");
  }

  private static CdcException refused(String why) {
    return new CdcException(
        StandardErrorCode.SCHEDULER_REQUEST_FAILED, "scheduler request failed, " + why);
  }

  private static int left(ClusterState state, CaptureId capture) {
    int left = 0;
    int open = 0;
    for (Feed feed : state.changefeeds().values()) {
      if (LifeCycle.shown(feed) == ChangefeedState.NORMAL) {
        Optional<StatusRecord> status = feed.status().map(Versioned::value);
        open += status.map(StatusRecord::surveyed).orElse(false) ? 0 : 1;
        left +=
            Optional.ofNullable(feed.tasks().get(capture))
                .map(Versioned::value)
                .map(TableCommands::tables)
                .orElse(0);
      }
    }
    return left == 0 && open > 0 ? 1 : left;
  }

  private static int tables(TaskRecord task) {
    return task.tables().size() + task.leaving().size();
  }
}
