package io.millrace.api.sink;

import io.millrace.api.CaptureId;
import io.millrace.api.ChangefeedId;
import io.millrace.api.ConnectorUri;
import io.millrace.api.TableId;
import io.millrace.api.Tso;
import io.millrace.api.changefeed.SinkConfig;
import java.time.ZoneId;
import java.util.Set;

/**
 * What a sink is opened with.
 *
 * @param uri the downstream
 * @param config the changefeed's sink configuration
 * @param changefeed the changefeed's name, for people
 * @param incarnation the changefeed's identity: it differs between a changefeed and one created
 *     later under the same name
 * @param capture the registration of the capture that writes
 * @param tables the tables written; empty for the herald's sink and where none is decided yet
 * @param epoch grows with every hand-over of tables, and of the herald's sink with every naming of
 *     an executor of schema changes; a lower one is refused downstream
 * @param startTs where the changefeed began
 * @param zone the zone in which TIMESTAMP values are rendered
 */
public record SinkRequest(
    ConnectorUri uri,
    SinkConfig config,
    ChangefeedId changefeed,
    String incarnation,
    CaptureId capture,
    Set<TableId> tables,
    long epoch,
    Tso startTs,
    ZoneId zone) {
  /** Copies the set. */
  public SinkRequest {
    tables = Set.copyOf(tables);
  }

  /** Returns the request under another epoch. */
  public SinkRequest under(long next) {
    return new SinkRequest(
        uri, config, changefeed, incarnation, capture, tables, next, startTs, zone);
  }
}
