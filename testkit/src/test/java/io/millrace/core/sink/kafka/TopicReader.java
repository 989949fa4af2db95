package io.millrace.core.sink.kafka;

import io.millrace.rig.KafkaBroker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads topics with Kafka's own consumer, from the beginning to what is the end at the call. */
final class TopicReader implements AutoCloseable {
  private static final long LIMIT_NANOS = Duration.ofMinutes(2).toNanos();

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Admin admin;

  /**
   * Creates a reader.
   *
   * @param isolation {@code read_committed} or {@code read_uncommitted}
   */
  TopicReader(KafkaBroker broker, String isolation) {
    this(broker, broker.address(), isolation);
  }

  /**
   * Creates a reader of a cluster.
   *
   * @param broker one that is alive
   * @param addresses where the brokers are
   */
  TopicReader(KafkaBroker broker, String addresses, String isolation) {
    consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                addresses,
                "isolation.level",
                isolation,
                "fetch.max.wait.ms",
                1),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    admin = broker.admin();
  }

  /** Returns the messages of a topic, in order in each partition. */
  List<ConsumerRecord<byte[], byte[]>> all(String topic) {
    List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
    read(topic, all::add);
    return all;
  }

  /** Hands over the messages of a topic, in order in each partition. */
  void read(String topic, Consumer<ConsumerRecord<byte[], byte[]>> out) {
    Map<TopicPartition, Long> ends = ends(topic);
    consumer.assign(ends.keySet());
    consumer.seekToBeginning(ends.keySet());
    long deadline = System.nanoTime() + LIMIT_NANOS;
    while (ends.keySet().stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
      consumer.poll(Duration.ofMillis(100)).forEach(out);
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("the end of " + topic + " is not reached: " + ends);
      }
    }
  }

  /** Returns where each partition of a topic ends, once what was decided to commit is committed. */
  Map<TopicPartition, Long> ends(String topic) {
    awaitDecided();
    return consumer.endOffsets(
        consumer.partitionsFor(topic).stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .toList());
  }

  private void awaitDecided() {
    ListTransactionsOptions ending =
        new ListTransactionsOptions()
            .filterStates(Set.of(TransactionState.PREPARE_COMMIT, TransactionState.PREPARE_ABORT));
    try {
      while (!admin.listTransactions(ending).all().get().isEmpty()) {
        Thread.onSpinWait();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    consumer.close();
    admin.close();
  }
}
