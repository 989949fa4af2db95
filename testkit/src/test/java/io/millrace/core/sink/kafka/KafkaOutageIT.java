package io.millrace.core.sink.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.base.Ticker;
import io.millrace.api.CdcException;
import io.millrace.api.event.Resolved;
import io.millrace.api.event.TableSchema;
import io.millrace.api.sink.Durable;
import io.millrace.api.sink.Sink;
import io.millrace.rig.KafkaBroker;
import io.millrace.testkit.sink.SinkFeed;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A broker that goes away while a sink is open. */
@Timeout(120)
class KafkaOutageIT {
  private static final TableSchema T = SinkFeed.table("t");
  private static final int ROW = 100_000;
  private static final int MOST_ROWS = 1_000;

  private final KafkaBroker broker = KafkaBroker.start();
  private final TopicReader reader = new TopicReader(broker, "read_committed");
  private final Sink sink =
      Requests.provider(Ticker.systemTicker())
          .open(
              Requests.of(
                  "kafka://" + broker.address() + "/outage?protocol=canal-json", "outage", "a"));

  @AfterEach
  void stop() {
    sink.close();
    reader.close();
    broker.close();
  }

  private void write(int transaction) {
    sink.write(SinkFeed.transaction(transaction, List.of(SinkFeed.insert(T, transaction, ROW))));
  }

  private void flush(int transaction) {
    Resolved resolved = SinkFeed.resolvedAfter(transaction);
    long end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
    while (!sink.flush(resolved).equals(Optional.of(new Durable(resolved)))) {
      assertThat(System.nanoTime()).isLessThan(end);
    }
  }

  @Test
  void anOutageIsRiddenOutWithoutRepeats() throws Exception {
    write(1);
    flush(1);
    broker.kill();
    CompletableFuture<Void> writer =
        CompletableFuture.runAsync(
            () -> {
              for (int transaction = 2; transaction <= 20; transaction++) {
                write(transaction);
              }
              flush(20);
            });
    assertThatThrownBy(() -> writer.get(KafkaProperties.PATIENCE.toSeconds() + 2, TimeUnit.SECONDS))
        .as("nothing is durable that no broker has")
        .isInstanceOf(TimeoutException.class);
    broker.restart();
    writer.get(60, TimeUnit.SECONDS);
    assertThat(reader.all("outage")).hasSize(20);
  }

  @Test
  void aWriterBlocksInBoundedMemoryAndIsFreedByClosing() throws Exception {
    write(1);
    flush(1);
    broker.kill();
    AtomicInteger accepted = new AtomicInteger();
    CompletableFuture<Void> writer =
        CompletableFuture.runAsync(
            () -> {
              for (int transaction = 2; transaction <= MOST_ROWS; transaction++) {
                write(transaction);
                accepted.incrementAndGet();
              }
            });
    assertThatThrownBy(() -> writer.get(5, TimeUnit.SECONDS)).isInstanceOf(TimeoutException.class);
    assertThat(accepted.get() * (long) ROW).isBetween(1L, 20L << 20);
    sink.close();
    assertThatThrownBy(() -> writer.get(10, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(CdcException.class);
  }
}
