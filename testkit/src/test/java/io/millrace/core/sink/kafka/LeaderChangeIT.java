package io.millrace.core.sink.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.Tso;
import io.millrace.rig.KafkaBroker;
import io.millrace.rig.KafkaCluster;
import io.millrace.rig.NodeProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three brokers; the one that leads a partition is killed while the standalone server writes, comes
 * back, and then the one that leads it now.
 */
class LeaderChangeIT {
  private static final int SCALE = Integer.getInteger("millrace.scale", 1);
  private static final int RATE = 1_000;
  private static final int TRANSACTIONS = SCALE * 10_000;
  private static final String TOPIC = "led";
  private static final Duration LIMIT = Duration.ofMinutes(3).plusSeconds(SCALE * 20L);

  @TempDir private Path work;

  private final KafkaCluster kafka = KafkaCluster.start();
  private final long begin = System.currentTimeMillis();
  private final long deadline = System.nanoTime() + LIMIT.toNanos();
  private NodeProcess node;

  @AfterEach
  void stop() {
    if (node != null) {
      node.close();
    }
    kafka.close();
  }

  @Test
  void nothingIsLostRepeatedOrOutOfOrderWhenLeadersDie() throws Exception {
    String upstream =
        "datagen:?seed=9&tables=4&accounts=1000&rate=%d&limit=%d&start=%d"
            .formatted(RATE, TRANSACTIONS, begin);
    BankLog log = BankLog.of(upstream);
    node = NodeProcess.keeping(work, List.of("-Xmx256m"), upstream);
    node.create(
        """
        {"changefeed_id":"bank","start_ts":%s,
         "sink_uri":"kafka://%s/%s?protocol=canal-json&enable-tidb-extension=true&replication-factor=3&partition-num=3",
         "sink_config":{"dispatchers":[{"matcher":["*.*"],"dispatcher":"index-value"}]}}"""
            .formatted(Tso.ofMillis(begin - 1, 0), kafka.addresses(), TOPIC));
    node.awaitCheckpoint("bank", at(log, 0.2), LIMIT);
    int first = leaders(kafka.broker(1)).get(0);
    kafka.broker(first).kill();
    KafkaBroker alive = kafka.broker(first == 1 ? 2 : 1);
    awaitLedWithout(first, alive);
    node.awaitCheckpoint("bank", at(log, 0.5), LIMIT);
    kafka.broker(first).restart();
    node.awaitCheckpoint("bank", at(log, 0.7), LIMIT);
    int second = leaders(alive).get(0);
    kafka.broker(second).kill();
    KafkaBroker last = kafka.broker(second == 1 ? 2 : 1);
    awaitLedWithout(second, last);
    node.awaitCheckpoint("bank", new Tso(log.last()), LIMIT);
    long took = System.currentTimeMillis() - begin;

    Delivery delivery = new Delivery(List.of(), true);
    try (TopicReader reader = new TopicReader(last, kafka.addresses(), "read_committed")) {
      reader.read(TOPIC, delivery::take);
    }
    delivery.assertComplete(log.changes());
    System.out.printf(
        "it: leaders killed=%d,%d changes=%d ms=%d committed[%s]%n",
        first, second, log.changes().size(), took, delivery);
  }

  /** Waits until a killed broker is known to be dead, and each partition has another leader. */
  private void awaitLedWithout(int gone, KafkaBroker asked)
      throws InterruptedException, ExecutionException {
    Map<Integer, Integer> leaders = leaders(asked);
    while (leaders.containsValue(gone)) {
      assertThat(System.nanoTime()).as("%d still leads: %s", gone, leaders).isLessThan(deadline);
      leaders = leaders(asked);
    }
  }

  private static Map<Integer, Integer> leaders(KafkaBroker asked)
      throws InterruptedException, ExecutionException {
    Map<Integer, Integer> leaders = new TreeMap<>();
    try (Admin admin = asked.admin()) {
      admin
          .describeTopics(List.of(TOPIC))
          .allTopicNames()
          .get()
          .get(TOPIC)
          .partitions()
          .forEach(each -> leaders.put(each.partition(), each.leader().id()));
    }
    return leaders;
  }

  private Tso at(BankLog log, double part) {
    long first = Tso.ofMillis(begin, 0).value();
    return new Tso(first + (long) ((log.last() - first) * part));
  }
}
