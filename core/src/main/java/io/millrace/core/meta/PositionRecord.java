package io.millrace.core.meta;

import com.google.common.collect.ImmutableSortedMap;
import io.millrace.api.RunningError;
import io.millrace.api.TableId;
import io.millrace.api.Tso;
import io.millrace.api.event.Resolved;
import io.millrace.api.event.SchemaChange;
import io.millrace.api.event.SourcePosition;
import java.util.Map;
import java.util.Optional;

/**
 * How far one capture is with a changefeed. Written by that capture only.
 *
 * @param taskRevision the revision of the task it acts on: nothing of an older one runs here any
 *     more
 * @param checkpoint what it has made durable, of all its tables
 * @param resolved what it has read
 * @param stopped how far the tables came that left with this revision
 * @param waiting the schema change before which it waits, all before it being durable
 * @param error what stopped it
 * @param stoppedTurn what became of a schema change that it was executing when it ceased to be
 *     owner
 * @param held that it waits for a verification
 */
public record PositionRecord(
    long taskRevision,
    Resolved checkpoint,
    Tso resolved,
    Map<TableId, Resolved> stopped,
    Optional<SchemaChange> waiting,
    Optional<Failure> error,
    Optional<StoppedTurn> stoppedTurn,
    Optional<Held> held) {
  /** Copies and sorts the map. */
  public PositionRecord {
    stopped = ImmutableSortedMap.copyOf(stopped);
  }

  /** Returns this record with an error, which waits for nothing. */
  public PositionRecord failed(Failure failure) {
    return new PositionRecord(
        taskRevision,
        checkpoint,
        resolved,
        stopped,
        Optional.empty(),
        Optional.of(failure),
        stoppedTurn,
        held);
  }

  /**
   * What stopped a capture's work.
   *
   * @param error what to show
   * @param retryable whether trying again may mend it
   */
  public record Failure(RunningError error, boolean retryable) {}

  /**
   * A former owner's part in a schema change.
   *
   * @param position the change's place
   * @param term the modRevision of the status that named it executor
   * @param outcome what it did
   */
  public record StoppedTurn(SourcePosition position, long term, Outcome outcome) {}

  /**
   * What a processor says while it lets nothing pass that a {@link HoldRecord} keeps back.
   *
   * @param run the verification it waits for
   * @param passed the place of the last row or schema change that has passed; empty: none has
   */
  public record Held(String run, Optional<SourcePosition> passed) {}

  /** What became of a schema change. */
  public enum Outcome {
    /** The sink was never called. */
    NOT_BEGUN,
    /** It is applied downstream. */
    DONE,
    /** The call failed or was broken off. */
    UNKNOWN
  }
}
