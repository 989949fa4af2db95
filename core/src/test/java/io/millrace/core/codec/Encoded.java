package io.millrace.core.codec;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.api.Tso;
import io.millrace.api.codec.EncoderProvider;
import io.millrace.api.codec.EncoderRequest;
import io.millrace.api.codec.EventEncoder;
import io.millrace.api.codec.MessageSink;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A message that an encoder handed over.
 *
 * @param key its key
 * @param value its value
 * @param rows how many rows it holds
 */
public record Encoded(Optional<byte[]> key, Optional<byte[]> value, int rows) {
  private static final String TOO_LARGE = "too-large";

  /** Returns the key in hexadecimal digits, or null where there is none, as vectors have it. */
  public String keyHex() {
    return key.map(HexFormat.of()::formatHex).orElse("null");
  }

  /** Returns the value in hexadecimal digits, or null where there is none. */
  public String valueHex() {
    return value.map(HexFormat.of()::formatHex).orElse("null");
  }

  /** Returns the value as text. */
  public String text() {
    return new String(value.orElseThrow(), StandardCharsets.UTF_8);
  }

  /** Returns all bytes of key and value. */
  public int bytes() {
    return key.map(k -> k.length).orElse(0) + value.map(v -> v.length).orElse(0);
  }

  /** Returns a sink that adds to a list. */
  public static MessageSink into(List<Encoded> messages) {
    return (bytes, keyOffset, keyLength, offset, length, rows) ->
        messages.add(
            new Encoded(part(bytes, keyOffset, keyLength), part(bytes, offset, length), rows));
  }

  private static Optional<byte[]> part(byte[] bytes, int offset, int length) {
    return length < 0
        ? Optional.empty()
        : Optional.of(Arrays.copyOfRange(bytes, offset, offset + length));
  }

  /** Returns an encoder of {@code topic} with a clock that shows the time {@code build-ts-ms}. */
  public static EventEncoder encoder(EncoderProvider provider, Map<String, String> params) {
    Instant clock = Instant.ofEpochMilli(Long.parseLong(params.getOrDefault("build-ts-ms", "0")));
    String topic = params.getOrDefault("topic", "");
    return provider.open(new EncoderRequest(topic, params, ZoneOffset.UTC, () -> clock));
  }

  /**
   * Returns the messages of a case; where it asks for the form of too large ones, the limit is one
   * byte less than the usual form takes.
   */
  public static List<Encoded> of(EncoderProvider provider, JsonNode each) {
    Map<String, String> params = new HashMap<>();
    each.path("config").properties().forEach(e -> params.put(e.getKey(), e.getValue().asText()));
    String tooLarge = params.remove(TOO_LARGE);
    if (tooLarge != null) {
      List<Encoded> whole = of(encoder(provider, params), events(each));
      int usual = whole.get(whole.size() - 1).bytes();
      params.put("large-message-handle-option", tooLarge);
      params.put("max-message-bytes", Integer.toString(usual + 36 - 1));
    }
    return of(encoder(provider, params), events(each));
  }

  private static List<JsonNode> events(JsonNode each) {
    List<JsonNode> events = new ArrayList<>();
    if (each.has("event_inline")) {
      events.add(each.get("event_inline"));
    } else if (each.has("event")) {
      events.add(Vectors.event(each.get("event").asText()));
    } else {
      each.get("events").forEach(e -> events.add(Vectors.event(e.asText())));
    }
    return events;
  }

  /** Returns the messages of events, in the order in which they go to the encoder. */
  public static List<Encoded> of(EventEncoder encoder, List<JsonNode> events) {
    List<Encoded> messages = new ArrayList<>();
    MessageSink out = into(messages);
    for (JsonNode event : events) {
      switch (event.get("kind").asText()) {
        case "row" -> encoder.append(Vectors.change(event), Vectors.commitTs(event));
        case "ddl" -> encoder.encode(Vectors.schemaChange(event), out);
        default -> encoder.encodeCheckpoint(Tso.parse(event.get("ts").asText()), out);
      }
    }
    encoder.drain(out);
    return messages;
  }
}
