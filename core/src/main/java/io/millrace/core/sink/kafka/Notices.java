package io.millrace.core.sink.kafka;

import io.millrace.api.TableName;
import io.millrace.api.Tso;
import io.millrace.api.codec.EventEncoder;
import io.millrace.api.codec.MessageSink;
import io.millrace.api.event.SchemaChange;
import io.millrace.core.codec.SingleChanges;
import io.millrace.core.dispatch.Router;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Tells the partitions of topics of schema changes and of checkpoints, each in a transaction of its
 * own.
 *
 * <p><i>Threads:</i> one, but {@link #close} any. <i>Source:</i> protocol specification, section 3.
 */
final class Notices implements AutoCloseable {
  private final KafkaTopics topics;
  private final Router router;
  private final Function<Topic, EventEncoder> encoders;
  private final boolean everywhere;
  private final Writer writer;
  private final Map<String, EventEncoder> byTopic = new HashMap<>();

  /**
   * Creates one.
   *
   * @param everywhere whether schema changes go to all partitions of their topic, or to the first
   */
  Notices(
      KafkaTopics topics,
      Router router,
      Function<Topic, EventEncoder> encoders,
      boolean everywhere,
      Writer writer) {
    this.topics = topics;
    this.router = router;
    this.encoders = encoders;
    this.everywhere = everywhere;
    this.writer = writer;
  }

  /** Tells of a schema change; durable on return. */
  void tell(SchemaChange change) {
    for (SchemaChange each : SingleChanges.of(change)) {
      Topic topic = topics.of(router.topic(each));
      encoder(topic).encode(each, to(topic, everywhere ? topic.partitions() : 1));
    }
    commit();
  }

  /** Tells the default topic, and those of some tables, of a checkpoint; durable on return. */
  void tell(Tso ts, Set<TableName> tables) {
    Set<String> names = new TreeSet<>(Set.of(router.defaultTopic()));
    tables.forEach(table -> names.add(router.topic(table)));
    for (String name : names) {
      Topic topic = topics.of(name);
      encoder(topic).encodeCheckpoint(ts, to(topic, topic.partitions()));
    }
    commit();
  }

  private EventEncoder encoder(Topic topic) {
    return byTopic.computeIfAbsent(topic.name(), name -> encoders.apply(topic));
  }

  private MessageSink to(Topic topic, int partitions) {
    return (bytes, keyOffset, keyLength, valueOffset, valueLength, rows) -> {
      for (int partition = 0; partition < partitions; partition++) {
        writer.send(
            topic.name(),
            partition,
            Lane.copy(bytes, keyOffset, keyLength),
            Lane.copy(bytes, valueOffset, valueLength));
      }
    };
  }

  private void commit() {
    while (!writer.commit()) {
      // It waits for the brokers by itself, and throws when they are away for too long.
    }
  }

  @Override
  public void close() {
    writer.close();
  }
}
