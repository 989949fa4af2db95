package io.millrace.core.sink.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.api.Tso;
import io.millrace.rig.KafkaBroker;
import io.millrace.rig.NodeProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The standalone server writes to a real broker while both are killed twice.
 *
 * <p>In full (scale 10): 1,000,000 changes. Nothing is missing, rows are in order, and what comes
 * twice is only what the checkpoint did not cover when the server was killed.
 */
class KilledKafkaIT {
  private static final int SCALE = Integer.getInteger("millrace.scale", 1);
  private static final int CHANGES = SCALE * 100_000;
  private static final int CHANGES_PER_TRANSACTION = 3;
  private static final int RATE = 2_000;
  private static final int TRANSACTIONS = CHANGES / CHANGES_PER_TRANSACTION + 50;
  private static final String TOPIC = "killed";
  private static final Duration LIMIT = Duration.ofMinutes(3).plusSeconds(SCALE * 30L);

  @TempDir private Path work;

  private final KafkaBroker broker = KafkaBroker.start();
  private final TopicReader committed = new TopicReader(broker, "read_committed");
  private final TopicReader uncommitted = new TopicReader(broker, "read_uncommitted");
  private final List<Delivery.Kill> kills = new ArrayList<>();
  private final long begin = System.currentTimeMillis();
  private final String upstream =
      "datagen:?seed=7&tables=4&accounts=1000&rate=%d&limit=%d&start=%d"
          .formatted(RATE, TRANSACTIONS, begin);
  private NodeProcess node;

  @AfterEach
  void stop() {
    if (node != null) {
      node.close();
    }
    committed.close();
    uncommitted.close();
    broker.close();
  }

  @Test
  void losesNothingAndRepeatsOnlyWhatWasNotAcknowledged() {
    BankLog log = BankLog.of(upstream);
    assertThat(log.changes()).hasSizeGreaterThanOrEqualTo(CHANGES);
    node = start();
    node.create(
        """
        {"changefeed_id":"bank","start_ts":%s,"sink_uri":"kafka://%s/%s?protocol=canal-json&enable-tidb-extension=true",
         "sink_config":{"dispatchers":[{"matcher":["*.*"],"dispatcher":"index-value"}]}}"""
            .formatted(Tso.ofMillis(begin - 1, 0), broker.address(), TOPIC));
    node.awaitCheckpoint("bank", at(log, 0.2), LIMIT);
    killNode();
    node.awaitCheckpoint("bank", at(log, 0.4), LIMIT);
    broker.restart();
    node.awaitCheckpoint("bank", at(log, 0.6), LIMIT);
    killNode();
    node.awaitCheckpoint("bank", at(log, 0.8), LIMIT);
    broker.restart();
    node.awaitCheckpoint("bank", new Tso(log.last()), LIMIT);
    long took = System.currentTimeMillis() - begin;

    Delivery sane = new Delivery(kills, true);
    committed.read(TOPIC, sane::take);
    sane.assertComplete(log.changes());
    Delivery all = new Delivery(kills, false);
    uncommitted.read(TOPIC, all::take);
    all.assertComplete(log.changes());
    System.out.printf(
        "it: killed kafka changes=%d ms=%d committed[%s] uncommitted[%s]%n",
        log.changes().size(), took, sane, all);
  }

  private Tso at(BankLog log, double part) {
    long first = Tso.ofMillis(begin, 0).value();
    return new Tso(first + (long) ((log.last() - first) * part));
  }

  private NodeProcess start() {
    return NodeProcess.keeping(work, List.of("-Xmx256m"), upstream);
  }

  private void killNode() {
    long checkpoint = checkpoint();
    node.kill();
    kills.add(new Delivery.Kill(uncommitted.ends(TOPIC), checkpoint));
    node = start();
  }

  private long checkpoint() {
    JsonNode detail = node.changefeed("bank");
    assertThat(detail.get("state").asText()).as("%s", detail).isEqualTo("normal");
    return Tso.parse(detail.get("checkpoint_tso").asText()).value();
  }
}
