package io.millrace.core.sink.kafka;

import io.millrace.api.Tso;
import io.millrace.api.codec.EventEncoder;
import io.millrace.api.event.RowChange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The lanes of all partitions that rows went to, and which of them hold rows that are not sent.
 *
 * <p><i>Threads:</i> one.
 */
final class Lanes {
  private static final int MOST = 1_024;
  private static final long MOST_WAITING_BYTES = 1L << 20;

  private final Function<Topic, EventEncoder> encoders;
  private final Writer writer;
  private final Map<String, @Nullable Lane[]> byTopic = new HashMap<>();
  private final List<Lane> waiting = new ArrayList<>();
  private int count;
  private long waitingBytes;

  Lanes(Function<Topic, EventEncoder> encoders, Writer writer) {
    this.encoders = encoders;
    this.writer = writer;
  }

  /** Takes a row for a partition; may send what waits. */
  void append(Topic topic, int partition, RowChange row, Tso commitTs) {
    Lane lane = lane(topic, partition);
    if (lane.hold()) {
      waiting.add(lane);
    }
    lane.encoder().append(row, commitTs);
    waitingBytes += row.bytes();
    if (waitingBytes >= MOST_WAITING_BYTES) {
      drain();
    }
  }

  private Lane lane(Topic topic, int partition) {
    @Nullable Lane[] lanes = byTopic.get(topic.name());
    if (lanes == null) {
      lanes = new Lane[topic.partitions()];
      byTopic.put(topic.name(), lanes);
    }
    Lane lane = lanes[partition];
    if (lane == null) {
      if (count >= MOST) {
        drain();
        byTopic.clear();
        count = 0;
        return lane(topic, partition);
      }
      lane = new Lane(topic.name(), partition, encoders.apply(topic), writer);
      lanes[partition] = lane;
      count++;
    }
    return lane;
  }

  /** Sends what waits. */
  void drain() {
    waiting.forEach(Lane::drain);
    waiting.clear();
    waitingBytes = 0;
  }

  /** Drops what waits. */
  void forget() {
    waiting.forEach(Lane::forget);
    waiting.clear();
    waitingBytes = 0;
  }
}
