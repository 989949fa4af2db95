package io.millrace.api.cluster;

import io.millrace.api.RunningError;
import io.millrace.api.TableId;
import io.millrace.api.Tso;
import java.util.List;
import java.util.Optional;

/**
 * A changefeed's work on one capture.
 *
 * @param checkpoint what this processor has made durable; the changefeed's where it has no tables
 * @param resolved what it has read; at least the checkpoint
 * @param tables its tables, ascending
 * @param error what it last met
 */
public record ProcessorDetail(
    Tso checkpoint, Tso resolved, List<TableId> tables, Optional<RunningError> error) {
  /** Copies the list. */
  public ProcessorDetail {
    tables = List.copyOf(tables);
  }
}
