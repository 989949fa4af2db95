package io.millrace.testkit.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.codec.EventEncoder;
import io.millrace.api.codec.MessageSink;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * A message that an encoder handed over.
 *
 * @param key its key, in hexadecimal digits
 * @param value its value, likewise
 * @param rows how many rows it says it holds
 */
record Message(Optional<String> key, Optional<String> value, int rows) {
  private static final HexFormat HEX = HexFormat.of();

  /** Returns a sink that checks the form of messages and adds them to a list. */
  static MessageSink into(List<Message> messages) {
    return (bytes, keyOffset, keyLength, valueOffset, valueLength, rows) -> {
      Message message =
          new Message(
              part(bytes, keyOffset, keyLength), part(bytes, valueOffset, valueLength), rows);
      assertThat(rows).as("how many rows it holds").isNotNegative();
      assertThat(message.key().isPresent() || message.value().isPresent())
          .as("a message has a key or a value")
          .isTrue();
      messages.add(message);
    };
  }

  private static Optional<String> part(byte[] bytes, int offset, int length) {
    assertThat(length).as("a length, -1 for none").isGreaterThanOrEqualTo(-1);
    if (length < 0) {
      return Optional.empty();
    }
    assertThat(offset).isBetween(0, bytes.length - length);
    return Optional.of(HEX.formatHex(Arrays.copyOfRange(bytes, offset, offset + length)));
  }

  /** Returns all messages of the rows an encoder has taken. */
  static List<Message> drained(EventEncoder encoder) {
    List<Message> messages = new ArrayList<>();
    encoder.drain(into(messages));
    return messages;
  }

  /** Returns how many rows messages hold. */
  static int rows(List<Message> messages) {
    return messages.stream().mapToInt(Message::rows).sum();
  }

  byte[] keyBytes() {
    return key.map(HEX::parseHex).orElse(new byte[0]);
  }

  byte[] valueBytes() {
    return value.map(HEX::parseHex).orElse(new byte[0]);
  }

  /** Returns the bytes of key and value. */
  int size() {
    return keyBytes().length + valueBytes().length;
  }
}
