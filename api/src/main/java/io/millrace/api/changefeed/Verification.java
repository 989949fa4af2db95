package io.millrace.api.changefeed;

import io.millrace.api.TableName;
import io.millrace.api.Tso;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How a changefeed's last verification goes or went: the comparison of upstream and downstream as
 * of one position.
 *
 * @param state whether it runs
 * @param started when it was asked for; empty if it never was
 * @param finished when it ended
 * @param comparedTs the ts up to which both sides have everything that is compared; empty until
 *     both snapshots are open
 * @param position the place in the upstream's log that this is, likewise
 * @param tables how many tables there are to compare
 * @param tablesDone how many of them are compared or left out
 * @param rows how many upstream rows were compared
 * @param differences how many differences were found
 * @param examples the first of them, at most 1000
 * @param leftOut the tables that cannot be compared, each with the reason
 * @param error why it failed
 */
public record Verification(
    State state,
    Optional<Instant> started,
    Optional<Instant> finished,
    Optional<Tso> comparedTs,
    Optional<String> position,
    int tables,
    int tablesDone,
    long rows,
    long differences,
    List<Difference> examples,
    List<LeftOut> leftOut,
    Optional<String> error) {
  /** A verification that was never asked for. */
  public static final Verification NONE =
      new Verification(
          State.NONE,
          Optional.empty(),
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

  /** Copies the lists. */
  public Verification {
    examples = List.copyOf(examples);
    leftOut = List.copyOf(leftOut);
  }

  /** Whether a verification runs. */
  public enum State {
    /** None was asked for. */
    NONE,
    /** It has not ended. */
    RUNNING,
    /** All tables were compared or left out. */
    FINISHED,
    /** It ended early. */
    FAILED
  }

  /**
   * A table that was not compared.
   *
   * @param table the table
   * @param reason why
   */
  public record LeftOut(TableName table, String reason) {}

  /** Returns whether it has ended, compared every table and found all rows equal. */
  public boolean equal() {
    return state == State.FINISHED && differences == 0 && leftOut.isEmpty();
  }

  /**
   * Returns this one, failed.
   *
   * @param at when, where that is known
   */
  public Verification failed(Optional<Instant> at, String why) {
    return new Verification(
        State.FAILED,
        started,
        at,
        comparedTs,
        position,
        tables,
        tablesDone,
        rows,
        differences,
        examples,
        leftOut,
        Optional.of(why));
  }
}
