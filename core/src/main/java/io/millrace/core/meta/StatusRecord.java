package io.millrace.core.meta;

import io.millrace.api.RunningError;
import io.millrace.api.changefeed.ChangefeedState;
import io.millrace.api.event.Resolved;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How a changefeed is. Written by the owner only.
 *
 * @param generation the latest generation of the specification that the owner has acted on
 * @param state its state, without what the user wished since
 * @param attempting in states normal and error: whether captures may work on it; in error, a wait
 *     lies between attempts
 * @param checkpoint everything before its position is durable downstream; never goes back
 * @param turn the schema change that was last begun
 * @param error what it last met
 * @param errorHistory when it met errors since it last worked, ascending, at most 10
 * @param retryAt in state error, while nothing is attempted: when the next attempt begins
 * @param troubleSince when the first error since it last worked was met
 * @param surveyed whether the tables it starts with have been listed
 * @param nextTable the id of the next table
 */
public record StatusRecord(
    long generation,
    ChangefeedState state,
    boolean attempting,
    Resolved checkpoint,
    Optional<SchemaTurn> turn,
    Optional<RunningError> error,
    List<Instant> errorHistory,
    Optional<Instant> retryAt,
    Optional<Instant> troubleSince,
    boolean surveyed,
    long nextTable) {
  /** Copies the list. */
  public StatusRecord {
    errorHistory = List.copyOf(errorHistory);
  }

  /** Returns whether captures may work on it. */
  public boolean runs() {
    return attempting && (state == ChangefeedState.NORMAL || state == ChangefeedState.ERROR);
  }

  /** Returns the record with another checkpoint. */
  public StatusRecord at(Resolved next) {
    return new StatusRecord(
        generation,
        state,
        attempting,
        next,
        turn,
        error,
        errorHistory,
        retryAt,
        troubleSince,
        surveyed,
        nextTable);
  }

  /** Returns the record with another turn. */
  public StatusRecord with(SchemaTurn next) {
    return new StatusRecord(
        generation,
        state,
        attempting,
        checkpoint,
        Optional.of(next),
        error,
        errorHistory,
        retryAt,
        troubleSince,
        surveyed,
        nextTable);
  }

  /**
   * Returns the record of a changefeed whose tables are known up to another id.
   *
   * @param all whether the tables it starts with have all been listed
   */
  public StatusRecord withTables(long next, boolean all) {
    return new StatusRecord(
        generation,
        state,
        attempting,
        checkpoint,
        turn,
        error,
        errorHistory,
        retryAt,
        troubleSince,
        all,
        next);
  }
}
