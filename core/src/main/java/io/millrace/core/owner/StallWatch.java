package io.millrace.core.owner;

import io.millrace.api.CaptureId;
import io.millrace.api.RunningError;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.TableId;
import io.millrace.api.event.SchemaChange;
import io.millrace.api.event.SourcePosition;
import io.millrace.core.meta.ClusterState.Feed;
import io.millrace.core.meta.PositionRecord;
import io.millrace.core.meta.TaskRecord;
import io.millrace.core.meta.Versioned;
import io.millrace.core.schedule.Points;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Notices that the upstream moves and a changefeed's checkpoint does not, and says who holds it.
 *
 * <p><i>Threads:</i> the control loop.
 */
final class StallWatch {
  private final Duration limit;
  private @Nullable SourcePosition at;
  private Instant since = Instant.MIN;

  /** Creates a watch that lets a checkpoint stand still for a time. */
  StallWatch(Duration limit) {
    this.limit = limit;
  }

  /** Begins anew, where a changefeed does not run. */
  void reset() {
    at = null;
  }

  /**
   * Returns what to show of a changefeed that stands still; empty: it moves, or has nothing to do.
   *
   * @param head where the upstream is
   */
  Optional<RunningError> look(Tick tick, SourcePosition head) {
    SourcePosition here = tick.status().checkpoint().position();
    Instant now = tick.now();
    if (!here.equals(at) || !here.isBefore(head)) {
      at = here;
      since = now;
      return Optional.empty();
    }
    if (now.isBefore(since.plus(limit))) {
      return Optional.empty();
    }
    Optional<CaptureId> slowest = slowest(tick);
    String where = slowest.map(each -> where(tick, each)).orElse("no capture");
    String address =
        slowest
            .flatMap(id -> Optional.ofNullable(tick.state().captures().get(id)))
            .map(record -> record.value().address())
            .orElse("");
    return Optional.of(
        new RunningError(
            since,
            address,
            StandardErrorCode.CHANGEFEED_STALLED.code(),
            "the checkpoint stands still since %s at %s while the upstream goes on; it is held by %s"
                .formatted(since, here, where)));
  }

  private static Optional<CaptureId> slowest(Tick tick) {
    Feed feed = tick.feed();
    return feed.tasks().keySet().stream()
        .min(
            Comparator.comparing((CaptureId each) -> feed.current(each).isPresent())
                .thenComparing(each -> point(tick, each)));
  }

  private static SourcePosition point(Tick tick, CaptureId capture) {
    return tick.feed()
        .current(capture)
        .map(position -> position.value().checkpoint().position())
        .orElse(tick.status().checkpoint().position());
  }

  private static String where(Tick tick, CaptureId capture) {
    String who = "capture " + capture + ", " + table(tick, capture);
    if (!tick.isAlive(capture)) {
      return who + ", stage fence: the capture is gone and its sink not yet fenced";
    }
    Optional<PositionRecord> position = tick.feed().current(capture).map(Versioned::value);
    if (position.isEmpty()) {
      return who + ", stage start: the capture has not taken its present task up";
    }
    Optional<SchemaChange> waiting = position.get().waiting();
    if (waiting.isPresent()) {
      return who
          + ", stage schema change: %s at %s"
              .formatted(waiting.get().type(), waiting.get().position());
    }
    boolean read = position.get().resolved().isAfter(position.get().checkpoint().ts());
    return who
        + (read
            ? ", stage sink: rows are read that are not durable downstream"
            : ", stage read: the log is not read on");
  }

  /** Names the table that is behind most, and how many others the capture has. */
  private static String table(Tick tick, CaptureId capture) {
    Feed feed = tick.feed();
    Versioned<TaskRecord> task = feed.tasks().get(capture);
    if (task == null) {
      return "no table";
    }
    Set<TableId> tables = task.value().tables().keySet();
    Optional<TableId> last =
        tables.stream()
            .min(
                Comparator.comparing(
                        (TableId table) ->
                            Points.of(feed, tick.status(), capture, table).position())
                    .thenComparing(Comparator.naturalOrder()));
    return last.flatMap(
            id ->
                feed.tables().stream()
                    .map(Versioned::value)
                    .filter(table -> table.id().equals(id))
                    .map(table -> "table " + table.name())
                    .findFirst())
        .map(name -> tables.size() > 1 ? name + " of " + tables.size() : name)
        .orElse("no table");
  }
}
