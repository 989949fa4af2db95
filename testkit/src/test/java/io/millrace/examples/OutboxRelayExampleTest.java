package io.millrace.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.ChangefeedId;
import io.millrace.api.Tso;
import io.millrace.api.changefeed.ChangefeedSpec;
import io.millrace.api.consumer.ChangeConsumer;
import io.millrace.api.consumer.RowMapper;
import io.millrace.api.event.RowChange.Kind;
import io.millrace.core.CdcService;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * An outbox relay: what the application has inserted into one table, in its own transactions, goes
 * to a broker, in commit order and at least once.
 */
class OutboxRelayExampleTest {
  /** A message as the table has it; its id lets receivers drop what comes twice. */
  record Message(long id, long fromAccount, long toAccount) {}

  static ChangeConsumer relay(Consumer<Message> broker) {
    RowMapper<Message> messages = RowMapper.of(Message.class);
    return changes -> {
      changes.rows().stream()
          .filter(row -> row.kind() == Kind.INSERT)
          .map(messages::after)
          .forEach(broker);
      changes.ack();
    };
  }

  @Test
  void relaysEachMessageInOrder() {
    Queue<Message> broker = new ConcurrentLinkedQueue<>();
    Instant begin = Instant.now().minusSeconds(2);
    try (CdcService service =
        CdcService.builder()
            .upstream("datagen:?rate=500&start=" + begin.toEpochMilli())
            .consumer("relay", relay(broker::add))
            .build()) {
      service.start();
      ChangefeedId id =
          service.ensure(
              ChangefeedSpec.builder("consumer://relay")
                  .id("outbox")
                  .startTs(Tso.of(begin))
                  .filterRules(List.of("bank.transfers"))
                  .build());
      service.awaitCaughtUp(id, Duration.ofSeconds(30));
    }
    assertThat(broker).hasSizeGreaterThan(500);
    assertThat(broker).extracting(Message::id).doesNotHaveDuplicates();
  }
}
