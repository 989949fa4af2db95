package io.millrace.core.sink.blackhole;

import io.millrace.api.CaptureId;
import io.millrace.api.codec.EncoderProvider;
import io.millrace.api.codec.EncoderRequest;
import io.millrace.api.codec.EventEncoder;
import io.millrace.api.sink.Sink;
import io.millrace.api.sink.SinkProvider;
import io.millrace.api.sink.SinkRequest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Opens sinks that drop everything.
 *
 * <p>Host, path and query are ignored, but for {@code protocol}: if it names a known encoder, rows
 * are encoded before they are dropped, which measures all of a changefeed but the downstream.
 * <i>Source:</i> API v1, 4.2.
 */
public final class BlackholeSinkProvider implements SinkProvider {
  private final Map<String, EncoderProvider> encoders;
  private final InstantSource clock;

  /**
   * Creates a provider.
   *
   * @param encoders by protocol name
   * @param clock what encoders note as the time a message was made
   */
  public BlackholeSinkProvider(Map<String, EncoderProvider> encoders, InstantSource clock) {
    this.encoders = Map.copyOf(encoders);
    this.clock = clock;
  }

  @Override
  public void validate(SinkRequest request) {
    // Every URI of the scheme is right.
  }

  @Override
  public void dial(SinkRequest request, Duration limit) {
    // There is nobody to reach.
  }

  @Override
  public Sink open(SinkRequest request) {
    return new BlackholeSink(request.changefeed().toString(), encoder(request));
  }

  private Optional<EventEncoder> encoder(SinkRequest request) {
    return request
        .uri()
        .param("protocol")
        .map(name -> encoders.get(name.toLowerCase(Locale.ROOT)))
        .map(
            provider -> {
              Map<String, String> params = new HashMap<>(request.config().options());
              params.putAll(request.uri().params());
              return provider.open(new EncoderRequest(params, request.zone(), clock));
            });
  }

  @Override
  public void fence(SinkRequest request, CaptureId gone) {
    // No write has an effect.
  }
}
