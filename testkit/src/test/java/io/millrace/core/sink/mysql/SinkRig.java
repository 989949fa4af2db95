package io.millrace.core.sink.mysql;

import com.google.common.base.Ticker;
import io.millrace.api.CaptureId;
import io.millrace.api.ChangefeedId;
import io.millrace.api.ConnectorUri;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.TableId;
import io.millrace.api.changefeed.SinkConfig;
import io.millrace.api.sink.SinkRequest;
import io.millrace.core.connector.CertificateFiles;
import io.millrace.core.metrics.Meters;
import io.millrace.core.worker.Threads;
import io.millrace.testkit.sink.SinkFeed;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.Set;

/** Requests for sinks that write a test's server. */
final class SinkRig {
  private SinkRig() {}

  /** Returns a provider whose URIs may name no files. */
  static MySqlSinkProvider provider() {
    return provider(new Meters(Ticker.systemTicker()));
  }

  /** Returns one that measures. */
  static MySqlSinkProvider provider(Meters meters) {
    return new MySqlSinkProvider(new CertificateFiles(Optional.empty()), new Threads(), meters);
  }

  /**
   * Returns the request of a capture.
   *
   * @param port the server's port, or a proxy's
   * @param params what stands behind the question mark
   */
  static SinkRequest request(
      int port, String params, String incarnation, String capture, long epoch) {
    return new SinkRequest(
        ConnectorUri.parse(
            "mysql://root@127.0.0.1:" + port + "/?" + params, StandardErrorCode.SINK_URI_INVALID),
        SinkConfig.DEFAULT,
        new ChangefeedId("sink"),
        incarnation,
        new CaptureId(capture),
        Set.of(new TableId(1), new TableId(2)),
        epoch,
        SinkFeed.START,
        ZoneOffset.UTC);
  }
}
