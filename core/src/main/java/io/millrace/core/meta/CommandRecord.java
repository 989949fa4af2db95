package io.millrace.core.meta;

import io.millrace.api.CaptureId;
import io.millrace.api.TableId;
import java.util.Optional;

/**
 * What a user commands about a changefeed's tables. Written by {@code CdcService}; the owner
 * deletes it when it acts on it, or drops it.
 *
 * @param kind what is to be done
 * @param table the table to move
 * @param target the capture it shall go to
 */
public record CommandRecord(Kind kind, Optional<TableId> table, Optional<CaptureId> target) {
  /** What can be commanded. */
  public enum Kind {
    /** One table goes to another capture. */
    MOVE_TABLE,
    /** The tables are spread evenly. */
    REBALANCE_TABLE
  }

  /** Returns the command that a table go to a capture. */
  public static CommandRecord move(TableId table, CaptureId target) {
    return new CommandRecord(Kind.MOVE_TABLE, Optional.of(table), Optional.of(target));
  }

  /** Returns the command that tables be spread evenly. */
  public static CommandRecord rebalance() {
    return new CommandRecord(Kind.REBALANCE_TABLE, Optional.empty(), Optional.empty());
  }
}
