package io.millrace.rig;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Several real Kafka brokers that replicate to each other; two acknowledge before a write counts,
 * and any one may die.
 *
 * <p><i>Threads:</i> as {@link KafkaBroker}.
 */
public final class KafkaCluster implements AutoCloseable {
  private static final Map<String, String> SETTINGS =
      Map.of(
          "offsets.topic.replication.factor", "3",
          "transaction.state.log.replication.factor", "3",
          "transaction.state.log.min.isr", "2",
          "min.insync.replicas", "2",
          "broker.heartbeat.interval.ms", "500",
          "broker.session.timeout.ms", "3000");

  private final List<KafkaBroker> brokers;

  private KafkaCluster(List<KafkaBroker> brokers) {
    this.brokers = List.copyOf(brokers);
  }

  /** Starts three brokers. */
  public static KafkaCluster start() {
    Map<Integer, Integer> controllers = new HashMap<>();
    for (int id = 1; id <= 3; id++) {
      controllers.put(id, Ports.free());
    }
    List<KafkaBroker> brokers = new ArrayList<>();
    for (int id = 1; id <= 3; id++) {
      brokers.add(KafkaBroker.prepare(id, controllers, List.of(), SETTINGS));
    }
    brokers.forEach(KafkaBroker::begin);
    brokers.forEach(KafkaBroker::await);
    return new KafkaCluster(brokers);
  }

  /** Returns a broker by its number, from 1. */
  public KafkaBroker broker(int id) {
    return brokers.get(id - 1);
  }

  /** Returns where all are, {@code host:port,host:port}. */
  public String addresses() {
    return brokers.stream().map(KafkaBroker::address).collect(Collectors.joining(","));
  }

  @Override
  public void close() {
    brokers.forEach(KafkaBroker::close);
  }
}
