package io.millrace.transport.jdkhttp.v1;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.millrace.api.Tso;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The objects of the answers: names in snake case and their order are those of the wire, null is
 * written as {@code null}.
 */
final class Wire {
  private Wire() {}

  /**
   * Section 1.1.
   *
   * @param liveness 0: it works, 1: it is being drained
   */
  record Status(
      String version, String gitHash, String id, long pid, boolean isOwner, int liveness) {}

  record Capture(String id, boolean isOwner, String address) {}

  /** Section 1.17: how many tables a capture that is being emptied still has. */
  record Drain(int currentTableCount) {}

  /** Sections 1.6, 1.7 and 1.11: what a changefeed or processor met. */
  record RunningError(String time, String addr, String code, String message) {}

  record Changefeed(
      String id,
      String state,
      Tso checkpointTso,
      String checkpointTime,
      @Nullable RunningError error) {}

  record ChangefeedDetail(
      String id,
      String sinkUri,
      String createTime,
      Tso startTs,
      Tso targetTs,
      Tso checkpointTso,
      String checkpointTime,
      String sortEngine,
      String state,
      @Nullable RunningError error,
      @Nullable List<Long> errorHistory,
      String creatorVersion,
      List<TaskStatus> taskStatus) {}

  record TaskStatus(
      String captureId, List<Long> tableIds, Map<String, TableOperation> tableOperations) {}

  /** Section 3.4; null leaves a key out. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record TableOperation(
      boolean done,
      boolean delete,
      @Nullable Integer flag,
      Tso boundaryTs,
      @Nullable Integer status) {}

  /** How a changefeed's last verification goes or went. */
  record Verification(
      String state,
      boolean equal,
      @Nullable String startTime,
      @Nullable String finishTime,
      @Nullable Tso comparedTso,
      @Nullable String position,
      int tableCount,
      int tablesDone,
      long rowsCompared,
      long differenceCount,
      List<Difference> differences,
      List<LeftOut> leftOut,
      @Nullable String error) {}

  record Difference(
      String kind, String schema, String table, Map<String, String> key, List<String> columns) {}

  record LeftOut(String schema, String table, String reason) {}

  /** Section 1.18: that a command is taken. */
  record OldDone(boolean status, String message) {}

  /** Section 1.18: a changefeed as its old query shows it. */
  record OldChangefeed(String state, Tso tso, String checkpoint, @Nullable RunningError error) {}

  record Processor(String changefeedId, String captureId) {}

  record ProcessorDetail(
      Tso checkpointTs, Tso resolvedTs, List<Long> tableIds, @Nullable RunningError error) {}
}
