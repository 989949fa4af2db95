package io.millrace.core.changefeed;

import io.millrace.api.CaptureId;
import io.millrace.api.CdcException;
import io.millrace.api.ChangefeedId;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.TableId;
import io.millrace.api.changefeed.ChangefeedSpec;
import io.millrace.api.sink.SinkRequest;
import io.millrace.core.meta.SpecRecord;
import java.time.ZoneId;
import java.util.Set;

/** What a changefeed's sinks are opened with. */
public final class SinkRequests {
  private SinkRequests() {}

  /**
   * Returns the request for one capture's sink.
   *
   * @param id the changefeed
   * @param record what is wanted of it
   * @param capture the capture that writes
   * @param tables the tables it writes
   * @param epoch grows with every hand-over of tables
   * @param node the node's zone
   * @throws CdcException {@link StandardErrorCode#SINK_URI_INVALID}, or {@link
   *     StandardErrorCode#API_INVALID_PARAM} for an unknown zone
   */
  public static SinkRequest of(
      ChangefeedId id,
      SpecRecord record,
      CaptureId capture,
      Set<TableId> tables,
      long epoch,
      ZoneId node) {
    ChangefeedSpec spec = record.spec();
    return new SinkRequest(
        SpecValidator.sinkUri(spec.sinkUri()),
        spec.sinkConfig(),
        id,
        record.incarnation(),
        capture,
        tables,
        epoch,
        spec.startTs(),
        SpecValidator.zone(spec.timezone(), node));
  }
}
