package io.millrace.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.Tso;
import io.millrace.api.changefeed.ChangefeedSpec;
import io.millrace.api.consumer.ChangeConsumer;
import io.millrace.api.consumer.Changes;
import io.millrace.api.consumer.RowMapper;
import io.millrace.api.event.RowChange;
import io.millrace.api.event.RowChange.Kind;
import io.millrace.core.CdcService;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/**
 * A search-index feeder: documents follow their rows. They are sent in bulk and acknowledged after
 * that; as each is set or deleted by its key, what comes again does no harm.
 */
class SearchIndexExampleTest {
  record Account(long id, long balance) {}

  /** Sends what has gathered once the index's bulk size is reached, or nothing more is known. */
  static final class Feeder implements ChangeConsumer {
    private static final int BULK = 100;

    private final RowMapper<Account> accounts = RowMapper.of(Account.class);
    private final Map<Long, Account> index;
    private final Map<Long, Account> gathered = new TreeMap<>();
    private final Map<Long, Account> deleted = new TreeMap<>();
    private Instant sent = Instant.now();

    Feeder(Map<Long, Account> index) {
      this.index = index;
    }

    @Override
    public void accept(Changes changes) {
      for (RowChange row : changes.rows()) {
        Account account = row.kind() == Kind.DELETE ? accounts.before(row) : accounts.after(row);
        (row.kind() == Kind.DELETE ? gathered : deleted).remove(account.id());
        (row.kind() == Kind.DELETE ? deleted : gathered).put(account.id(), account);
      }
      boolean due = Duration.between(sent, Instant.now()).toMillis() > 20;
      if (due || gathered.size() + deleted.size() >= BULK) {
        send();
        changes.ack();
      }
    }

    private void send() {
      index.putAll(gathered);
      index.keySet().removeAll(deleted.keySet());
      gathered.clear();
      deleted.clear();
      sent = Instant.now();
    }
  }

  @Test
  void documentsFollowTheirRows() {
    Map<Long, Account> index = new ConcurrentHashMap<>();
    Instant begin = Instant.now().minusSeconds(10);
    try (CdcService service =
        CdcService.builder()
            .upstream("datagen:?rate=200&tables=1&accounts=50&start=" + begin.toEpochMilli())
            .consumer("index", new Feeder(index))
            .build()) {
      service.start();
      service.awaitCaughtUp(
          service.ensure(
              ChangefeedSpec.builder("consumer://index")
                  .id("index")
                  .startTs(Tso.of(begin))
                  .filterRules(List.of("bank.accounts_1"))
                  .build()),
          Duration.ofSeconds(30));
    }
    assertThat(index)
        .isNotEmpty()
        .allSatisfy((id, account) -> assertThat(account.id()).isEqualTo(id));
  }
}
