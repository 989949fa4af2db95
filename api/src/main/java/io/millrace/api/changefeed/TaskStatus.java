package io.millrace.api.changefeed;

import io.millrace.api.CaptureId;
import io.millrace.api.TableId;
import io.millrace.api.Tso;
import java.util.List;
import java.util.Map;

/**
 * A changefeed's work on one capture.
 *
 * @param capture the capture
 * @param tables its tables, ascending
 * @param operations hand-overs under way, by table
 */
public record TaskStatus(
    CaptureId capture, List<TableId> tables, Map<TableId, TableOperation> operations) {
  /** Copies list and map. */
  public TaskStatus {
    tables = List.copyOf(tables);
    operations = Map.copyOf(operations);
  }

  /**
   * A hand-over of a table under way.
   *
   * @param delete whether the table leaves this capture; else it comes
   * @param move whether it is part of a move
   * @param boundary up to which ts this capture works, resp. from which it starts
   * @param phase how far it is
   */
  public record TableOperation(boolean delete, boolean move, Tso boundary, Phase phase) {}

  /** How far a hand-over is. */
  public enum Phase {
    /** The owner has written it. */
    DISPATCHED,
    /** The processor has begun. */
    PROCESSED,
    /** It is done. */
    FINISHED
  }
}
