package io.millrace.transport.jdkhttp.v1;

import io.millrace.api.CdcException;
import io.millrace.api.ChangefeedId;
import io.millrace.api.StandardErrorCode;
import io.millrace.core.CdcService;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * The cluster as a text for people: captures, changefeeds, tables; secrets are masked (API v1,
 * 1.18). Its layout may change.
 */
record DebugInfo(CdcService service, V1Mapper mapper) {
  String text() {
    StringJoiner lines = new StringJoiner("\n", "", "\n");
    lines.add("captures:");
    service
        .captures()
        .forEach(
            each ->
                lines.add(
                    "  %s address=%s owner=%s".formatted(each.id(), each.address(), each.owner())));
    lines.add("changefeeds:");
    service
        .changefeeds()
        .forEach(each -> detail(each.id()).ifPresent(detail -> add(detail, lines)));
    return lines.toString();
  }

  /** Returns a changefeed, unless it was removed since it was listed. */
  private Optional<Wire.ChangefeedDetail> detail(ChangefeedId id) {
    try {
      return Optional.of(mapper.detail(service.changefeed(id)));
    } catch (CdcException e) {
      if (e.code() == StandardErrorCode.CHANGEFEED_NOT_EXISTS) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static void add(Wire.ChangefeedDetail feed, StringJoiner lines) {
    lines.add(
        "  %s state=%s checkpoint_tso=%s (%s) start_ts=%s target_ts=%s sink_uri=%s"
            .formatted(
                feed.id(),
                feed.state(),
                feed.checkpointTso(),
                feed.checkpointTime(),
                feed.startTs(),
                feed.targetTs(),
                feed.sinkUri()));
    Wire.RunningError error = feed.error();
    if (error != null) {
      lines.add("    error %s at %s on %s".formatted(error.code(), error.time(), error.addr()));
    }
    feed.taskStatus()
        .forEach(
            task ->
                lines.add(
                    "    capture %s tables=%s operations=%s"
                        .formatted(task.captureId(), task.tableIds(), task.tableOperations())));
  }
}
