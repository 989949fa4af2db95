package io.millrace.core.sink.kafka;

import com.google.common.base.Ticker;
import io.millrace.api.CaptureId;
import io.millrace.api.ChangefeedId;
import io.millrace.api.ConnectorUri;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.TableId;
import io.millrace.api.changefeed.SinkConfig;
import io.millrace.api.sink.SinkRequest;
import io.millrace.core.codec.Protocols;
import io.millrace.core.codec.canal.CanalEncoderProvider;
import io.millrace.core.codec.canal.CanalJsonEncoderProvider;
import io.millrace.core.codec.openprotocol.OpenProtocolEncoderProvider;
import io.millrace.core.connector.CertificateFiles;
import io.millrace.testkit.sink.SinkFeed;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What sinks are opened with here. */
final class Requests {
  private Requests() {}

  static KafkaSinkProvider provider(Ticker ticker) {
    return provider(ticker, Optional.empty());
  }

  static KafkaSinkProvider provider(Ticker ticker, Optional<Path> certDir) {
    Protocols protocols =
        new Protocols(
            Map.of(
                CanalEncoderProvider.PROTOCOL, new CanalEncoderProvider(),
                CanalJsonEncoderProvider.PROTOCOL, new CanalJsonEncoderProvider(),
                OpenProtocolEncoderProvider.PROTOCOL, new OpenProtocolEncoderProvider()));
    return new KafkaSinkProvider(
        protocols, new CertificateFiles(certDir), ticker, () -> Instant.EPOCH);
  }

  static SinkRequest of(String uri, String incarnation, String capture) {
    return of(uri, SinkConfig.DEFAULT, incarnation, capture);
  }

  static SinkRequest of(String uri, SinkConfig config, String incarnation, String capture) {
    return new SinkRequest(
        ConnectorUri.parse(uri, StandardErrorCode.SINK_URI_INVALID),
        config,
        new ChangefeedId("feed"),
        incarnation,
        new CaptureId(capture),
        Set.of(new TableId(1)),
        1,
        SinkFeed.START,
        ZoneOffset.UTC);
  }
}
