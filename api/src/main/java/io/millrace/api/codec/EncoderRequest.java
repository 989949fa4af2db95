package io.millrace.api.codec;

import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Map;

/**
 * What an encoder is made with.
 *
 * @param topic the topic of the messages, which some protocols name in what they register; empty
 *     for sinks without topics
 * @param params the protocol's parameters, from the sink URI and the sink configuration, the URI's
 *     first
 * @param zone the zone in which TIMESTAMP values are rendered
 * @param clock for protocols that note when a message was made
 */
public record EncoderRequest(
    String topic, Map<String, String> params, ZoneId zone, InstantSource clock) {
  /** Copies the map. */
  public EncoderRequest {
    params = Map.copyOf(params);
  }

  /** Creates a request without a topic. */
  public EncoderRequest(Map<String, String> params, ZoneId zone, InstantSource clock) {
    this("", params, zone, clock);
  }
}
