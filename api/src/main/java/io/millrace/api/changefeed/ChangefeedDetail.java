package io.millrace.api.changefeed;

import io.millrace.api.ChangefeedId;
import io.millrace.api.RunningError;
import io.millrace.api.Tso;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A changefeed in full.
 *
 * @param spec what was asked for; its start ts is the effective one, never 0
 * @param id the changefeed
 * @param createTime when it was created
 * @param state its state
 * @param checkpoint everything at or below it is durable downstream
 * @param resolved the least ts that all its processors have read; at least the checkpoint
 * @param error what it last met, in states error, failed and stopped
 * @param errorHistory when it met errors since it last worked, ascending, at most 10
 * @param creatorVersion the version of Millrace that created it
 * @param taskStatus one for each live capture while it runs, by capture id; else empty
 */
public record ChangefeedDetail(
    ChangefeedSpec spec,
    ChangefeedId id,
    Instant createTime,
    ChangefeedState state,
    Tso checkpoint,
    Tso resolved,
    Optional<RunningError> error,
    List<Instant> errorHistory,
    String creatorVersion,
    List<TaskStatus> taskStatus) {
  /** Copies the lists. */
  public ChangefeedDetail {
    errorHistory = List.copyOf(errorHistory);
    taskStatus = List.copyOf(taskStatus);
  }
}
