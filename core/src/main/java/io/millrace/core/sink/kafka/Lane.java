package io.millrace.core.sink.kafka;

import io.millrace.api.codec.EventEncoder;
import io.millrace.api.codec.MessageSink;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The way into one partition: its encoder, whose messages go there. */
final class Lane implements MessageSink {
  private static final MessageSink NOWHERE = (bytes, ko, kl, vo, vl, rows) -> {};

  private final String topic;
  private final int partition;
  private final EventEncoder encoder;
  private final Writer writer;
  private boolean waiting;

  Lane(String topic, int partition, EventEncoder encoder, Writer writer) {
    this.topic = topic;
    this.partition = partition;
    this.encoder = encoder;
    this.writer = writer;
  }

  EventEncoder encoder() {
    return encoder;
  }

  /** Takes note that the encoder holds rows; returns whether that is news. */
  boolean hold() {
    boolean news = !waiting;
    waiting = true;
    return news;
  }

  void drain() {
    waiting = false;
    encoder.drain(this);
  }

  void forget() {
    waiting = false;
    encoder.drain(NOWHERE);
  }

  @Override
  public void accept(
      byte[] bytes, int keyOffset, int keyLength, int valueOffset, int valueLength, int rows) {
    writer.send(
        topic, partition, copy(bytes, keyOffset, keyLength), copy(bytes, valueOffset, valueLength));
  }

  /** Returns a run of bytes, or null for a length of -1. */
  static byte @Nullable [] copy(byte[] bytes, int offset, int length) {
    return length < 0 ? null : Arrays.copyOfRange(bytes, offset, offset + length);
  }
}
